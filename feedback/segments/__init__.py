"""Groups of a route's decisions beside each other: who gets what, and what is thought of it."""
