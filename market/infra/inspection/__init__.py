"""Files of strangers: opened in a child process that may do nothing else, taken clean or refused.

``child.inspected`` is the door. What a file is, its first bytes say; whether it is nothing else
besides, a module for each kind says, and gives it back without what tells of its maker. The
parsers that do so are large and old, so they run where they can neither write a file nor stay.
"""
