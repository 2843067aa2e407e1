"""The customers' pages: to complain, and to see how it stands."""
