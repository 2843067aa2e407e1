"""Sheets: reports as tables with a definition, a verdict and a sum that is checked against the detail; pages and commands show them."""
