collect_ignore = ["rivals/tensorzero_loop.py"]  # runs in the rivals' environment
