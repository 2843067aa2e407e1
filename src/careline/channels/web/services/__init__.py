"""Services: search, on and off, who ordered what, charges of third parties, the personal menu."""
