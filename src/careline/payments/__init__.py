"""Payments: money that customers bring online, by way of a payment provider; captured once, returned once."""
