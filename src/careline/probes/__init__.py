"""Probes: pretend customers who try self-service on a timetable."""
