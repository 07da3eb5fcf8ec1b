"""Carries a decision out while providers fail: tries again, falls back, hedges."""
