"""Offers: what is recommended at the right moment, promotions by rule, and the care of those who want to leave."""
