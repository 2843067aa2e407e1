"""Probes derived from the published book, each rehearsed against the dialogue alone."""
