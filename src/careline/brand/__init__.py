"""The carrier's own name, logo and colour, in one file: customers' pages, staff titles and papers show them."""
