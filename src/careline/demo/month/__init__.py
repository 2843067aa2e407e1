"""A month of customers rehearsed: simulated people use the real hall, before and after four countermeasures."""
