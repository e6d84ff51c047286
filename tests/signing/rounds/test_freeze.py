from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.core.canonical import dumps, loads
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.log import tree
from signing.rounds import freeze, standing
from signing.rounds.intake import sort_out
from tests.factories.rounds import ABOUT, EARLY, KINDS, OPENS_AT, TRUSTEES, Round, public, salt

LATE = "2026-11-22T09:30:00.001Z"
STANDING = sha256(b"standing")


def rows_of(some: Any, k: Any = 2) -> Any:
    return sort_out(some.uploads, some.withdrawals, some.reports, k=k, closed_at=OPENS_AT)


def frozen(some: Any) -> Any:
    return freeze.applicants(ABOUT, OPENS_AT, rows_of(some), STANDING, KINDS)


def checked(data: Any, some: Any) -> Any:
    """Everything that a checker asks."""
    body = freeze.read_applicants(data, ABOUT, KINDS)
    freeze.must_open(body, some.commits(), KINDS)
    freeze.must_be_complete(body, some.known(), KINDS)
    freeze.must_follow(body, some.uploads, some.withdrawals, some.reports, k=2)
    return body


def reasons(some: Any) -> Any:
    return {row["index"]: (row["reason"], row["evidence"]) for row in rows_of(some).left_out}


@pytest.fixture(scope="module")
def busy() -> Any:
    """One of every fate."""
    some = Round()
    some.upload("plain")
    old = some.upload("twice", seq=1)
    new = some.upload("twice", seq=2)
    gone = some.upload("gone", seq=3)
    asked = some.withdraw("gone", 3)
    late = some.upload("late", at=OPENS_AT)
    too_late = some.withdraw("plain", 1, at=LATE)
    bad = some.upload("bad")
    report = some.report(bad.envelopes[1], "platform", ok=False)
    few = some.upload("few")
    some.reports = [one for one in some.reports if one["envelope"] != few.envelopes[0]]
    fates = {
        old.index: ("REPLACED", new.envelopes[0]),
        gone.index: ("WITHDRAWN", asked.envelopes[0]),
        asked.index: ("WITHDRAWN", asked.envelopes[0]),
        late.index: ("LATE", None),
        too_late.index: ("LATE", None),
        bad.index: ("BOX_BAD", sha256(dumps(report)).hex()),
        few.index: ("BOX_BAD", None),
    }
    return some, fates


def test_every_reason(busy: Any) -> None:
    some, fates = busy
    assert reasons(some) == fates
    authors = {row["author"] for row in rows_of(some).accepted}
    assert authors == {public("plain").hex(), public("twice").hex()}


def test_the_freeze_holds_for_every_checker(busy: Any) -> None:
    some, _ = busy
    body = checked(frozen(some), some)
    accepted = body["accepted"]
    hashes = sorted(
        bytes.fromhex(row[kind]) for row in accepted for kind in ("application", "identity")
    )
    assert body["envelopes_root"] == tree.root_of(hashes).hex()
    assert body["standing_root"] == STANDING.hex()


def test_nobody_at_all_can_be_frozen() -> None:
    body = checked(frozen(Round()), Round())
    assert body["accepted"] == body["left_out"] == []
    assert body["envelopes_root"] == tree.EMPTY.hex()


def test_a_later_upload_counts_after_a_withdrawal() -> None:
    some = Round()
    some.upload("a", seq=1)
    some.withdraw("a", 1)
    again = some.upload("a", seq=2)
    assert [row["index"] for row in rows_of(some).accepted] == [again.index]


def test_a_late_replacement_replaces_nothing() -> None:
    some = Round()
    first = some.upload("a", seq=1)
    some.upload("a", seq=2, at=OPENS_AT)
    assert [row["index"] for row in rows_of(some).accepted] == [first.index]


def test_a_bad_replacement_still_replaces() -> None:
    some = Round()
    some.upload("a", seq=1)
    second = some.upload("a", seq=2)
    some.report(second.envelopes[0], "platform", ok=False)
    assert rows_of(some).accepted == []
    assert {reason for reason, _ in reasons(some).values()} == {"REPLACED", "BOX_BAD"}


