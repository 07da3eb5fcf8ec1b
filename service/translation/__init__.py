"""Other protocols told as chat completions, and their answers told back; does no I/O."""
