"""Carries one call to one provider and reports what it did."""
