"""Who must stay out (回避) and who watches (见证).

Keeping an agency out needs one of the ties of 政府采购法实施条例 art. 9 (or of the item's own
rules) and a word of explanation, or the list would be a way to steer the choice.
"""

from collections.abc import Iterator

from market.projects.rules.draft import Avoided, Draft, Tie
from market.projects.rules.finding import Breach, Source
from market.projects.rules.setting import SEVERAL, Setting


def check(draft: Draft, setting: Setting) -> Iterator[Breach]:
    """Each line names a registered agency once, a tie, and for other ties a note."""
    seen: set[str] = set()
    for row in draft.avoid:
        yield from _line(row, setting, seen)
    for witness in draft.witnesses:
        if not witness.name:
            yield Breach(f"witness_{witness.place}", "project.witness.name", Source.FORM)
        if not witness.unit:
            yield Breach(f"witness_unit_{witness.place}", "project.witness.unit", Source.FORM)


def _line(row: Avoided, setting: Setting, seen: set[str]) -> Iterator[Breach]:
    n = row.place
    code = setting.agencies.get(row.asked)
    if not row.asked:
        yield Breach(f"avoid_{n}", "project.avoid.agency", Source.RECUSAL)
    elif code is None:
        yield Breach(f"avoid_{n}", "project.avoid.unknown", Source.RECUSAL, {"asked": row.asked})
    elif code == SEVERAL:
        yield Breach(f"avoid_{n}", "project.avoid.several", Source.RECUSAL, {"asked": row.asked})
    elif code in seen:
        yield Breach(f"avoid_{n}", "project.avoid.twice", Source.FORM)
    else:
        seen.add(code)
    if row.tie is None:
        yield Breach(f"avoid_tie_{n}", "project.avoid.tie", Source.RECUSAL)
    elif row.tie is Tie.OTHER and not row.note:
        yield Breach(f"avoid_note_{n}", "project.avoid.note", Source.RECUSAL)
