"""What each room keeps of a number: one file one part, with `PART`."""
