"""The measurement behind `careline bench`: a server and a crowd of its own, real traffic, and a verdict from the tables."""
