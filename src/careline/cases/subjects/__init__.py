"""What cases are about: the categories of complaints, their questions, and which one a matter belongs to."""
