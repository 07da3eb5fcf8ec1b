"""The database: append-only tables, one writer, readers."""
