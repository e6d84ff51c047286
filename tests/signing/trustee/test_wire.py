"""Messages under hostile hands: refused with a sentence, never an error."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from signing.core import small
from signing.core.canonical import JsonObject, dumps, instant, loads
from signing.core.errors import Refused
from signing.log.anchors import Anchors, read_anchors
from signing.rounds.ledger_view import read_entry
from signing.trustee import keys, wire, work
from signing.ways.registry import OWN
from tests.signing.trustee.book import START
from tests.signing.trustee.city import HOUR, City, Round, owns
from tests.signing.trustee.town import Town

READERS: dict[str, Callable[[bytes, Anchors], object]] = {
    "hello": wire.read_hello,
    "cosignature": wire.read_cosignature,
    "contribution": wire.read_contribution,
    "reports": wire.read_reports,
    "alarm": wire.read_alarm,
}


@pytest.fixture
def said(town: Town) -> dict[str, bytes]:
    """One true message of each kind."""
    found: dict[str, bytes] = {}
    answer = town.city.answer

    def listen(method: str, path: str, data: bytes) -> tuple[int, bytes]:
        if method == "POST":
            found[loads(data)["kind"]] = data
        return answer(method, path, data)

    town.city.answer = listen  # type: ignore[method-assign]  # an ear at the wire
    one = town.city.open_round("DZ-2026-000001")
    town.turn(times=3)
    town.city.apply(one)
    town.city.apply(one, k=3)
    town.turn(times=2)
    town.city.now = HOUR + timedelta(seconds=1)
    town.city.freeze(one)
    town.turn(times=3)
    assert set(found) == {*READERS, "shares"}
    return found


def readers(town: Town) -> dict[str, Callable[[bytes], object]]:
    city = town.city
    known = city.envelopes.get
    return {
        **{
            kind: (lambda data, read=read: read(data, city.anchors))
            for kind, read in READERS.items()
        },
        "shares": lambda data: wire.read_release(data, city.anchors, known),
    }


def test_every_kind_is_read_and_bound_to_its_signature(town: Town, said: dict[str, bytes]) -> None:
    for kind, read in readers(town).items():
        read(said[kind])
        body = loads(said[kind])
        for changed in (
            body | {"at": instant(START + timedelta(days=1))},
            body | {"trustee": "stranger"},
            body | {"trustee": "notary" if body["trustee"] != "notary" else "regulator"},
            body | {"stray": 1},
            {key: value for key, value in body.items() if key != "at"},
        ):
            with pytest.raises(Refused):
                read(dumps(changed))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=some.data())
def test_bent_bytes_are_refused(town: Town, said: dict[str, bytes], data: some.DataObject) -> None:
    kind = data.draw(some.sampled_from(sorted(said)))
    raw = bytearray(said[kind])
    raw[data.draw(some.integers(0, len(raw) - 1))] ^= data.draw(some.integers(1, 255))
    with pytest.raises(Refused):
        readers(town)[kind](bytes(raw))


_json = some.recursive(
    some.none() | some.booleans() | some.integers(-5, 5) | some.text("ab0", max_size=4),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(some.text("abk", min_size=1, max_size=2), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=some.data(), value=_json)
def test_signed_nonsense_is_refused(
    town: Town, said: dict[str, bytes], data: some.DataObject, value: object
) -> None:
    """A trustee itself may send anything under a good signature."""
    kind = data.draw(some.sampled_from(sorted(said)))
    body: JsonObject = loads(said[kind])
    field = data.draw(some.sampled_from(sorted(set(body) - {"signature_b64", "kind"})))
    if body[field] == value:
        return
    own = town.trustee(str(body["trustee"])).own
    bent = {key: inner for key, inner in body.items() if key != "signature_b64"} | {field: value}
    try:
        readers(town)[kind](dumps(small.signed(own.ed25519, bent)))
    except Refused:
        return
    assert (kind, field) in {
        ("hello", "size"),
        ("hello", "demo_clock"),
        ("hello", "speaks"),
        ("alarm", "about"),
        ("alarm", "code"),
        ("alarm", "sentence"),
        ("alarm", "grave"),
        ("alarm", "evidence"),
        ("reports", "reports"),
    }


def bent_shares(town: Town, raw: bytes, **changed: object) -> bytes:
    body = {key: value for key, value in loads(raw).items() if key != "signature_b64"}
    own = town.trustee(str(body["trustee"])).own
    return dumps(small.signed(own.ed25519, body | changed))


def test_a_wrong_share_is_found_when_it_comes_in(town: Town, said: dict[str, bytes]) -> None:
    read, rows = readers(town)["shares"], loads(said["shares"])["shares"]
    wrong = [{**rows[0], "share": "0" * 64}, *rows[1:]]
    strange = [{**rows[0], "envelope": "0" * 64}, *rows[1:]]
    for shares, code in (
        (wrong, "share"),
        (strange, "share_envelope"),
        (rows[1:], "shares"),
        ([*rows, rows[0]], "shares"),
    ):
        with pytest.raises(Refused) as refusal:
            read(bent_shares(town, said["shares"], shares=shares))
        assert refusal.value.code == code


def test_a_release_of_somebody_else_is_no_release(town: Town, said: dict[str, bytes]) -> None:
    body = loads(said["shares"])
    other = "notary" if body["trustee"] != "notary" else "regulator"
    own = town.trustee(other).own
    stolen = {key: value for key, value in body.items() if key != "signature_b64"}
    stolen["trustee"] = other
    with pytest.raises(Refused):
        readers(town)["shares"](dumps(small.signed(own.ed25519, stolen)))


def test_work_travels_as_it_is(town: Town, lot: Round) -> None:
    town.city.apply(lot)
    box = town.city.boxes(lot, "regulator")[0]
    opened = (work.Opened("0" * 64, {1: bytes(32), 3: bytes(32)}),)
    evidence = work.Evidence(lot.about, "identity", b"f", "n", ({},), ({},), opened)
    asked = work.Work(
        "note",
        (lot.about,),
        (box,),
        (evidence,),
        (work.Order({"v": 1}, b"e"),),
        (work.Audit({"v": 1}, evidence),),
    )
    assert work.read(work.write(asked)) == asked


@given(value=_json)
def test_no_answer_of_the_platform_breaks_the_reader(value: object) -> None:
    with pytest.raises(Refused):
        work.read(dumps(value))


def test_shares_that_stand_twice() -> None:
    opened = {"envelope": "0" * 64, "shares": [{"x": 1, "share": "0" * 64}] * 2}
    row = {
        "about": "a",
        "what": "identity",
        "freeze_b64": "",
        "checkpoint": "c",
        "reports": [],
        "withdrawals": [],
        "opened": [opened],
    }
    body = loads(work.write(work.Work())) | {"releases": [row]}
    read = work.read(dumps(body))
    assert (read.releases, [one.code for one in read.unspoken]) == ((), ["shares_twice"])


def test_keys_are_private_and_never_replaced(tmp_path: Path) -> None:
    own = keys.new("regulator", "city.example/regulator")
    keys.save(tmp_path, own)
    assert (tmp_path / keys.KEYS).stat().st_mode & 0o777 == 0o600
    assert keys.load(tmp_path).fellow == own.fellow
    assert keys.read_statement((tmp_path / keys.STATEMENT).read_bytes()) == own.fellow
    with pytest.raises(Refused, match="keys in this directory already"):
        keys.save(tmp_path, keys.new("regulator", "city.example/regulator"))
    assert keys.load(tmp_path).fellow == own.fellow


def test_a_statement_is_signed_by_its_own_key(tmp_path: Path) -> None:
    one, two = owns()[:2]
    body = keys.statement(one)
    assert keys.read_statement(dumps(body)) == one.fellow
    with pytest.raises(Refused, match="signature"):
        keys.read_statement(dumps(body | {"platform": True}))
    with pytest.raises(Refused, match="signature"):
        keys.read_statement(dumps(body | {"ed25519": two.fellow.ed25519}))


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_key_name_without_blanks_or_plus(name: str) -> None:
    with pytest.raises(Refused, match="key name"):
        keys.new("regulator", name)


def test_pins_name_the_trustee_itself(tmp_path: Path) -> None:
    people = owns()
    city = City(people)
    keys.save(tmp_path, people[0])
    with pytest.raises(Refused, match="init"):
        keys.pinned(tmp_path)
    stranger = replace(city.anchors, trustees=tuple(one.fellow for one in owns()))
    with pytest.raises(Refused, match="its own keys"):
        keys.pin(tmp_path, stranger.data)
    pins = keys.pin(tmp_path, city.anchors.data, (bytes(32),))
    assert keys.pinned(tmp_path) == pins


def test_anchors_are_read_as_they_are_written() -> None:
    anchors = City(owns()).anchors
    assert read_anchors(anchors.data) == anchors
    first, second, third = anchors.trustees
    twice = replace(anchors, trustees=(first, replace(second, hpke=first.hpke), third))
    with pytest.raises(Refused, match="share their hpke"):
        read_anchors(twice.data)
    with pytest.raises(Refused, match="fewer trustees than k"):
        read_anchors(replace(anchors, k=4).data)
    with pytest.raises(Refused, match="no trustee"):
        anchors.fellow("nobody")


def test_entries_may_say_more_but_not_less() -> None:
    entry = {"v": 1, "at": instant(START), "about": "round:x/1", "by": "x", "prev": None}
    contributed = {"tag": "selection:round:contributed"}
    facts = {"role": "owner", "commit": "0" * 64, "envelope": "0" * 64}
    read = read_entry(3, dumps(entry | contributed | {"facts": facts | {"more": 1}}), OWN)
    assert (read.index, read.facts["role"]) == (3, "owner")
    facts.pop("commit")
    with pytest.raises(Refused, match="commit is missing"):
        read_entry(3, dumps(entry | contributed | {"facts": facts}), OWN)
