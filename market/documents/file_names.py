"""What a file is called: shown whole to everybody, so it holds nothing that hides or misleads."""

import re
import unicodedata
from typing import Final

from market.infra.inspection.kinds import Kind
from market.kernel.errors import Kind as ErrorKind
from market.kernel.errors import MarketError

LONGEST: Final = 120  # characters


def cleaned(sent: str) -> str:
    """The last part of a path, without control characters and marks that turn the direction.

    Raises UNPROCESSABLE for a name that is longer than ``LONGEST``: none is cut.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    shown = "".join(sign for sign in last if sign.isspace() or not _is_hidden(sign))
    name = " ".join(shown.split()).strip(". ")
    if len(name) > LONGEST:
        raise MarketError("attachment.name_long", ErrorKind.UNPROCESSABLE, most=LONGEST)
    return name


def must_end_as(name: str, kind: Kind) -> None:
    """Raise UNPROCESSABLE for a name that promises another kind than the file is."""
    stem, dot, ending = name.rpartition(".")
    if not stem or dot + ending.lower() not in kind.endings:
        endings = " / ".join(kind.endings)
        raise MarketError(
            "attachment.ending", ErrorKind.UNPROCESSABLE, content=kind.label, endings=endings
        )


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
