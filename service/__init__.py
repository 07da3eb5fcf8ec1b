"""The HTTP application: the only place with a clock, ids, sockets and a disk."""
