"""The demonstration: simulated models, prompts, raters and a live view."""
