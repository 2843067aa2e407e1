"""CMPP 2.0 and 3.0: China Mobile's point-to-point protocol, service provider and gateway side."""
