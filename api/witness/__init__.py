"""A witness: it cosigns what a log says of itself, as long as the log has only grown."""
