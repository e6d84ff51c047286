"""Finding things by what people type: Chinese characters, their short forms, pinyin, initials.

``words`` turns a text into the words that an index keeps, ``wanted`` turns a query into the words
that must all be there, ``matches`` compares the two. 水土保持方案 is found by 水土, by its short
form 水保, by shuitu and by stbcfa. A word-splitting dictionary is not used: bigrams find what no
dictionary knows. The database index over these words is ``market/infra/finding.py``.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

MAX_QUERY: Final = 60
MAX_WANTED: Final = 16
_SHORT_FORM_REACH: Final = 4
_PINYIN_LENGTH: Final = 24
_INITIALS_LENGTH: Final = 12
_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+|[0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of a query: equal to a kept word, or its beginning when ``prefix`` is set."""

    word: str
    prefix: bool


def words(*texts: str, short_forms: bool = False) -> str:
    """The words of ``texts``, once each, with a blank before, between and after.

    ``short_forms`` also pairs characters that stand up to four apart, as Chinese short forms do
    (环境影响评价 → 环评): for names of things, too loose for names of companies.
    """
    kept: dict[str, None] = {}
    for text in texts:
        for run in _runs(text):
            kept.update(dict.fromkeys(_of_run(run, _SHORT_FORM_REACH if short_forms else 1)))
    return f" {' '.join(kept)} "


def wanted(query: str) -> tuple[Wanted, ...]:
    """What all has to be there; empty when nothing in ``query`` can be searched for.

    Only the first ``MAX_QUERY`` characters count; signs, blanks and emoji separate.
    """
    found: dict[Wanted, None] = {}
    for run in _runs(query[:MAX_QUERY]):
        if run.isascii():
            found[Wanted(run[:_PINYIN_LENGTH], prefix=True)] = None
        elif len(run) == 1:
            found[Wanted(run, prefix=False)] = None
        else:
            found |= dict.fromkeys(Wanted(a + b, prefix=False) for a, b in pairwise(run))
    return tuple(found)[:MAX_WANTED]


def matches(kept: str, wishes: tuple[Wanted, ...]) -> bool:
    """Whether every wish is among the words ``kept`` by ``words``."""
    return all(fragment(w) in kept for w in wishes)


def fragment(wish: Wanted) -> str:
    """The piece of kept words that shows that ``wish`` is there."""
    return f" {wish.word}" if wish.prefix else f" {wish.word} "


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _of_run(run: str, reach: int) -> list[str]:
    if run.isascii():
        return [run[:_PINYIN_LENGTH]]
    pairs = [
        run[i] + run[j]
        for i in range(len(run))
        for j in range(i + 1, min(i + reach, len(run) - 1) + 1)
    ]
    return [*run, *pairs, *_spoken(run)]


def _spoken(run: str) -> list[str]:
    # Here and not above: queries never need the 47,000 phrases that pypinyin loads (60 MB).
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    syllables = lazy_pinyin(run, errors="ignore")
    initials = "".join(s[0] for s in syllables)
    starts = range(len(syllables))
    return [
        *("".join(syllables[i:])[:_PINYIN_LENGTH] for i in starts),
        *(initials[i:][:_INITIALS_LENGTH] for i in starts),
    ]
