"""演示 demo: how a demo city is founded, its personas, its clock and its story. Demo mode only.

Everything here uses the rooms below as people would: the same use cases, real envelopes, real
trustees, real certificates. Nothing of it exists in a city in earnest (``City.demo``).
"""

from typing import Final

DONE: Final = "founded"  # the file in the data folder that says that a city stands
