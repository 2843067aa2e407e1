"""What is kept of orders, parcels and stock."""
