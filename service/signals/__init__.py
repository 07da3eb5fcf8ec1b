"""What clients do without a word: they ask again, have an answer made anew, or hang up on it."""
