"""The proof's formats: hashes, tiles, signed notes. No store, no clock, no network.

RFC 6962 says how entries become one root; the C2SP documents say how a root is signed, published,
witnessed and checked offline. Whatever does not hold raises `ProofError`.
"""
