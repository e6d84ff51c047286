"""Finding things by what people type: Chinese characters, their short forms, pinyin, initials.

``words`` turns a text into the words that are kept beside it, ``wanted`` turns a query into the
pieces that must all be contained in them. 水土保持方案 is found by 水土, by its short form 水保, by
shuitu and by stbcfa; 朝阳 by chaoyang and by zhaoyang, 咨询 by 諮詢. No dictionary cuts the words:
pairs of characters find what no dictionary knows. Each piece is at least three characters long,
blanks included, so that a trigram index can look it up, as ``infra/search_index.py`` does on both
databases.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final

from market.kernel.names import simplified

MAX_QUERY: Final = 60
MAX_WANTED: Final = 16
_SHORT_FORM_REACH: Final = 4
_LONGEST: Final = 60
_USUAL: Final = 3  # readings of a character: those behind are of books and old names
_AROUND: Final = 5  # characters on either side of one that is read in another way
_MOST_READINGS: Final = 60
_RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]+|[0-9a-z]+")


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


def wanted(query: str) -> tuple[str, ...]:
    """The pieces that must be contained; empty when nothing in ``query`` can be searched for.

    Only the first ``MAX_QUERY`` characters count; signs, blanks and emoji separate.
    """
    found: dict[str, None] = {}
    for run in _runs(query[:MAX_QUERY]):
        if run.isascii():
            found[run if len(run) > 2 else f" {run} "] = None
        else:
            pairs = [a + b for a, b in pairwise(run)]
            found |= dict.fromkeys(f" {word} " for word in pairs or [run])
    return tuple(found)[:MAX_WANTED]


def matches(kept: str, pieces: tuple[str, ...]) -> bool:
    """Whether the words ``kept`` by ``words`` contain every piece."""
    return all(piece in kept for piece in pieces)


def spelling(text: str) -> str:
    """``text`` in pinyin and plain letters without blanks: what lists are sorted by."""
    return "".join(r if r.isascii() else "".join(_syllables(r)) for r in _runs(text))


def _runs(text: str) -> list[str]:
    return _RUN.findall(simplified(text))


def _of_run(run: str, reach: int) -> list[str]:
    if run.isascii():
        return [run[:1], run[:2], run[:_LONGEST]]
    pairs = [a + b for i, a in enumerate(run) for b in run[i + 1 : i + 1 + reach]]
    return [*run, *pairs, *(word for read in _readings(run) for word in _spoken(read))]


def _spoken(syllables: tuple[str, ...]) -> list[str]:
    initials = "".join(s[0] for s in syllables)
    whole = ["".join(syllables)[:_LONGEST], initials[:_LONGEST]]
    return [*initials, *(a + b for a, b in pairwise(initials)), *whole]


def _readings(run: str) -> Iterator[tuple[str, ...]]:
    """How a text is read; then, around each character that is read in other ways, each of them."""
    usual = _syllables(run)
    yield usual
    if len(usual) != len(run):  # a character that nobody reads
        return
    others = ((place, syllable) for place, sign in enumerate(run) for syllable in _sounds(sign))
    for place, syllable in islice(others, _MOST_READINGS):
        if syllable != usual[place]:
            before, after = usual[max(0, place - _AROUND) : place], usual[place + 1 :][:_AROUND]
            yield (*before, syllable, *after)


@lru_cache(maxsize=1024)
def _syllables(run: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 60 MB of phrases that no query needs

    return tuple(lazy_pinyin(run, errors="ignore"))


@lru_cache(maxsize=8192)
def _sounds(sign: str) -> tuple[str, ...]:
    """The usual readings of one character, without tones, the most usual first."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 - as above

    (sounds,) = pinyin(sign, style=Style.NORMAL, heteronym=True, errors="ignore") or [[]]
    return tuple(sounds[:_USUAL])
