"""Charts as SVG, made on the server from numbers, each with the table behind it."""
