"""Bills: by month with charts, why each item was charged, and the way to dispute it."""
