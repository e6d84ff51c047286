"""``mingxuan …``: run a demo city or a real one, check the house, seal, verify, be a trustee.

One file a command; each is a thin hand on what the rooms and ``signing`` do.
"""
