"""Promises: when something is due in working time, how much of it has gone by, and what a pause does to it."""
