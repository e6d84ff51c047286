"""Codes: 统一社会信用代码 as they are typed, and codes that mean nothing.

Codes of region 511799 belong to nobody and are accepted in demo cities only.
"""

import secrets

from market.kernel import typed_numbers
from market.kernel.errors import MarketError
from signing.core import credit_codes

DEMO_REGION = "511799"


def must_be_credit_code(text: str, *, demo: bool) -> str:
    """``text`` in capitals when it is a valid 统一社会信用代码; raises with the rule that broke."""
    code = typed_numbers.code(text)
    if not credit_codes.is_shaped(code):
        raise MarketError("credit_code.shape")
    if credit_codes.organisation_check_digit(code[8:16]) != code[16]:
        raise MarketError("credit_code.organisation_digit")
    if credit_codes.check_digit(code[:17]) != code[17]:
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
