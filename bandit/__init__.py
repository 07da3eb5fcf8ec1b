"""The mathematics: contexts, posterior, policies, cost model, off-policy estimators."""
