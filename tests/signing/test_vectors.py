"""Our own vectors: the files are what the generator writes, and the library holds to them."""

import itertools
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.blind_audit import messages
from signing.core import small
from signing.core.canonical import dumps, loads, unb64
from signing.core.errors import NotCanonical, Refused, Unreadable
from signing.core.hashing import sha256
from signing.draw import transcript
from signing.draw.moves import Standings, moved, read_moves
from signing.log import checkpoint, note
from signing.receipts import saved
from signing.regulator import requests
from signing.rounds import freeze
from signing.sealing import sealed
from signing.ways import ranking
from signing.ways.applications import judged
from tests.signing.vectors import make

GIVEN: dict[str, Any] = {
    name: json.loads((make.FOLDER / f"{name}.json").read_text("utf-8")) for name in make.FILES
}


@pytest.mark.parametrize("name", sorted(set(make.FILES) - {"envelopes", "blind_audit"}))
def test_the_files_are_what_the_generator_writes(name: str) -> None:
    assert (make.FOLDER / f"{name}.json").read_text("utf-8") == make.text_of(name)


def test_the_generator_still_makes_envelopes_of_the_same_shape() -> None:
    fresh, kept = make.envelopes(), GIVEN["envelopes"]
    assert fresh.keys() == kept.keys()
    for some in ("unreadable", "refused"):
        assert [one.keys() for one in fresh[some]] == [one.keys() for one in kept[some]]


@pytest.mark.parametrize("one", GIVEN["canonical"]["good"])
def test_canonical_good(one: Any) -> None:
    data = bytes.fromhex(one["hex"])
    assert dumps(loads(data)) == data


@pytest.mark.parametrize("one", GIVEN["canonical"]["bad"], ids=lambda one: one["code"])
def test_canonical_bad(one: Any) -> None:
    with pytest.raises(NotCanonical) as refusal:
        loads(bytes.fromhex(one["hex"]))
    assert refusal.value.code == one["code"]


@pytest.mark.parametrize("one", GIVEN["statements"]["good"], ids=lambda one: one["body"]["kind"])
def test_statements_good(one: Any) -> None:
    small.check(bytes.fromhex(one["key"]), one["body"])


@pytest.mark.parametrize("one", GIVEN["statements"]["bad"], ids=lambda one: one["why"])
def test_statements_bad(one: Any) -> None:
    with pytest.raises(Refused):
        small.check(bytes.fromhex(one["key"]), one["body"])


@pytest.mark.parametrize("text", GIVEN["carried"]["requests"])
def test_order_requests(text: str) -> None:
    assert dumps(requests.read_request(text.encode())) == text.encode()


@pytest.mark.parametrize("one", GIVEN["carried"]["no_requests"], ids=lambda one: one["why"])
def test_what_is_no_order_request(one: Any) -> None:
    with pytest.raises(Refused) as refusal:
        requests.read_request(one["text"].encode())
    assert refusal.value.code == "request"


def test_a_voucher_gives_its_receipts_for_its_password() -> None:
    voucher = GIVEN["carried"]["voucher"]
    kept = saved.read(voucher["text"].encode(), lambda: voucher["password"])
    assert kept.last == voucher["content"]["sent"][-1]["receipt"]
    for text, password in (
        (voucher["text"], "another"),
        (GIVEN["carried"]["no_vouchers"][0]["text"], voucher["password"]),
    ):
        with pytest.raises(Refused):
            saved.read(text.encode(), lambda typed=password: typed)


def looked_at(text: str) -> tuple[checkpoint.Checkpoint, int | None]:
    given = GIVEN["notes"]
    parsed = note.parse(text)
    witnesses = [
        checkpoint.Witness(one["name"], bytes.fromhex(one["key"]), one["platform"])
        for one in given["witnesses"]
    ]
    found = checkpoint.check_log(parsed, given["origin"], bytes.fromhex(given["log"]))
    return found, checkpoint.quorum_at(parsed, witnesses)


def test_notes() -> None:
    good = GIVEN["notes"]["good"]
    found, quorum_at = looked_at(good["note"])
    assert (found.size, found.root.hex(), quorum_at) == (
        good["size"],
        good["root"],
        good["quorum_at"],
    )
    assert looked_at(GIVEN["notes"]["no_quorum"]) == (found, None)


@pytest.mark.parametrize("one", GIVEN["notes"]["bad"], ids=lambda one: one["why"])
def test_notes_bad(one: Any) -> None:
    with pytest.raises(Refused):
        looked_at(one["note"])


