"""Checking a dossier without asking anybody: the twelve numbered checks (PROTOCOL.md §8).

- `case` the dossier's files as values · `attempt` one round in it · `faults` what does not hold
- `whole` 1, 2 · `ledger` 3, 4 · `cycle` 5 · `envelopes`, `opening` 6 · `draws` 7, 10
- `papers` 8, 9, 12 · `redos` further attempts in 5 and 8 · `decision`, `audits` 11
- `checks` the table of them · `report` what it came to

Nothing is believed that can be computed again; all computing is done by the library's own modules,
which the platform and the trustees use as well.
"""
