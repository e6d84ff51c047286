"""A way that seals a third envelope is a module of its own: nothing else has to know of it."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from signing.core.errors import Refused
from signing.core.shape import is_text
from signing.rounds import facts, freeze
from signing.sealing import sealed
from signing.trustee import wire, work
from signing.trustee.boxes import look_into
from signing.trustee.memory import FILE, Memory, Upload
from signing.trustee.release import release
from signing.trustee.spoken import SPOKEN
from signing.ways.pools import APPLICANTS
from signing.ways.random import RANDOM
from signing.ways.registry import WAYS
from signing.ways.releases import APPLICATION, IDENTITY, Release
from tests.signing.trustee.book import START
from tests.signing.trustee.city import NAMES, Round
from tests.signing.trustee.test_rounds_through import open_all, who_opens
from tests.signing.trustee.town import Town

KINDS = ("application", "identity", "proposal")
PROPOSAL = Release(
    kind="proposal",
    ground=facts.Frozen,
    until=facts.Decided,
    envelopes=lambda grounds: [row["proposal"] for row in grounds.accepted],
    at_once=True,
    of_applicants=True,
)
PREFERRING = replace(
    RANDOM,
    name="preferring",
    pools=(APPLICANTS.name,),
    envelopes=KINDS,
    releases=(APPLICATION, PROPOSAL, IDENTITY),
    version=2,
)


@pytest.fixture(autouse=True)
def _listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words that a kind and a way take in their lists, and what is read off these."""
    monkeypatch.setitem(sealed.SIZES, "proposal", 65_536)
    monkeypatch.setitem(sealed._SHAPE, "kind", is_text)
    monkeypatch.setitem(WAYS, PREFERRING.name, PREFERRING)  # type: ignore[arg-type]  # a dict behind it
    monkeypatch.setitem(work._EVIDENCE, "what", is_text)
    monkeypatch.setitem(wire._RELEASE, "what", is_text)
    for kind in ("boxes", "releases", "audits"):
        monkeypatch.setitem(SPOKEN, kind, (1, 2))  # type: ignore[arg-type]  # a dict behind it


def test_it_goes_through_boxes_memory_and_freeze(town: Town) -> None:
    one = town.city.open_round("DZ-2026-000003", way="preferring")
    town.turn(times=3)
    first = town.city.apply(one)
    replaced = town.city.apply(one, key=first.key, seq=2)
    town.city.apply(one)
    open_all(town, one)
    assert town.codes() == []
    assert who_opens(town, one) == one.taken
    row = next(
        it
        for it in freeze.read_applicants(one.frozen or b"", one.about, KINDS)["accepted"]
        if it["index"] == replaced.upload.index
    )
    assert [row[kind] for kind in KINDS] == replaced.upload.envelopes
    kept = {it.index: [*it.envelopes] for it in town.trustee().memory.uploads(one.about)}
    assert kept == {it.index: it.envelopes for it in one.uploads}
    reported = {name for name, _ in town.city.reports}
    assert {it.envelopes[2] for it in one.uploads} <= reported
    assert not {it.envelopes[2] for it in one.uploads} & town.city.shares.keys()


def test_one_more_release_is_a_row_of_the_way(town: Town, lot: Round) -> None:
    one = town.city.open_round("DZ-2026-000007", way="preferring")
    town.turn(times=3)
    for each in (lot, one, one):
        town.city.apply(each)
    open_all(town, one)
    asked = replace(town.city.evidence(one, "nobody")[0], what="proposal")
    assert release(town.trustee(), asked, town.city.now) == 2
    town.turn(NAMES[0])
    for upload in one.uploads:
        assert town.city.shares[upload.envelopes[2]].keys() == {1}
    town.city.freeze(lot)
    town.turn(times=2)
    by_lot = replace(town.city.evidence(lot, "nobody")[0], what="proposal")
    with pytest.raises(Refused) as refusal:
        release(town.trustee(), by_lot, town.city.now)
    assert refusal.value.code == "no_identity"
    assert town.codes() == []


def test_who_does_not_speak_of_such_a_round_is_not_asked() -> None:
    boxes = work.Box((b"three",) * 3, 1, "0" * 64, v=2), work.Box((b"two",) * 2, 2, "1" * 64)
    evidence = [work.Evidence("round:A/1", "proposal", b"", "note", v=v) for v in (2, 1)]
    asked = work.Work(boxes=boxes, releases=tuple(evidence), audits=(work.Audit({}, evidence[0]),))
    assert work.read(work.write(asked, SPOKEN)) == asked
    less = work.read(work.write(asked))
    assert (less.boxes, less.releases, less.audits) == (boxes[1:], tuple(evidence[1:]), ())


def test_an_upload_has_the_envelopes_of_its_rounds_way(town: Town) -> None:
    one = town.city.open_round("DZ-2026-000004", way="preferring")
    two = town.city.open_round("DZ-2026-000005")
    town.turn(times=3)
    town.city.apply(one)
    with_three = next(it for it in town.city.boxes(one, NAMES[0]) if it.index is not None)
    for some in (with_three.envelopes[:2], with_three.envelopes[1:], with_three.envelopes[::-1]):
        with pytest.raises(Refused, match="belong together"):
            look_into(town.trustee(), replace(with_three, envelopes=some), START)
    one.facts["way"] = "random"
    town.city.apply(one)
    town.turn()
    assert set(town.codes()) == {"box_item"}
    two.facts["way"] = "preferring"
    town.city.apply(two)
    town.turn()
    assert town.trustee().memory.uploads(two.about) == []


def test_a_freeze_that_names_other_kinds_than_the_way_is_none(town: Town) -> None:
    one = town.city.open_round("DZ-2026-000006", way="preferring")
    town.turn(times=3)
    town.city.apply(one)
    open_all(town, one)
    for kinds in (KINDS[:2], (*KINDS, "price"), ("application", "identity", "price")):
        with pytest.raises(Refused, match="accepted is not as it must be"):
            freeze.read_applicants(one.frozen or b"", one.about, kinds)


def test_the_first_versions_memory_is_taken_over(tmp_path: Path) -> None:
    names = [f"{at}" * 64 for at in range(4)]
    with sqlite3.connect(tmp_path / FILE) as older:
        older.execute(
            "CREATE TABLE upload (number INTEGER PRIMARY KEY, about TEXT NOT NULL, salt TEXT NOT"
            " NULL, application TEXT NOT NULL UNIQUE, identity TEXT NOT NULL UNIQUE)"
        )
        older.execute("INSERT INTO upload VALUES (7, 'round:A/1', 'aa', ?, ?)", names[:2])
    older.close()
    for _ in range(2):
        memory = Memory(tmp_path / FILE)
        pair = Upload(7, "aa", tuple(names[:2]))
        assert memory.uploads("round:A/1") == [pair]
        memory.keep_upload("round:A/1", pair)
        for other in (replace(pair, index=8), replace(pair, envelopes=tuple(names[2:]))):
            with pytest.raises(Refused, match="another story"):
                memory.keep_upload("round:A/1", other)
        memory.close()
    with sqlite3.connect(tmp_path / FILE) as older:
        assert older.execute("SELECT * FROM upload").fetchall() == [
            (7, "round:A/1", "aa", *names[:2])
        ]
    older.close()