def test_one_trustee_reporting_twice_is_one() -> None:
    some = Round()
    one = some.upload("a")
    some.reports = [r for r in some.reports if r["trustee"] == "notary"] * 2
    assert reasons(some) == {one.index: ("BOX_BAD", None)}


def changed(data: Any, path: Any, value: Any) -> Any:
    body = loads(data)
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return dumps(body)


def test_an_omission_is_found(busy: Any) -> None:
    some, _ = busy
    for dropped in ("accepted", "left_out"):
        body = loads(frozen(some))
        body[dropped] = body[dropped][1:]
        body["envelopes_root"] = freeze.envelopes_root(body["accepted"], KINDS).hex()
        with pytest.raises(Refused) as refusal:
            checked(dumps(body), some)
        assert refusal.value.code == "freeze_omits"


def test_a_row_that_was_never_logged_is_found(busy: Any) -> None:
    some, _ = busy
    more = Round(list(some.uploads), list(some.withdrawals), list(some.reports))
    more._index = iter([99])
    more.upload("smuggled")
    body = freeze.read_applicants(frozen(more), ABOUT, KINDS)
    with pytest.raises(Refused) as refusal:
        freeze.must_open(body, some.commits(), KINDS)
    assert refusal.value.facts == {"index": 99}


def test_every_unjust_reason_is_found(busy: Any) -> None:
    some, fates = busy
    body = loads(frozen(some))
    for number, row in enumerate(body["left_out"]):
        for reason in ("REPLACED", "WITHDRAWN", "LATE", "BOX_BAD"):
            if reason != fates[row["index"]][0]:
                wrong = changed(frozen(some), ["left_out", number, "reason"], reason)
                with pytest.raises(Refused) as refusal:
                    checked(wrong, some)
                assert refusal.value.facts == {"index": row["index"]}
        wrong = changed(frozen(some), ["left_out", number, "evidence"], "00" * 32)
        with pytest.raises(Refused):
            checked(wrong, some)


def test_leaving_out_who_was_in_time_is_found(busy: Any) -> None:
    some, _ = busy
    for reason in ("REPLACED", "WITHDRAWN", "LATE", "BOX_BAD"):
        body = loads(frozen(some))
        row = body["accepted"].pop()
        envelopes = [row["application"], row["identity"]]
        left = {"envelopes": envelopes, "index": row["index"], "salt": row["salt"]}
        body["left_out"].append(left | {"reason": reason, "evidence": None})
        body["left_out"].sort(key=lambda one: one["index"])
        body["envelopes_root"] = freeze.envelopes_root(body["accepted"], KINDS).hex()
        with pytest.raises(Refused) as refusal:
            checked(dumps(body), some)
        assert refusal.value.code == "freeze_row"


def test_accepting_who_was_left_out_is_found(busy: Any) -> None:
    some, _ = busy
    kind = Round(some.uploads, [], [])
    for one in some.uploads:
        for envelope in one.envelopes:
            kind.report(envelope, "regulator")
            kind.report(envelope, "notary")
    data = freeze.applicants(ABOUT, OPENS_AT, rows_of(kind), STANDING, KINDS)
    with pytest.raises(Refused):
        freeze.must_follow(
            freeze.read_applicants(data, ABOUT, KINDS),
            some.uploads,
            some.withdrawals,
            some.reports,
            k=2,
        )


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (["about"], "round:other/1", "freeze_about"),
        (["v"], 2, "shape"),
        (["kind"], "qualified", "shape"),
        (["closed_at"], "now", "shape"),
        (["left_out", 0, "reason"], "BORING", "shape"),
        (["left_out", 0, "envelopes"], ["x"], "shape"),
        (["accepted", 0, "seq"], -1, "shape"),
        (["envelopes_root"], "00" * 32, "freeze_root"),
        (["accepted", 0, "index"], 16, "freeze_twice"),
        (["accepted", 0, "application"], "ff" * 32, "freeze_order"),
        (["left_out", 0, "index"], 999, "freeze_order"),
    ],
)
def test_the_document_itself_is_checked(busy: Any, path: Any, value: Any, code: Any) -> None:
    some, _ = busy
    with pytest.raises(Refused) as refusal:
        freeze.read_applicants(changed(frozen(some), path, value), ABOUT, KINDS)
    assert refusal.value.code == code


