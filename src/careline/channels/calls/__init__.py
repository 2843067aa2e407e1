"""Calls on our own SIP endpoint: one call from ringing to goodbye."""
