"""What was promised in a case: made, kept, held, swept, and told honestly where it is late."""
