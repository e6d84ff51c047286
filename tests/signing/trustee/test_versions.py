"""A platform or a trustee of another version: what is not spoken is told, all else is done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from signing.core import small
from signing.core.canonical import JsonObject, dumps, loads
from signing.core.errors import Refused
from signing.trustee import wire, work
from signing.trustee.spoken import FIRST, SPOKEN
from tests.signing.trustee.city import NAMES, Round
from tests.signing.trustee.town import Town

Bend = Callable[[JsonObject], JsonObject]


def bending(town: Town, bend: Bend) -> None:
    """Every work list is changed on its way."""
    answer = town.city.answer

    def bent(method: str, path: str, data: bytes) -> tuple[int, bytes]:
        status, body = answer(method, path, data)
        if path == wire.PATHS["hello"] and status == 200:
            body = dumps(bend(loads(body)))
        return status, body

    town.city.answer = bent  # type: ignore[method-assign]  # another version's wire


def added(kind: str, *rows: Any) -> Bend:
    """Items after those that are there."""
    return lambda body: body | {kind: [*(body.get(kind) or []), *rows]}


EVIDENCE = {
    "about": "round:DZ-2026-000001/1",
    "what": "application",
    "freeze_b64": "",
    "checkpoint": "c",
    "reports": [],
    "withdrawals": [],
    "opened": None,
}
ORDER = {"order": {}, "envelope_b64": ""}
BOX: dict[str, Any] = {"envelopes_b64": [], "index": None, "salt": None}
OPENED = {"envelope": "0" * 64, "shares": []}


@pytest.mark.parametrize(
    ("bend", "kind", "part", "name"),
    [
        (added("ballots", {"vote": 1}), "ballots", "kind", "ballots"),
        (lambda body: body | {"urgent": True}, "urgent", "kind", "urgent"),
        (added("boxes", BOX | {"v": 2}), "boxes", "v", "2"),
        (added("boxes", BOX | {"v": True}), "boxes", "v", "True"),
        (added("boxes", BOX | {"sheet": 1}), "boxes", "key", "sheet"),
        (added("contribute", {"v": 2, "about": "a"}), "contribute", "v", "2"),
        (added("releases", EVIDENCE | {"admissions": []}), "releases", "key", "admissions"),
        (
            added("releases", EVIDENCE | {"opened": [OPENED | {"proof": 1}]}),
            "releases",
            "key",
            "proof",
        ),
        (added("orders", ORDER | {"second": {}}), "orders", "key", "second"),
        (
            added("audits", {"order": {}, "evidence": EVIDENCE | {"v": 3}}),
            "audits",
            "v",
            "3",
        ),
        (lambda body: body | {"checkpoint": {"v": 2}}, "checkpoint", "v", "2"),
    ],
)
def test_an_item_that_is_not_spoken_is_told_once_and_all_else_is_done(
    town: Town, lot: Round, bend: Bend, kind: str, part: str, name: str
) -> None:
    town.city.apply(lot)
    before = {one.subject for one in town.trustee().memory.all_said("alarm")}
    bending(town, bend)
    town.turn(times=3)
    assert {who for _, who in town.city.reports} == set(NAMES)
    assert len(town.city.reports) == (len(NAMES) + 1 + 2) * len(NAMES)
    told = [one for one in town.city.alarms if one.trustee == "regulator"]
    assert [(one.code, one.grave) for one in told] == [("not_spoken", False)]
    assert told[0].sentence == f"work: {kind} ({part} {name}) is not spoken here"
    assert len(town.trustee().memory.all_said("alarm")) == len(before) + 1
    assert town.city.released == {}


def test_what_is_no_item_at_all_is_grave_and_stops_nothing(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    bending(town, added("boxes", {"salt": 1}, "nonsense", None))
    town.turn(times=3)
    assert {one.code for one in town.city.alarms} == {"shape"}
    assert all(one.grave for one in town.city.alarms)
    assert {who for _, who in town.city.reports} == set(NAMES)


def test_a_list_of_another_version_is_answered_and_not_obeyed(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    reports = len(town.city.reports)
    bending(town, lambda body: body | {"v": 2})
    assert not town.agents["regulator"].turn()
    town.turn("regulator")
    assert town.codes() == ["not_spoken"]
    assert len(town.city.reports) == reports


def test_what_is_told_is_short_and_little(town: Town, lot: Round) -> None:
    bending(town, lambda body: body | {f"k{n}{'x' * 500}": [1] for n in range(40)})
    town.turn("regulator", times=2)
    sentences = [one.sentence for one in town.city.alarms]
    assert len(sentences) == work.MOST_UNSPOKEN
    assert max(map(len, sentences)) < 200
    assert lot.about


def test_an_empty_list_of_a_later_kind_asks_nothing(town: Town, lot: Round) -> None:
    bending(town, lambda body: body | {"ballots": []})
    town.turn(times=2)
    assert (town.codes(), lot.uploads) == ([], [])


def greeting(town: Town, **changed: object) -> bytes:
    own = town.trustee().own
    body = town.trustee().greeting(town.city.now, demo=False, plain="speaks" in changed)
    kept = {key: value for key, value in body.items() if key != "signature_b64"}
    return dumps(small.signed(own.ed25519, kept | changed))


def test_a_greeting_says_what_is_spoken_and_may_say_more(town: Town) -> None:
    anchors = town.city.anchors
    assert wire.read_hello(greeting(town), anchors).speaks == SPOKEN
    plain = dumps(town.trustee().greeting(town.city.now, demo=False, plain=True))
    assert wire.read_hello(plain, anchors).speaks == FIRST
    later = greeting(town, colour="blue", speaks={"boxes": [1, 2], "ballots": [1]})
    assert wire.read_hello(later, anchors).speaks == {"boxes": (1, 2), "ballots": (1,)}
    for nonsense in ([], "boxes", {"boxes": 1}, {"boxes": ["1"]}, {"boxes": [-1]}):
        with pytest.raises(Refused):
            wire.read_hello(greeting(town, speaks=nonsense), anchors)
    with pytest.raises(Refused):
        wire.read_hello(later.replace(b"blue", b"grey"), anchors)


def test_nothing_is_asked_that_is_not_spoken(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    asked = town.city.asked(wire.read_hello(greeting(town), town.city.anchors))
    whole, first = loads(work.write(asked, SPOKEN)), loads(work.write(asked))
    assert (whole, whole.keys()) == (first, {"v", "kind", *FIRST})
    assert whole["boxes"]
    for kind in FIRST:
        less = loads(work.write(asked, {one: (1,) for one in FIRST if one != kind}))
        assert not less[kind]
        assert {**less, kind: whole[kind]} == whole


def test_a_platform_of_the_first_version_is_greeted_as_it_can_read(town: Town, lot: Round) -> None:
    answer, heard = town.city.answer, []

    def first(method: str, path: str, data: bytes) -> tuple[int, bytes]:
        if path == wire.PATHS["hello"]:
            heard.append("speaks" in loads(data))
            if heard[-1]:
                return 422, b"{}"
        return answer(method, path, data)

    town.city.answer = first  # type: ignore[method-assign]  # an older platform
    town.city.apply(lot)
    town.turn("regulator", times=3)
    assert heard == [True, False, False, False]
    assert {who for _, who in town.city.reports} >= {"regulator"}
    town.city.now += timedelta(hours=1)
    town.turn("regulator")
    assert heard[4:] == [True, False]
