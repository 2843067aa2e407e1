"""Who people are: subscribers (a refreshed copy of what the carrier knows of them) and staff."""
