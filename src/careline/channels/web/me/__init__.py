"""Me: cases, notices and how often, privacy."""
