"""What was heard or read, and whether it is what was wanted."""
