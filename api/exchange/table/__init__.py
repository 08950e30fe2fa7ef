"""Tables of one's own: a map says what the columns of a file mean."""
