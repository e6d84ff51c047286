"""The dossier: everything of one project in one archive (PROTOCOL.md §8).

- `layout` which files there are · `readme` the page for whoever unpacks it by hand
- `container` the ZIP itself, strictly · `writer` streaming · `reader` on demand

Who may have a dossier and what goes into it is the platform's; what must hold in it is
`signing.verify`'s.
"""
