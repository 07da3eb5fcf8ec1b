"""What a person sees of an experiment: tables, pictures, one page."""
