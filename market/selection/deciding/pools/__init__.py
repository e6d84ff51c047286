"""Who can be chosen in a round, as far as freezing and deciding differ: one module a pool."""
