"""Pages: what stood between two parties, set out for a person to read. Plain HTML, no script."""
