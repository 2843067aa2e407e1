"""Home: balances, usage, what is running, what needs attention."""
