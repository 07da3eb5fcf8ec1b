"""Rules that send requests to a route or to fewer candidates before the policy is asked."""
