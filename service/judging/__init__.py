"""Judges a share of the answers that are given, behind everybody's back and at nobody's cost."""
