"""The regulator's own tool for a blind audit: needs no server and no network (PROTOCOL.md §5.7).

- `requests` the prepared file from which an order is signed · `orders` the command that signs it
- `bundle` what the regulator takes along beside the dossier
- `shares` opens what the trustees sealed, as far as it fits what the envelopes announced
- `identities` whether each identity is that of an admitted agency, and which are the same agency's
- `result` from a dossier and the sealed shares to a result · `command` the command line

It runs where the regulator's keys are. Whom it saw it keeps in memory only: its result counts, and
names an envelope by its hash, or by its code, only where something is wrong with it.
"""
