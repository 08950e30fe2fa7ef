"""Ways in for other people's data: one module a format, each accounting for every row."""
