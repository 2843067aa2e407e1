"""Refunds: a disputed item is verified, computed by one rule, approved, credited once, told and registered."""
