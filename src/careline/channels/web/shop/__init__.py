"""The shop: goods, orders and where they are."""
