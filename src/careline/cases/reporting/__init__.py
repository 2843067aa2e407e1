"""Figures of cases, and what should become better because of them."""
