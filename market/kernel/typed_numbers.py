"""Numbers as people type them, cleaned before they are judged: one reader for every form.

Full width and half width, blanks, dashes of every kind, small letters, brackets round an area code,
+86, the word for an extension: none of them changes which number is meant.
"""

import re
import unicodedata

_DASHES = re.compile(r"[-\u2010-\u2015\u2212\u30fc]")
_BLANKS = re.compile(r"\s+")
_COUNTRY = re.compile(r"^(?:\(?(?:\+|00)86\)?-?|86(?=1[3-9]\d{9}$))")
_AREA = re.compile(r"^\((0\d{2,3})\)-?")
_MOBILE = re.compile(r"0?(1[3-9]\d{9})", re.ASCII)  # 0: as dialled from another area
_EXTENSION = re.compile(r"(?<=\d)-?(?:转|轉|分机|ext\.?|x|#)-?(?=\d+$)", re.IGNORECASE)


def _plain(text: str) -> str:
    return _BLANKS.sub("", _DASHES.sub("-", unicodedata.normalize("NFKC", text)))


def code(text: str) -> str:
    """A number of an organisation or a person: without blanks and dashes, in capitals."""
    return _plain(text).replace("-", "").upper()


def phone(text: str) -> str:
    """A telephone number as ``0818-2100000-801`` or ``13800000000``."""
    plain = _AREA.sub(r"\1-", _COUNTRY.sub("", _plain(text)))
    plain = _EXTENSION.sub("-", plain)
    mobile = _MOBILE.fullmatch(plain.replace("-", ""))
    return mobile[1] if mobile else plain
