"""The write path: an order is checked, weighed, carried out in one transaction, or previewed."""
