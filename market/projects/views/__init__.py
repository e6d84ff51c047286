"""Pages of this room: the public list, the owner's desk, the form in steps."""
