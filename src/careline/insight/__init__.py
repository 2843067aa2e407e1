"""Insight: what the records tell of self-service; it reads, and the hall never waits for it."""
