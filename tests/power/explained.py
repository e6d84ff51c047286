"""Faults that change nothing anybody could notice, and why."""

from typing import Final

EXPLAINED: Final[dict[str, dict[str, str]]] = {
    "market/kernel/actors.py": {
        "'clock' → 'clock~'": "the clock is named by its role",
    },
    "market/kernel/money.py": {
        "'零壹贰叁肆伍陆柒捌玖' → '零壹贰叁肆伍陆柒捌玖~'": "no digit is an eleventh",
        "False → True": "the highest group is never empty, and what is not ends a gap",
        "4 → 5": "a group has four digits: the fifth is a leading zero",
        "'0' → '0~'": "no digit is a tilde",
    },
    "signing/sealing/sealed.py": {
        "2 → 3": "Base64 has two signs of filling at most",
        "True → False": "there are as many shares as seats: they were split for them",
    },
    "signing/sealing/shamir.py": {
        "True → False": "both sides have the same length",
        "256 → 257": "nobody asks for the row behind the last",
    },
}
