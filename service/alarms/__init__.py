"""Looks for what is amiss, in the background, and tells of it."""
