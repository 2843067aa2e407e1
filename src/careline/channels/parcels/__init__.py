"""The door of couriers: signed reports about parcels."""
