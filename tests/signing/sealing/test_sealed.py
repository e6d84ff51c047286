import hashlib
import itertools
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from signing.core.canonical import b64, dumps, loads, unb64
from signing.core.errors import Refused, Unreadable
from signing.sealing import sealed
from tests.factories.forgery import ODD, forged, resigned
from tests.factories.rounds import ABOUT, OPENS_AT, TRUSTEES, box_key, shares, signer, terms

PAYLOAD = b'{"price_fen":2800000,"v":1}'


@pytest.fixture(scope="module")
def data() -> Any:
    return sealed.seal("application", PAYLOAD, terms(), signer("a"), 1)


def code_of(call: Any, *args: Any, kind: Any = Refused) -> Any:
    with pytest.raises(kind) as refusal:
        call(*args)
    assert str(refusal.value)
    return refusal.value.code


@pytest.mark.parametrize("kind", sealed.SIZES)
@pytest.mark.parametrize("size", [0, 1, 1000, -4])
def test_every_choice_of_trustees_opens(kind: Any, size: Any) -> None:
    payload = b"x" * (size if size >= 0 else sealed.SIZES[kind] + size)
    data = sealed.seal(kind, payload, terms(), signer("a"), 7)
    envelope = sealed.read(data)
    assert (envelope.kind, envelope.seq, envelope.terms) == (kind, 7, terms())
    assert (envelope.about, envelope.opens_at) == (ABOUT, OPENS_AT)
    assert envelope.author == signer("a").public_key().public_bytes_raw().hex()
    assert envelope.sha256 == hashlib.sha256(data).hexdigest()
    assert sealed.read(data, "a name").sha256 == "a name"
    for some in [*itertools.combinations(TRUSTEES, 2), TRUSTEES]:
        dek = sealed.recover(envelope, shares(data, *some))
        assert sealed.decrypt(envelope, dek) == payload


def test_there_may_be_255_trustees_and_all_of_them_needed() -> None:
    keys = [X25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(1, 256)]
    seats = tuple(
        sealed.Seat(f"t{n}", key.public_key().public_bytes_raw().hex())
        for n, key in enumerate(keys, 1)
    )
    every = sealed.Terms(ABOUT, 255, seats, OPENS_AT)
    envelope = sealed.read(sealed.seal("draw_secret", b"{}", every, signer("a"), 0))
    given = {x: sealed.open_box(envelope, x, key) for x, key in enumerate(keys, 1)}
    assert sealed.decrypt(envelope, sealed.recover(envelope, given)) == b"{}"


def test_the_size_tells_nothing() -> None:
    sizes = {
        len(sealed.seal("application", b"%d" % price, terms(), signer("a"), 1))
        for price in (1, 999_999_999)
    }
    assert len(sizes) == 1


def test_what_does_not_fit_is_not_sealed() -> None:
    too_much = bytes(sealed.SIZES["draw_secret"] - 3)
    assert code_of(sealed.seal, "draw_secret", too_much, terms(), signer("a"), 1) == "size"


def test_an_envelope_fits_the_terms_it_was_sealed_under(data: Any) -> None:
    envelope = sealed.read(data)
    sealed.must_fit(envelope, terms())
    published = terms()
    others = {
        "about": sealed.Terms("round:DZ-2026-000318/2", 2, published.seats, OPENS_AT),
        "k": sealed.Terms(ABOUT, 3, published.seats, OPENS_AT),
        "seats": sealed.Terms(ABOUT, 2, published.seats[::-1], OPENS_AT),
        "opens_at": sealed.Terms(ABOUT, 2, published.seats, "2026-11-22T09:30:00.001Z"),
    }
    for field, other in others.items():
        with pytest.raises(Refused) as refusal:
            sealed.must_fit(envelope, other)
        assert (refusal.value.code, refusal.value.facts) == ("envelope_terms", {"field": field})


def changed_lists(data: Any) -> Any:
    body = loads(data)
    seats = body["trustees"]
    doubled_id = [*seats[:2], {**seats[2], "id": seats[0]["id"]}]
    doubled_key = [*seats[:2], {**seats[2], "key": seats[0]["key"]}]
    box = unb64(body["boxes_b64"][0])
    return {
        "envelope_counts": [
            {"trustees": seats[:2]},
            {"share_hashes": body["share_hashes"][:2]},
            {"boxes_b64": [*body["boxes_b64"], b64(box)]},
            {"k": 4},
            {"trustees": [], "share_hashes": [], "boxes_b64": []},
        ],
        "envelope_seats": [{"trustees": doubled_id}, {"trustees": doubled_key}],
        "envelope_box": [{"boxes_b64": [b64(box[:-1]), *body["boxes_b64"][1:]]}],
        "envelope_size": [
            {"ciphertext_b64": b64(unb64(body["ciphertext_b64"])[:-1])},
            {"kind": "identity"},
            {"kind": "draw_secret"},
        ],
    }


def test_counts_and_sizes_are_checked(data: Any) -> None:
    for code, changes in changed_lists(data).items():
        for change in changes:
            assert code_of(sealed.read, resigned(data, **change)) == code


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("v", 2),
        ("v", True),
        ("suite", "none"),
        ("kind", "offer"),
        ("kind", None),
        ("about", ""),
        ("author", "00" * 31),
        ("seq", -1),
        ("seq", "1"),
        ("k", 0),
        ("trustees", None),
        ("trustees", [{"id": "a"}]),
        ("opens_at", "2026-11-22"),
        ("salt", "00"),
        ("key_commit", None),
        ("share_hashes", ["00"]),
        ("nonce", "00" * 13),
        ("boxes_b64", ["?"]),
        ("ciphertext_b64", 5),
        ("salt", ...),
        ("stray", 1),
    ],
)
def test_every_key_is_checked(data: Any, key: Any, value: Any) -> None:
    with pytest.raises(Refused) as refusal:
        sealed.read(resigned(data, **{key: value}))
    assert refusal.value.facts == {"what": "envelope", "key": key}


