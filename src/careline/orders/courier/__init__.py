"""Couriers: who carries parcels, behind one port."""
