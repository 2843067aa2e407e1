"""Self-care: what pages and apps show a customer and do for them; put together from the carrier, the book, cases and orders."""
