"""The desk: callers who wait for a person, the seats that answer them, and callbacks."""
