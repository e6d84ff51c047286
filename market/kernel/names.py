"""Names of bodies as they are compared: what people type differently and mean the same.

Full width and half width, brackets of every kind, blanks, capitals, traditional characters: none of
them tells two bodies apart, all of them are typed at will.
"""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

_SIGNS = re.compile(r"[\s()\[\]{}【】〔〕〈〉《》「」『』·・•,，.。、'’‘\"“”_-]+")


@cache
def _traditional_to_simplified() -> OpenCC:
    return OpenCC("t2s")


def simplified(text: str) -> str:
    """``text`` with simplified characters for traditional ones, NFKC, in small letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain if plain.isascii() else _traditional_to_simplified().convert(plain)


def name_key(text: str) -> str:
    """What is equal for two ways to write one name."""
    return _SIGNS.sub("", simplified(text))
