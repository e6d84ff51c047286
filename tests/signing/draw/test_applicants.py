from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.core.canonical import dumps, loads
from signing.core.errors import Refused
from signing.core.hashing import sha256, tagged
from signing.draw.pool import Pool
from signing.rounds import admission, freeze
from signing.rounds.intake import Rows
from signing.ways import ranking
from signing.ways.applications import judged
from signing.ways.pools import APPLIED_FOR, POOLS, pool_of
from signing.ways.registry import WAYS, way_of
from tests.factories.rounds import ABOUT, KINDS, OPENS_AT, admitted, payload, public, salt, signer

SEED = sha256(b"seed")


def published(way: Any = "price", control: Any = None) -> Any:
    return {
        "way": way,
        "control_price_fen": control,
        "platform_key": public("desk").hex(),
    }


def frozen(payloads: Any) -> Any:
    """A freeze whose application hashes are those of made-up envelopes: {author: payload}."""
    rows = [
        {
            "author": public(name).hex(),
            "application": sha256(f"application {name}".encode()).hex(),
            "identity": sha256(f"identity {name}".encode()).hex(),
            "seq": 1,
            "index": index,
            "salt": salt(name).hex(),
        }
        for index, name in enumerate(payloads)
    ]
    rows.sort(key=lambda row: row["application"])
    body = freeze.read_applicants(
        freeze.applicants(ABOUT, OPENS_AT, Rows(rows, []), bytes(32), KINDS), ABOUT, KINDS
    )
    opened = {sha256(f"application {name}".encode()).hex(): data for name, data in payloads.items()}
    return body, opened


def outcome(payloads: Any, publication: Any = None) -> Any:
    """{name: (excluded, red, price or None)}."""
    body, opened = frozen(payloads)
    found = judged(publication or published(), body, opened)
    names = {public(name).hex(): name for name in payloads}
    result = {}
    for leaf in found.pool.leaves:
        record = found.pool.record(leaf)
        price = found.prices.get(leaf)
        result[names[record["author"]]] = (record["excluded"], record["red"], price)
    assert len(result) == len(payloads)
    return result


def test_the_best_price_is_drawn_and_the_others_are_ranked() -> None:
    payloads = {"a": payload("a", 300), "b": payload("b", 200), "c": payload("c", 200, red=True)}
    assert outcome(payloads) == {
        "a": ("NOT_BEST", False, 300),
        "b": (None, False, 200),
        "c": (None, True, 200),
    }


def test_over_the_control_price_is_out() -> None:
    payloads = {"at": payload("at", 100), "over": payload("over", 101)}
    assert outcome(payloads, published(control=100)) == {
        "at": (None, False, 100),
        "over": ("OVER_CONTROL_PRICE", False, None),
    }
    assert outcome({"over": payload("over", 101)}, published(control=100)) == {
        "over": ("OVER_CONTROL_PRICE", False, None)
    }


def test_a_random_round_asks_no_price() -> None:
    payloads = {"a": payload("a", red=True), "b": payload("b"), "priced": payload("priced", 5)}
    assert outcome(payloads, published("random", control=1)) == {
        "a": (None, True, None),
        "b": (None, False, None),
        "priced": ("BAD_PAYLOAD", False, None),
    }


def test_unreadable_has_no_salt() -> None:
    body, opened = frozen({"a": None, "b": payload("b", 5)})
    found = judged(published(), body, opened)
    salts = {item["record"]["excluded"]: item["salt"] for item in map(loads, found.pool.items())}
    assert salts == {"UNREADABLE": "00" * 32, None: salt("nonce b").hex()}


def lying(**changes: Any) -> Any:
    body = loads(payload("a", 500)) | changes
    return dumps({key: value for key, value in body.items() if value is not ...})


HOSTILE = {
    "no price": payload("a"),
    "zero": lying(price_fen=0),
    "negative": lying(price_fen=-5),
    "thirty digits": lying(price_fen=1).replace(b":1,", b":" + b"1" * 30 + b","),
    "five thousand digits": lying(price_fen=1).replace(b":1,", b":" + b"9" * 5000 + b","),
    "float": lying(price_fen=1).replace(b":1,", b":1.5,"),
    "true": lying(price_fen=True),
    "text": lying(price_fen="500"),
    "null": lying(price_fen=None),
    "a discount too": lying(discount="0.9"),
    "a stray key": lying(note="take me"),
    "version": lying(v=2),
    "no nonce": lying(draw_nonce=...),
    "short nonce": lying(draw_nonce="00"),
    "no admission": lying(admission=...),
    "null admission": lying(admission=None),
    "other author": lying(admission=admitted("b")),
    "other round": lying(admission=admitted("a", about="round:DZ-2026-000318/2")),
    "made red by itself": lying(admission=admitted("a") | {"red": True}),
    "not by the platform": lying(
        admission=admission.admit(
            signer("a"), about=ABOUT, author=public("a").hex(), red=True, commit="00" * 32
        )
    ),
    "unsigned": lying(admission={k: v for k, v in admitted("a").items() if k != "signature_b64"}),
    "other kind": lying(admission=admitted("a") | {"kind": "receipt"}),
    "not JSON": b"cheap",
    "empty": b"",
    "list": b"[]",
    "duplicate key": b'{"v":1,"v":1}',
    "not canonical": payload("a", 500) + b" ",
    "deep": b"[" * 4000 + b"]" * 4000,
    "surrogate": lying(draw_nonce="x").replace(b'"x"', b'"\\ud800"'),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_payload_that_does_not_hold_is_out_and_disturbs_nobody(data: Any) -> None:
    assert outcome({"a": data, "b": payload("b", 900)}) == {
        "a": ("BAD_PAYLOAD", False, None),
        "b": (None, False, 900),
    }


def test_the_nonce_of_a_bad_payload_still_salts() -> None:
    body, opened = frozen({"a": lying(price_fen=0)})
    item = loads(next(judged(published(), body, opened).pool.items()))
    assert (item["salt"], item["record"]["excluded"]) == (salt("nonce a").hex(), "BAD_PAYLOAD")


def test_nobody_applied() -> None:
    body, opened = frozen({})
    found = judged(published(), body, opened)
    assert (len(found.pool), found.prices) == (0, {})


def test_silence_about_an_application_is_no_answer() -> None:
    body, _ = frozen({"a": payload("a", 5)})
    with pytest.raises(Refused) as refusal:
        judged(published(), body, {})
    assert refusal.value.code == "payload_missing"


PRICES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 4), max_size=8)


