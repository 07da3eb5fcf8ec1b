"""Data sets, environments, replay, experiments, reports."""
