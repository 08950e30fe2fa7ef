"""What the log's keys have signed, in a file beside them."""
