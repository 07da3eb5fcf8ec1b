"""What can choose: one policy a file."""
