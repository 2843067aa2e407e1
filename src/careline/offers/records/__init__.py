"""What is kept of offers, gifts, leavings and kept numbers."""
