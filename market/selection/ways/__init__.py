"""How one is chosen, as the rooms see it: one module a way, none of which the others know.

What a way asks, judges and decides is ``signing.ways``'; here is what a city adds: which parts of a
round exist at all and from when they are shown, and what of a result must be explained.
``registry`` lists them; whoever else needs to know asks it, and branches on no name.
"""
