"""What is told of each step of a circle, as sections with exhibits."""
