"""Numbers of organisations and persons, by their check digits.

统一社会信用代码: GB 32100-2015 (18 characters, alphabet without I O S V Z, weights 3^(i-1) mod 31);
its characters 9–17 are the organisation code of GB 11714-1997 with a check digit of its own.
公民身份号码: GB 11643-1999 (17 digits, the 7th to 14th a day of birth; ISO 7064 MOD 11-2).
"""

import re
from datetime import date

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_is_identity_number = re.compile(r"[0-9]{17}[0-9X]").fullmatch

is_shaped = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}").fullmatch


def check_digit(first17: str) -> str:
    """Give the 18th character for the first 17 (GB 32100-2015 §4.4)."""
    total = sum(_ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def organisation_check_digit(first8: str) -> str:
    """Give the ninth character of an organisation code (GB 11714-1997 §3)."""
    total = sum(int(c, 36) * w for c, w in zip(first8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def is_right(code: str) -> bool:
    """Tell whether this is a credit code with right check digits, in capitals."""
    return (
        is_shaped(code) is not None
        and organisation_check_digit(code[8:16]) == code[16]
        and check_digit(code[:17]) == code[17]
    )


def is_identity_number(text: str) -> bool:
    """Tell whether this is a person's number: a day of birth that there was, a right last sign."""
    if not _is_identity_number(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(c) * pow(2, 17 - i, 11) for i, c in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17]
