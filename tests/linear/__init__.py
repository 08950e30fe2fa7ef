"""Linearizability: what many clients saw at once is explained by some order of their requests.

Each request takes effect at one moment between its sending and its answer, in an order that all
answers agree with (M. P. Herlihy, J. M. Wing, Linearizability, ACM TOPLAS 12(3), 1990).
"""
