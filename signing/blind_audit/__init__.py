"""A blind audit of a round (盲审): what regulator, platform and trustees say (PROTOCOL.md §5.7)."""
