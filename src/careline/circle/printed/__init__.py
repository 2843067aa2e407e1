"""A story on paper and on one page of HTML."""
