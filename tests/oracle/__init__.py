"""A second, naive reading of the law: plain loops over the facts, to hold the product against.

`python -m tests.oracle --questions 10000 --seed 1` asks both about random nasty histories, and
`python -m tests.oracle.files FORMAT PATH…` about a publisher's file. Nothing here but `product`
and `files` may import the product's fold.
"""
