from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.core.canonical import b64
from signing.core.errors import Refused
from signing.log import checkpoint, note, tree
from tests.factories.rounds import public, signer

ORIGIN = "dazhou.mingxuan.example/ledger"
HOST = "dazhou.mingxuan.example"
POINT = checkpoint.Checkpoint(ORIGIN, 7, tree.leaf_hash(b"root"))
WITNESSES = [
    checkpoint.Witness(f"{HOST}/{one}", public(one), platform=one == "platform")
    for one in ("regulator", "notary", "city", "platform")
]


def signed() -> Any:
    return checkpoint.sign(signer("log"), POINT)


def cosigned(*who: Any, at: Any = 1_800_000_000) -> Any:
    lines = [checkpoint.cosign(signer(one), f"{HOST}/{one}", POINT.text, at) for one in who]
    return signed().having(*lines)


def test_a_checkpoint_comes_back() -> None:
    parsed = note.parse(str(signed()))
    assert checkpoint.check_log(parsed, ORIGIN, public("log")) == POINT
    assert checkpoint.read_text(POINT.text) == POINT
    assert parsed == signed()


@pytest.mark.parametrize(
    ("origin", "key"), [("other.example/ledger", "log"), (ORIGIN, "regulator")]
)
def test_another_log_is_refused(origin: Any, key: Any) -> None:
    with pytest.raises(Refused):
        checkpoint.check_log(signed(), origin, public(key))


def test_a_log_line_over_another_text_is_refused() -> None:
    forged = note.Note(POINT.text.replace("\n7\n", "\n8\n"), signed().lines)
    with pytest.raises(Refused) as refusal:
        checkpoint.check_log(forged, ORIGIN, public("log"))
    assert refusal.value.code == "signature"


def test_a_note_of_another_origin_under_the_same_key_is_refused() -> None:
    other = checkpoint.Checkpoint("other.example/ledger", 7, POINT.root)
    line = note.Line(
        ORIGIN,
        note.key_id(ORIGIN, note.LOG, public("log")),
        signer("log").sign(other.text.encode()),
    )
    with pytest.raises(Refused):
        checkpoint.check_log(note.Note(other.text, (line,)), ORIGIN, public("log"))


@pytest.mark.parametrize(
    ("who", "enough"),
    [
        ((), False),
        (("platform",), False),
        (("regulator",), False),
        (("regulator", "platform"), False),
        (("regulator", "regulator"), False),
        (("regulator", "notary"), True),
        (("regulator", "notary", "city", "platform"), True),
    ],
)
def test_a_quorum_is_a_strict_majority_without_the_platform(who: Any, enough: Any) -> None:
    assert checkpoint.has_quorum(cosigned(*who), WITNESSES) is enough


def test_half_is_no_majority() -> None:
    two = [WITNESSES[0], WITNESSES[1], WITNESSES[3]]
    assert not checkpoint.has_quorum(cosigned("regulator", "platform"), two)
    assert checkpoint.has_quorum(cosigned("regulator", "notary"), two)


def test_nobody_independent_is_no_quorum() -> None:
    assert not checkpoint.has_quorum(cosigned("platform"), WITNESSES[3:])
    assert not checkpoint.has_quorum(cosigned("platform"), [])


def test_one_trustee_listed_twice_counts_once() -> None:
    doubled = [WITNESSES[0], WITNESSES[0], WITNESSES[1], WITNESSES[2]]
    assert not checkpoint.has_quorum(cosigned("regulator"), doubled)


def test_the_time_of_the_quorum_is_that_of_its_last_member() -> None:
    lines = [
        checkpoint.cosign(signer(one), f"{HOST}/{one}", POINT.text, at)
        for one, at in (("regulator", 30), ("notary", 10), ("city", 20), ("regulator", 40))
    ]
    both = signed().having(*lines)
    assert checkpoint.cosigned_at(both, WITNESSES[0]) == 30
    assert checkpoint.cosigned_at(both, WITNESSES[3]) is None
    assert checkpoint.quorum_at(both, WITNESSES) == 20


def test_a_false_line_of_a_witness_refuses_the_note() -> None:
    line = checkpoint.cosign(signer("regulator"), f"{HOST}/regulator", POINT.text, 5)
    wrongs = [
        note.Line(line.name, line.key_id, line.signature[:-1] + b"\0"),
        note.Line(line.name, line.key_id, (6).to_bytes(8, "big") + line.signature[8:]),
        note.Line(line.name, line.key_id, b"\0"),
        checkpoint.cosign(signer("regulator"), f"{HOST}/regulator", POINT.text + "x", 5),
    ]
    for wrong in wrongs:
        with pytest.raises(Refused):
            checkpoint.has_quorum(signed().having(wrong), WITNESSES)


def test_strangers_are_named() -> None:
    line = checkpoint.cosign(signer("x"), "stranger.example/x", POINT.text, 5)
    renamed = checkpoint.cosign(signer("x"), f"{HOST}/notary", POINT.text, 5)
    mixed = cosigned("regulator").having(line, renamed)
    names = checkpoint.strangers(mixed, ORIGIN, public("log"), WITNESSES)
    assert names == ["stranger.example/x", f"{HOST}/notary"]
    assert checkpoint.strangers(cosigned("notary"), ORIGIN, public("log"), WITNESSES) == []


def test_a_line_is_not_doubled() -> None:
    once = cosigned("notary")
    assert once.having(*once.lines) == once


ROOT = b64(POINT.root)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n7\n{ROOT}",
        f"{ORIGIN}\n7\n{ROOT}\nextension\n",
        f"{ORIGIN}\n07\n{ROOT}\n",
        f"{ORIGIN}\n+7\n{ROOT}\n",
        f"{ORIGIN}\n-7\n{ROOT}\n",
        f"{ORIGIN}\n٧\n{ROOT}\n",
        f"{ORIGIN}\n{'9' * 5000}\n{ROOT}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT}\n",
        f"{ORIGIN}\n7\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n7\n{b64(bytes(31))}\n",
        f"with space\n7\n{ROOT}\n",
        f"\n7\n{ROOT}\n",
        f"a+b\n7\n{ROOT}\n",
    ],
)
def test_other_checkpoints_are_refused(text: Any) -> None:
    with pytest.raises(Refused):
        checkpoint.read_text(text)


LINE = str(signed()).rpartition("\n\n")[2]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "text\n",
        "text\n\n",
        f"text\n\n{LINE[:-1]}",
        f"text\n\n{LINE}\n",
        f"text\n\n-{LINE[1:]}",
        f"text\n\n— {ORIGIN}\n",
        f"text\n\n— {ORIGIN} !!!!\n",
        f"text\n\n— {ORIGIN} AAAAAA==\n",
        "text\n\n—  AAAAAAAA\n",
        f"text\r\n\n{LINE}",
        f"te\0xt\n\n{LINE}",
        f"\ud800\n\n{LINE}",
        "text\n\n" + LINE * 101,
    ],
)
def test_other_notes_are_refused(data: Any) -> None:
    with pytest.raises(Refused):
        note.parse(data)


@given(st.text(max_size=80))
def test_hostile_text_is_a_note_or_refused(data: Any) -> None:
    for given_text in (data, f"{data}\n\n{LINE}", f"text\n\n— {data}\n"):
        try:
            parsed = note.parse(given_text)
        except Refused:
            continue
        assert str(parsed) == given_text


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2028b", "a\0b", "a\nb"])
def test_names_that_are_none(name: Any) -> None:
    assert not note.is_name(name)
