"""Leaving as the hall, pages and apps have it: what it means, how it stands, and each deed once."""
