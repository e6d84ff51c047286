"""The ledger as mathematics: tree, tiles, notes, checkpoints, witnesses (PROTOCOL.md §3).

`tree` hashes and proves (RFC 6962), `tiles` lays the tree out as static files (C2SP tlog-tiles),
`note` signs text (C2SP signed-note), `checkpoint` says what tree a log stands behind and which
trustees have seen it grow (C2SP tlog-checkpoint, tlog-cosignature). What an entry says, where it is
stored and who may write it is the business of those who keep the ledger.
"""
