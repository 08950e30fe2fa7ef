"""What stores in SQL databases share: their questions, and what is made of the answers."""