def test_one_author_is_accepted_once() -> None:
    some = Round()
    some.upload("a")
    some.upload("a")
    with pytest.raises(Refused) as refusal:
        freeze.read_applicants(frozen(some), ABOUT, KINDS)
    assert refusal.value.code == "freeze_twice"


ACTS = st.tuples(
    st.sampled_from(["upload", "withdraw", "bad"]),
    st.sampled_from(["a", "b"]),
    st.integers(1, 3),
    st.sampled_from([EARLY, OPENS_AT]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ACTS, max_size=6, unique_by=lambda act: act[:3]))
def test_whatever_came_in_is_accepted_once_or_left_out_once(acts: Any) -> None:
    some = Round()
    for act, name, seq, at in acts:
        if act == "withdraw":
            some.withdraw(name, seq, at)
        elif act == "upload":
            some.upload(name, seq, at)
        elif some.uploads:
            some.report(some.uploads[-1].envelopes[0], TRUSTEES[seq - 1], ok=False)
    body = checked(frozen(some), some)
    rows = [*body["accepted"], *body["left_out"]]
    assert sorted(row["index"] for row in rows) == sorted(some.known())
    for row in body["accepted"]:
        rivals = [one for one in some.uploads if one.author == row["author"] and one.at == EARLY]
        assert row["seq"] == max(one.seq for one in rivals)


def test_a_pool_of_everybody_is_frozen() -> None:
    leaves = [sha256(bytes([n])) for n in range(20)]
    data = b"".join(freeze.pool("qualified", ABOUT, leaves))
    body = freeze.read_pool(data, ABOUT)
    assert body["pool"] == [leaf.hex() for leaf in sorted(leaves)]
    assert data == dumps(body)
    root = tree.root_of(sorted(leaves))
    assert data == b"".join(freeze.pool("qualified", ABOUT, leaves, root))
    assert freeze.read_pool(b"".join(freeze.pool("experts", ABOUT, [])), ABOUT)["pool"] == []
    for wrong, code in (
        (body | {"about": "round:x/1"}, "freeze_about"),
        (body | {"pool": body["pool"][::-1]}, "freeze_order"),
        (body | {"pool": [body["pool"][0], *body["pool"]]}, "freeze_order"),
        (body | {"pool": body["pool"][1:]}, "freeze_root"),
        (body | {"kind": "applicants"}, "shape"),
    ):
        with pytest.raises(Refused) as refusal:
            freeze.read_pool(dumps(wrong), ABOUT)
        assert refusal.value.code == code


def record(code: Any, **changes: Any) -> Any:
    good = {"agency": code, "qualified": True, "standing": "good", "red": False, "avoided": False}
    return good | changes


def test_a_standing_is_shown_with_its_proof() -> None:
    agencies = [f"a{n}" for n in range(13)]
    snap = standing.snapshot((record(code), salt(code)) for code in agencies)
    assert all(left < right for left, right in pairwise(snap.commits))
    for code in agencies:
        shown = snap.shown(record(code), salt(code))
        assert standing.check(snap.root, loads(dumps(shown)), code) == record(code)
    shown = snap.shown(record("a3"), salt("a3"))
    wrongs = [
        (bytes(32), shown, "a3"),
        (snap.root, shown, "a4"),
        (snap.root, shown | {"record": record("a3", avoided=True)}, "a3"),
        (snap.root, shown | {"salt": "00" * 32}, "a3"),
        (snap.root, shown | {"index": (shown["index"] + 1) % 13}, "a3"),
        (snap.root, shown | {"proof": shown["proof"][1:]}, "a3"),
        (snap.root, shown | {"size": 2**53 - 1}, "a3"),
        (snap.root, shown | {"record": {}}, "a3"),
        (snap.root, None, "a3"),
    ]
    for top, body, code in wrongs:
        with pytest.raises(Refused):
            standing.check(top, body, code)


def test_a_standing_that_is_not_in_it_cannot_be_shown() -> None:
    snap = standing.snapshot([(record("a"), salt("a"))])
    with pytest.raises(Refused):
        snap.shown(record("b"), salt("b"))
    with pytest.raises(Refused):
        standing.snapshot([({"agency": "a"}, salt("a"))])
