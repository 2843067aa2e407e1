"""The web hall: what can be solved by clicking, for phones and desks."""
