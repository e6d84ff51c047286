"""Codes and their check digits.

统一社会信用代码: GB 32100-2015 (18 characters, alphabet without I O S V Z, weights 3^(i-1) mod 31);
its characters 9–17 are the organisation code of GB 11714-1997 with a check digit of its own.
Codes of region 511799 belong to nobody and are accepted in demo cities only.
"""

import re
import secrets

from market.kernel.errors import MarketError

DEMO_REGION = "511799"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")


def credit_check_digit(first17: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015 §4.4)."""
    total = sum(_ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def organisation_check_digit(first8: str) -> str:
    """The ninth character of an organisation code (GB 11714-1997 §3)."""
    total = sum(int(c, 36) * w for c, w in zip(first8, _ORG_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def must_be_credit_code(text: str, *, demo: bool) -> str:
    """``text`` in capitals when it is a valid 统一社会信用代码; raises with the rule that broke."""
    code = text.strip().upper()
    if not _SHAPE.fullmatch(code):
        raise MarketError("credit_code.shape")
    if organisation_check_digit(code[8:16]) != code[16]:
        raise MarketError("credit_code.organisation_digit")
    if credit_check_digit(code[:17]) != code[17]:
        raise MarketError("credit_code.check_digit")
    if code[2:8] == DEMO_REGION and not demo:
        raise MarketError("credit_code.demo_region")
    return code


def new_token(size: int = 24) -> str:
    """A URL-safe random token of ``size`` bytes."""
    return secrets.token_urlsafe(size)


def new_code(length: int = 10) -> str:
    """A short random code for people and organisations: no meaning, no order, no look-alikes."""
    return "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(length))
