"""How one is chosen: the ways, one module each, and the pools they choose from (PROTOCOL.md §6).

Opening, judging and deciding are three steps. A way says what a sealed application holds, what is
wrong with one, and in which order the others follow; platform, trustee, verifier and page ask it
and none of them branches on its name. `registry` lists them · `pools` who can be chosen at all ·
`applications` the pool of a round from its opened applications · `ranking` the order of prices.
"""
