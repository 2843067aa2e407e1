"""One file for each room of the staff's pages."""
