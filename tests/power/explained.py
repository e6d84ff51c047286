"""Faults that change nothing anybody could notice, and why."""

from typing import Final

EXPLAINED: Final[dict[str, dict[str, str]]] = {
    "market/accounts/regions.py": {
        "'R' → 'R~'": "the name of a type variable",
    },
    "market/accounts/rules.py": {
        "'10X98765432' → '10X98765432~'": "no remainder is eleven",
    },
    "market/kernel/actors.py": {
        "'clock' → 'clock~'": "the clock is named by its role",
    },
    "market/kernel/money.py": {
        "'零壹贰叁肆伍陆柒捌玖' → '零壹贰叁肆伍陆柒捌玖~'": "no digit is an eleventh",
        "False → True": "the highest group is never empty, and what is not ends a gap",
        "4 → 5": "a group has four digits: the fifth is a leading zero",
        "'0' → '0~'": "no digit is a tilde",
    },
    "market/projects/rules/__init__.py": {
        "0 → 1": "every finding is about a field that stands in a step",
    },
    "market/selection/rules.py": {
        "'freeze' → 'freeze~'": "the word is neither kept nor shown",
    },
    "signing/draw/pool.py": {
        "(record['excluded'] is not None) * _EXCLUDED → "
        "(record['excluded'] is not None) // _EXCLUDED": "_EXCLUDED is one",
        "True → False": "both sides have the same length",
    },
    "signing/draw/spool.py": {
        "20 → 21": "how much waits in memory changes no byte",
        "1 << 20 → 1 >> 20": "how much waits in memory changes no byte",
        "1 → 2": "any number below zero stands for no file",
        "0 → 1": "a file of our own never gets the number of the standard input",
    },
    "signing/draw/transcript.py": {
        "True → False": "both sides have the same length",
    },
    "signing/draw/walk.py": {
        "64 → 65": "how many tickets are sorted at once changes nothing",
        "1 << 8 * _TICKET_SIZE → 1 >> 8 * _TICKET_SIZE": "all tickets are sorted at once",
        "share * _TICKETS // max(1, len(pool)) → share * _TICKETS * max(1, len(pool))": (
            "all tickets are sorted at once"
        ),
        "low <= (ticket := sha256(prefix + leaf).digest()) < high → "
        "low < (ticket := sha256(prefix + leaf).digest()) < high": "no hash is a round number",
        "1 → 2": "two bytes more than a ticket are above it as one is",
    },
    "signing/sealing/sealed.py": {
        "2 → 3": "Base64 has two signs of filling at most",
        "True → False": "there are as many shares as seats: they were split for them",
    },
    "signing/sealing/shamir.py": {
        "True → False": "both sides have the same length",
        "256 → 257": "nobody asks for the row behind the last",
    },
    "signing/ways/price.py": {
        "b'' → b'~'": "neither is a ranking",
    },
}
