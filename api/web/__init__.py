"""Pages: what stood between two parties, set out for a person; whole without their scripts."""
