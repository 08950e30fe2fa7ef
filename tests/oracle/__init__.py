"""A second, naive reading of the law: plain loops over the facts, to hold the product against."""