@settings(max_examples=40, deadline=None)
@given(PRICES, st.integers(1, 4), st.binary(min_size=32, max_size=32))
def test_the_ranking_is_by_price_then_by_lot(prices: Any, control: Any, seed: Any) -> None:
    body, opened = frozen({name: payload(name, price) for name, price in prices.items()})
    found = judged(published(control=control), body, opened)
    data = ranking.ranking(ABOUT, seed, found.prices)
    entries = ranking.check_ranking(data, ABOUT, seed, found.prices)["entries"]
    assert ranking.prices(data) == found.prices
    assert sorted(one["price_fen"] for one in entries) == sorted(
        price for price in prices.values() if price <= control
    )
    order = [(one["price_fen"], one["ticket"]) for one in entries]
    assert order == sorted(order)
    for one in entries:
        leaf = bytes.fromhex(one["leaf"])
        assert one["ticket"] == tagged("draw-ticket", seed, "rank", leaf).hex()
        is_best = one["price_fen"] == entries[0]["price_fen"]
        assert (found.pool.record(leaf)["excluded"] is None) is is_best
    drawn = set(found.pool.of_stratum("all"))
    best = {one["leaf"] for one in entries if one["price_fen"] == entries[0]["price_fen"]}
    assert {leaf.hex() for leaf in drawn} == best


def test_a_ranking_that_does_not_follow_is_refused() -> None:
    body, opened = frozen({name: payload(name, price) for name, price in (("a", 5), ("b", 5))})
    found = judged(published(), body, opened)
    data = ranking.ranking(ABOUT, SEED, found.prices)
    entries = loads(data)["entries"]
    wrongs = [
        b"[]",
        dumps({"v": 1, "about": ABOUT, "entries": entries[::-1]}),
        dumps({"v": 1, "about": ABOUT, "entries": entries[:1]}),
        dumps({"v": 1, "about": ABOUT, "entries": [{**entries[0], "price_fen": 4}, entries[1]]}),
        dumps({"v": 1, "about": "round:x/1", "entries": entries}),
        dumps({"v": 1, "about": ABOUT, "entries": [{}]}),
        data + b" ",
    ]
    codes = []
    for wrong, seed in [*((each, SEED) for each in wrongs), (data, bytes(32))]:
        with pytest.raises(Refused) as refusal:
            ranking.check_ranking(wrong, ABOUT, seed, found.prices)
        codes.append((refusal.value.code, refusal.value.facts.get("what")))
    assert codes == [
        ("shape", "ranking"),
        *[("ranking", None)] * 4,
        ("shape", "ranking"),
        ("not_canonical", None),
        ("ranking", None),
    ]


def test_the_reserves_of_a_price_round_follow_the_ranking() -> None:
    prices = {sha256(bytes([n])): n % 3 + 1 for n in range(9)}
    body = loads(ranking.ranking(ABOUT, SEED, prices))
    leaves = [bytes.fromhex(one["leaf"]) for one in body["entries"]]
    assert ranking.after(body, [leaves[1]]) == [leaves[0], *leaves[2:]]


def test_ways_and_pools_are_those_of_the_protocol_and_others_are_refused_by_name() -> None:
    assert {name: (way.name, way.pools, way.priced) for name, way in WAYS.items()} == {
        "random": ("random", ("applicants", "qualified"), False),
        "price": ("price", ("applicants",), True),
    }
    assert {name: (pool.name, pool.applied_for) for name, pool in POOLS.items()} == {
        "applicants": ("applicants", True),
        "qualified": ("qualified", False),
    }
    assert APPLIED_FOR == ("applicants",)
    assert {way.envelopes for way in WAYS.values()} == {("application", "identity")}
    roots = {"envelopes_root": "e", "standing_root": "s", "pool_root": "p"}
    assert [POOLS[name].roots(roots) for name in POOLS] == [("e", "s"), ("p", None)]
    for ask, kind in ((way_of, "way"), (pool_of, "pool")):
        with pytest.raises(Refused) as refusal:
            ask({kind: "auction"})
        assert (refusal.value.code, refusal.value.facts) == (kind, {kind: "auction"})


def test_three_readers_come_to_the_same_pool() -> None:
    payloads = {name: payload(name, len(name)) for name in ("a", "bb", "ccc")} | {"d": None}
    body, opened = frozen(payloads)
    roots = {
        judged(published(), body, dict(some)).pool.root
        for some in (opened.items(), reversed(opened.items()), sorted(opened.items()))
    }
    assert len(roots) == 1
    assert isinstance(judged(published(), body, opened).pool, Pool)
