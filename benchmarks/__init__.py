"""Measurements that need foreign programs; careline's own are `careline bench`."""
