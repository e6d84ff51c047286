from typing import Any

import pytest

from signing.core import small
from signing.core.canonical import dumps, loads
from signing.core.errors import Refused
from signing.rounds import admission
from signing.ways.registry import WAYS
from tests.factories.rounds import ABOUT, EARLY, admitted, identity, payload, public, salt, signer

OTHER = "round:DZ-2026-000318/2"


def code_of(call: Any, *args: Any, **names: Any) -> Any:
    with pytest.raises(Refused) as refusal:
        call(*args, **names)
    assert str(refusal.value)
    return refusal.value.code


STATEMENTS = {
    "admission": (
        admitted("a"),
        lambda body: admission.check_admission(
            public("desk"), body, about=ABOUT, author=public("a").hex()
        ),
    ),
    "receipt": (
        admission.receipt(
            signer("desk"), about=ABOUT, envelopes=["00" * 32], index=3, salt=salt("r"), at=EARLY
        ),
        lambda body: admission.check_receipt(public("desk"), body, about=ABOUT),
    ),
    "withdrawal": (
        admission.withdrawal(signer("a"), about=ABOUT, seq=2),
        lambda body: admission.check_withdrawal(body, about=ABOUT),
    ),
    "box": (
        admission.box_report(
            signer("notary"), about=ABOUT, envelope="00" * 32, trustee="notary", ok=True, at=EARLY
        ),
        lambda body: admission.check_box_report(
            public("notary"), body, about=ABOUT, trustee="notary"
        ),
    ),
}


@pytest.mark.parametrize("kind", STATEMENTS)
def test_a_statement_holds_as_it_was_signed(kind: Any) -> None:
    body, check = STATEMENTS[kind]
    assert body["kind"] == kind
    assert check(body) == body
    assert check(loads(dumps(body))) == body


@pytest.mark.parametrize("kind", STATEMENTS)
def test_a_statement_changed_anywhere_is_refused(kind: Any) -> None:
    body, check = STATEMENTS[kind]
    for key in body:
        without = {name: value for name, value in body.items() if name != key}
        for wrong in (without, body | {key: None}, body | {key: "ff" * 32}, body | {f"{key}x": 1}):
            assert code_of(check, wrong)
    for wrong in (None, [], "text", {}):
        assert code_of(check, wrong) == "shape"


def test_a_statement_of_one_kind_is_none_of_another() -> None:
    body = admitted("a")
    forged = small.signed(signer("desk"), {**body, "kind": "receipt"})
    assert code_of(STATEMENTS["admission"][1], forged) == "shape"


def test_admissions_are_bound_to_platform_round_and_author() -> None:
    author = public("a").hex()
    check = admission.check_admission
    assert code_of(check, public("a"), admitted("a"), about=ABOUT, author=author) == "signature"
    assert code_of(check, public("desk"), admitted("a"), about=OTHER, author=author) == "statement"
    other = public("b").hex()
    assert code_of(check, public("desk"), admitted("a"), about=ABOUT, author=other) == "statement"


def test_a_withdrawal_is_its_authors_alone() -> None:
    forged = small.signed(signer("b"), STATEMENTS["withdrawal"][0])
    assert code_of(admission.check_withdrawal, forged, about=ABOUT) == "signature"
    assert code_of(STATEMENTS["box"][1], small.signed(signer("platform"), STATEMENTS["box"][0]))


def test_a_report_of_another_trustee_is_refused() -> None:
    report = admission.box_report(
        signer("notary"), about=ABOUT, envelope="00" * 32, trustee="regulator", ok=True, at=EARLY
    )
    check = admission.check_box_report
    assert code_of(check, public("notary"), report, about=ABOUT, trustee="notary") == "statement"


def test_an_application_with_and_without_a_price() -> None:
    assert "price_fen" not in admission.read_application(payload("a"), WAYS["random"].fields)
    assert admission.read_application(payload("a", 5), WAYS["price"].fields)["price_fen"] == 5
    assert code_of(admission.read_application, payload("a", 5), WAYS["random"].fields) == "shape"
    assert code_of(admission.read_application, payload("a"), WAYS["price"].fields) == "shape"


@pytest.mark.parametrize("price", [0, -1, 10**29, True, 1.5, "5"])
def test_a_price_that_is_none_is_refused_before_sealing(price: Any) -> None:
    assert code_of(payload, "a", price) == "price"


@pytest.mark.parametrize(
    ("data", "nonce"),
    [
        (payload("a"), salt("nonce a")),
        (dumps({"draw_nonce": "11" * 32}), b"\x11" * 32),
        (dumps({"draw_nonce": "11" * 31}), bytes(32)),
        (dumps({}), bytes(32)),
        (dumps([]), bytes(32)),
        (b"no JSON", bytes(32)),
        (None, bytes(32)),
    ],
)
def test_the_nonce_is_read_or_zero(data: Any, nonce: Any) -> None:
    assert admission.draw_nonce(data) == nonce


def test_an_identity_is_bound_to_application_and_admission() -> None:
    application = payload("a")
    data = identity("a", application)
    body = admission.read_identity(data, application, admitted("a"))
    assert body["agency"]["code"] == "a"
    assert code_of(admission.read_identity, data, payload("a", 1), admitted("a")) == (
        "identity_statement"
    )
    assert code_of(admission.read_identity, data, application, admitted("b")) == "identity_commit"
    named = dumps(loads(data) | {"agency": {**body["agency"], "code": "b"}})
    assert code_of(admission.read_identity, named, application, admitted("a")) == "identity_commit"
    salted = dumps(loads(data) | {"salt": "00" * 32})
    assert code_of(admission.read_identity, salted, application, admitted("a")) == (
        "identity_commit"
    )
    other = admitted("a", about=OTHER)
    assert code_of(admission.read_identity, data, application, other) == "identity_statement"


@pytest.mark.parametrize("key", ["v", "agency", "salt", "certificate_b64", "statement", "cms_b64"])
def test_an_identity_has_its_keys(key: Any) -> None:
    body = loads(identity("a", payload("a")))
    for wrong in (dumps(body | {key: None}), dumps({k: v for k, v in body.items() if k != key})):
        assert code_of(admission.read_identity, wrong, payload("a"), admitted("a")) == "shape"


def test_an_escrow_tells_who_was_admitted() -> None:
    data = admission.escrow(author=public("a").hex(), agency="a", salt=salt("a"))
    assert admission.read_escrow(data, admitted("a"))["agency"] == "a"
    assert code_of(admission.read_escrow, data, admitted("b")) == "escrow"
    named = admission.escrow(author=public("a").hex(), agency="b", salt=salt("a"))
    assert code_of(admission.read_escrow, named, admitted("a")) == "escrow"
    assert code_of(admission.read_escrow, dumps({}), admitted("a")) == "shape"


def test_a_blind_commitment_tells_rounds_and_envelopes_apart() -> None:
    commits = {
        admission.blind_commit(salt("1"), about, envelopes)
        for about in (ABOUT, OTHER)
        for envelopes in (["00" * 32], ["00" * 32, "11" * 32], ["11" * 32, "00" * 32])
    }
    assert len(commits) == 6
