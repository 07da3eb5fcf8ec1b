"""The log as rows for other tools, read a page at a time."""