def test_the_author_must_have_signed(data: Any) -> None:
    body = loads(data)
    for change in ({"seq": 2}, {"signature_b64": b64(bytes(64))}, {"signature_b64": ""}):
        with pytest.raises(Refused) as refusal:
            sealed.read(dumps(body | change))
        assert (refusal.value.code, refusal.value.facts) == ("signature", {"what": "envelope"})


def test_only_canonical_bytes_are_read(data: Any) -> None:
    for wrong in (b"", b"[]", b"null", data + b" ", data[:-1], b"{}"):
        assert code_of(sealed.read, wrong)


def test_a_flipped_bit_is_always_found(data: Any) -> None:
    for place in range(0, len(data), 97):
        wrong = bytearray(data)
        wrong[place] ^= 1
        assert code_of(sealed.read, bytes(wrong))


def test_a_box_opens_for_its_own_trustee_alone(data: Any) -> None:
    envelope = sealed.read(data)
    assert code_of(sealed.open_box, envelope, 1, box_key("notary")) == "box"
    assert code_of(sealed.open_box, envelope, 1, box_key("stranger")) == "box"


def test_boxes_are_bound_to_their_envelope(data: Any) -> None:
    for change in (
        {"seq": 2},
        {"about": "round:other/1"},
        {"opens_at": "2026-11-21T00:00:00.000Z"},
    ):
        moved = sealed.read(resigned(data, **change))
        with pytest.raises(Unreadable):
            sealed.open_box(moved, 1, box_key("regulator"))


def opened(data: Any, *who: Any) -> Any:
    envelope = sealed.read(data)
    return sealed.decrypt(envelope, sealed.recover(envelope, shares(data, *who)))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hashed": ODD}, "polynomial"),
        ({"committed": bytes(32)}, "key_commit"),
        ({"used": bytes(32)}, "ciphertext"),
        ({"plain": (4093).to_bytes(4, "big") + bytes(4092)}, "padding"),
        ({"plain": b"\xff" * 4096}, "padding"),
        ({"plain": bytes(4095) + b"\1"}, "padding"),
    ],
)
def test_a_dishonest_author_is_unreadable_whoever_answers(changes: Any, code: Any) -> None:
    data = forged(**changes)
    envelope = sealed.read(data)
    for some in [*itertools.combinations(TRUSTEES, 2), TRUSTEES]:
        given = shares(data, *some)
        if code in {"ciphertext", "padding"}:  # what the first phase cannot see
            dek = sealed.recover(envelope, given)
            assert code_of(sealed.decrypt, envelope, dek, kind=Unreadable) == code
        else:
            assert code_of(sealed.recover, envelope, given, kind=Unreadable) == code


def test_the_forger_can_also_be_honest() -> None:
    assert opened(forged(), "notary", "platform") == b"{}"


@pytest.mark.parametrize("changes", [{"marks": (2, 2, 3)}, {"boxed": ODD}])
def test_a_wrong_box_is_found_by_its_trustee(changes: Any) -> None:
    envelope = sealed.read(forged(**changes))
    with pytest.raises(Unreadable) as refusal:
        sealed.open_box(envelope, 1, box_key("regulator"))
    assert (refusal.value.code, refusal.value.facts) == ("box", {"x": 1})


def test_a_wrong_share_is_its_givers_fault_not_the_envelopes(data: Any) -> None:
    envelope = sealed.read(data)
    good = shares(data, "regulator", "notary")
    for wrong in (
        {1: bytes(32)},
        {1: good[2], 2: good[1]},
        {4: good[1]},
        {0: good[1]},
        {-1: good[2]},
    ):
        with pytest.raises(Refused) as refusal:
            sealed.recover(envelope, good | wrong)
        assert not isinstance(refusal.value, Unreadable)
        assert refusal.value.code == "share"
    assert code_of(sealed.recover, envelope, {1: good[1]}) == "too_few_shares"
    assert code_of(sealed.recover, envelope, {}) == "too_few_shares"


def test_a_key_that_was_not_committed_opens_nothing(data: Any) -> None:
    assert code_of(sealed.decrypt, sealed.read(data), bytes(32)) == "key_commit"


def test_a_trustee_key_that_is_no_key_is_refused() -> None:
    low = sealed.Terms(ABOUT, 1, (sealed.Seat("a", "00" * 32),), OPENS_AT)
    assert code_of(sealed.seal, "draw_secret", b"{}", low, signer("a"), 1) == "seat"


def test_a_box_with_a_point_of_low_order_does_not_open(data: Any) -> None:
    boxes = loads(data)["boxes_b64"]
    hostile = sealed.read(resigned(data, boxes_b64=[b64(bytes(sealed.BOX_SIZE)), *boxes[1:]]))
    key = box_key("regulator")
    assert code_of(sealed.open_box, hostile, 1, key, kind=Unreadable) == "box"


@pytest.mark.parametrize("x", [-1, 0, 4])
def test_there_are_only_as_many_boxes_as_trustees(data: Any, x: Any) -> None:
    assert code_of(sealed.open_box, sealed.read(data), x, box_key("platform")) == "seat"


def test_the_sizes_are_the_protocol_s() -> None:
    """PROTOCOL.md §4: envelopes of another size would be refused by everybody who has these."""
    sizes = {"application": 16_384, "identity": 32_768, "escrow": 32_768, "draw_secret": 4_096}
    assert sizes == sealed.SIZES
