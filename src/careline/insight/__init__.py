"""Insight: what the records tell of self-service; it reads, and the hall never waits for it.

Figures come from rollups (`folding`), whose size is bounded by kinds of attempts and not by their number; `checking`
recounts them from the records. Records from elsewhere (`importing`) keep their source, and are never mixed unasked.
"""
