"""A second, naive reading of the law: plain loops over the facts, to hold the product against.

It imports nothing of the product's fold. `histories.py` draws small histories by chance, as nasty
as sources are; `state.py` answers a question about one, each day anew from the facts; `product.py`
asks the product the same and tells where the two differ.

The suite asks 1,000 questions. More are asked by

    python -m tests.oracle --questions 10000 --seed 1

which tells the first differences in full and exits with 1 if there are any. Another seed is
another set of histories; a difference names its seed, and the seed gives the same history again.

`python -m tests.oracle.files FORMAT PATH…` asks both about a publisher's file.
"""