def choices(data: bytes) -> tuple[sealed.Envelope, list[dict[int, bytes]]]:
    envelope = sealed.read(data)
    keys = [
        X25519PrivateKey.from_private_bytes(bytes.fromhex(one["private"]))
        for one in GIVEN["envelopes"]["trustees"]
    ]
    shares = {x: sealed.open_box(envelope, x, key) for x, key in enumerate(keys, 1)}
    pairs = itertools.combinations(shares, GIVEN["envelopes"]["k"])
    return envelope, [{x: shares[x] for x in some} for some in [*pairs, tuple(shares)]]


def test_an_envelope_opens_for_every_choice() -> None:
    good = GIVEN["envelopes"]["good"]
    envelope, some = choices(good["envelope"].encode())
    for shares in some:
        assert {str(x): share.hex() for x, share in shares.items()}.items() <= good[
            "shares"
        ].items()
        payload = sealed.decrypt(envelope, sealed.recover(envelope, shares))
        assert payload.hex() == good["payload_hex"]


@pytest.mark.parametrize("one", GIVEN["envelopes"]["unreadable"], ids=lambda one: one["code"])
def test_an_envelope_is_unreadable_for_every_choice(one: Any) -> None:
    envelope, some = choices(one["envelope"].encode())
    for shares in some:
        with pytest.raises(Unreadable) as refusal:
            sealed.decrypt(envelope, sealed.recover(envelope, shares))
        assert refusal.value.code == one["code"]


@pytest.mark.parametrize("one", GIVEN["envelopes"]["refused"], ids=lambda one: one["why"])
def test_an_envelope_is_refused(one: Any) -> None:
    with pytest.raises(Refused):
        sealed.read(one["envelope"].encode())


def test_a_price_round_from_the_freeze_to_the_moves() -> None:
    given = GIVEN["price_round"]
    frozen = freeze.read_applicants(given["freeze"].encode(), make.ABOUT, make.KINDS)
    opened = {
        one["application"]: None if one["payload_b64"] is None else unb64(one["payload_b64"])
        for one in given["payloads"]
    }
    found = judged(given["publication"], frozen, opened)
    codes = sorted(str(found.pool.record(leaf)["excluded"]) for leaf in found.pool.leaves)
    assert codes == sorted(map(str, given["excluded"].values()))
    done = transcript.check(loads(given["transcript"].encode()))
    assert done.pool.root == found.pool.root
    assert loads(given["transcript"].encode())["freeze"]["sha256"] == (
        sha256(given["freeze"].encode()).hex()
    )
    ranked = ranking.check_ranking(given["ranking"].encode(), make.ABOUT, done.seed, found.prices)
    start = Standings(done.walk.taken, ranking.after(ranked, done.walk.taken))
    after = moved(
        done.rules, done.walk.dropped, done.pool, start, read_moves(given["moves"].encode())
    )
    assert [leaf.hex() for leaf in (*after.taken, *after.reserves)] == given["after_moves"]
    for one in given["bad_rankings"]:
        with pytest.raises(Refused):
            ranking.check_ranking(one["ranking"].encode(), make.ABOUT, done.seed, found.prices)


@pytest.mark.parametrize("one", GIVEN["price_round"]["bad_transcripts"], ids=lambda one: one["why"])
def test_a_transcript_is_refused(one: Any) -> None:
    with pytest.raises(Refused):
        transcript.check(loads(one["transcript"].encode()))


def box_opened(box_b64: str) -> tuple[int, bytes]:
    given = GIVEN["blind_audit"]
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(given["private"]))
    order = messages.digest(messages.read_order(given["order"]))
    return messages.open_share(key, order, given["trustee"], given["envelope"], unb64(box_b64))


def test_a_share_sealed_for_an_audit() -> None:
    given = GIVEN["blind_audit"]
    assert box_opened(given["box_b64"]) == (given["x"], bytes.fromhex(given["share"]))
    assert make.blind_audit().keys() == given.keys()


@pytest.mark.parametrize("one", GIVEN["blind_audit"]["refused"], ids=lambda one: one["why"])
def test_boxes_for_another_audit_do_not_open(one: Any) -> None:
    with pytest.raises(Unreadable):
        box_opened(one["box_b64"])


def test_a_finding_answers_its_order() -> None:
    given = GIVEN["blind_audit"]
    found = messages.must_answer(given["finding"], given["order"], given["identities"])
    assert (found["envelopes"], found["agencies"]) == (3, 2)


@pytest.mark.parametrize(
    "one", GIVEN["blind_audit"]["refused_findings"], ids=lambda one: one["why"]
)
def test_findings_to_refuse(one: Any) -> None:
    given = GIVEN["blind_audit"]
    with pytest.raises(Refused):
        messages.must_answer(one["body"], given["order"], given["identities"])
