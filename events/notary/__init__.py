"""The notary: it signs the log's checkpoints, has them witnessed, and gives tiles and proofs."""
