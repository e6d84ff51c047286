"""The blind audit of a round (盲审): ordered by a regulator, obeyed by trustees, found offline."""
