"""What this process's calls tell of its models: who can be called now, who fails, who is slow."""
