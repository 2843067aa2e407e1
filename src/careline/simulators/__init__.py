"""Pretend neighbours on loopback, for tests, benchmarks and the demo: an SMSC, a CMPP gateway."""
