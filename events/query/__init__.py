"""Questions about the record, each answered as of a basis on both time axes."""
