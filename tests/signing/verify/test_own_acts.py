"""Acts that only one way has: checked like the others, read as their own facts, in their order."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import ClassVar

import pytest

from signing.core.canonical import dumps
from signing.core.errors import Refused
from signing.core.facts import Facts, Text, shape_of
from signing.rounds.ledger_view import RoundView, read_entry, view
from signing.verify import cycle
from signing.verify.faults import Verdict
from signing.ways.random import RANDOM
from signing.ways.registry import WAYS

ABOUT = "round:DZ-2026-000318/1"
PUBLISHED = {
    "way": "random",
    "pool": "qualified",
    "rules": {},
    "k": 2,
    "trustees": [],
    "opens_at": "2026-11-23T01:00:00.000Z",
    "control_price_fen": None,
    "platform_key": "0" * 64,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Facts):
    """Somebody was heard before the freeze."""

    tag: ClassVar[str] = "selection:round:heard"
    who: Text


OWN = {Heard.tag: shape_of(Heard)}


def told(*acts: tuple[str, dict[str, object]]) -> RoundView:
    """A round of which these acts are logged."""
    rows = [
        {"v": 1, "tag": f"selection:round:{name}", "at": "2026-11-23T00:00:00.000Z"}
        | {"about": ABOUT, "by": "clock", "prev": None, "facts": facts}
        for name, facts in acts
    ]
    return view(ABOUT, [read_entry(n, dumps(row), OWN) for n, row in enumerate(rows)])


def test_they_are_checked_and_read_as_their_own_facts() -> None:
    found = told(("published", PUBLISHED), ("heard", {"who": "owner", "more": 1}))
    assert (found.must(Heard).facts.who, found.must(Heard).index) == ("owner", 1)
    with pytest.raises(Refused, match="who is missing"):
        told(("heard", {}))
    with pytest.raises(Refused, match="who is not as it must be"):
        told(("heard", {"who": 1}))


def faults(names: Iterable[str]) -> list[str]:
    """What is wrong with the order of a round in which these acts follow its publication."""
    found = told(("published", PUBLISHED), *((name, {"who": "owner"}) for name in names))
    entries = sorted((one for some in found.acts.values() for one in some), key=lambda e: e.index)
    say = Verdict(5, "life cycle", "过程次序")
    case = SimpleNamespace(entries=entries)
    cycle._steps(SimpleNamespace(view=found, case=case), say)  # type: ignore[arg-type]
    return [one.sentence for one in say.faults]


def test_they_stand_where_their_way_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    early = ["heard cannot follow when the round is published"]
    assert faults(["heard"]) == early
    own = {"published": {"accepting": "accepting"}, "accepting": {"heard": "heard"}, "heard": {}}
    monkeypatch.setitem(WAYS, "random", replace(RANDOM, facts=(Heard,), steps=own))
    assert faults(["accepting", "heard"]) == []
    assert faults(["heard"]) == early
    assert faults(["accepting", "heard", "heard"]) == [
        "heard cannot follow when the round is heard"
    ]
