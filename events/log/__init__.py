"""The log's records: their stored form, their old versions, and an act's history read from them."""
