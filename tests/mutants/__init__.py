"""Small faults put into the rules, one at a time, to see whether a test finds each.

`operators` makes the faults, `trial` runs the tests against one, `__main__` draws and tells. See
docs/mutation.md, which also names those that change nothing.
"""
