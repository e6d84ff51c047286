"""Money is an integer of fen (分); it is parsed and formatted only at the edges.

大写金额 follows 《支付结算办法》 (1997) annex 1: what papers carry beside the figures.
"""

import re
import unicodedata

from market.kernel.errors import MarketError

MAX_FEN = 10**13  # 1,000 亿元: far above any service, far below 2^53
_YUAN = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,6}))?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def parse_fen(text: str, unit: int = 100) -> int:
    """``text`` as fen; ``unit`` is 100 for 元, 1,000,000 for 万元.

    Full-width digits and thousands separators are accepted; exponents, signs, fractions of a fen
    and sums above ``MAX_FEN`` are refused with a key that says which.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > 40 or not (m := _YUAN.fullmatch(plain)):
        raise MarketError("money.not_a_sum")
    whole, part = m[1].replace(",", ""), (m[2] or "")
    scale: int = 10 ** len(part)
    fen, rest = divmod((int(whole) * scale + int(part or 0)) * unit, scale)
    if rest:
        raise MarketError("money.finer_than_fen")
    if fen > MAX_FEN:
        raise MarketError("money.too_large")
    return fen


def yuan(fen: int) -> str:
    """``1234567`` → ``12,345.67``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def wan(fen: int) -> str:
    """In 万元 with two decimals or as many as it needs: ``12000000`` → ``12.00``."""
    whole, rest = divmod(fen, 1_000_000)
    digits = f"{rest:06d}"
    return f"{whole:,}.{digits[:2]}{digits[2:].rstrip('0')}"


def in_words(fen: int) -> str:
    """中文大写金额, e.g. ``12345600`` → ``壹拾贰万叁仟肆佰伍拾陆元整``."""
    if not 0 <= fen <= MAX_FEN:
        raise MarketError("money.too_large")
    whole, cents = divmod(fen, 100)
    jiao, fen_left = divmod(cents, 10)
    text = _integer_words(whole) + "元" if whole else ""
    if not cents:
        return (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif text:
        text += "零"
    return text + (_DIGITS[fen_left] + "分" if fen_left else "整")


def _integer_words(number: int) -> str:
    groups: list[int] = []
    while number:
        number, low = divmod(number, 10_000)
        groups.append(low)
    words, gap = "", False
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group_words(group) + _GROUPS[place]
        gap = False
    return words


def _group_words(group: int) -> str:
    words, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if gap else "") + _DIGITS[digit] + _UNITS[place]
            gap = False
        else:
            gap = bool(words)
    return words
