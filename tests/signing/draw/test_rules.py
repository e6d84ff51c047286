from typing import Any

import pytest

from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.draw import contributions, rules
from tests.factories.draws import CONTRIBUTORS, contributed, rules_of, secret

R1 = {"code": "R1", "kind": "distinct", "field": "employer"}
R2 = {"code": "R2", "kind": "at_most", "field": "region", "n": 2}
R3 = {"code": "R3", "kind": "equals", "field": "avoided", "value": False}


def code_of(call: Any, *args: Any) -> Any:
    with pytest.raises(Refused) as refusal:
        call(*args)
    assert str(refusal.value)
    return refusal.value.code


def test_good_rules() -> None:
    for some in (
        rules_of(),
        rules_of(constraints=[R1, R2, R3], drop_order=["R2", "R1"], strata=["red", "all"]),
        rules_of(reserves=0, salt_key_commit="00" * 32, pool="experts"),
        rules_of(constraints=[{**R3, "value": None}, {**R3, "code": "R4", "value": "x"}]),
    ):
        assert rules.must_be_rules(some) is some


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"v": 2}, "shape"),
        ({"take": 0}, "shape"),
        ({"take": True}, "shape"),
        ({"reserves": -1}, "shape"),
        ({"attempt": 0}, "shape"),
        ({"pool": "friends"}, "shape"),
        ({"strata": ["blue"]}, "shape"),
        ({"constraints": ["R1"]}, "shape"),
        ({"constraints": [{**R1, "n": 1}]}, "shape"),
        ({"constraints": [{**R2, "n": 0}]}, "shape"),
        ({"constraints": [{**R3, "value": []}]}, "shape"),
        ({"constraints": [{"code": "R1"}]}, "constraint"),
        ({"constraints": [{**R1, "kind": "random"}]}, "constraint"),
        ({"constraints": [R1, {**R2, "code": "R1"}]}, "rules_twice"),
        ({"strata": ["all", "all"]}, "rules_twice"),
        ({"contributors": ["owner", "owner"]}, "rules_twice"),
        ({"constraints": [R1], "drop_order": ["R1", "R1"]}, "rules_twice"),
        ({"strata": []}, "rules_empty"),
        ({"contributors": []}, "rules_empty"),
        ({"drop_order": ["R9"]}, "drop_order"),
        ({"extra": 1}, "shape"),
    ],
)
def test_bad_rules(changes: Any, code: Any) -> None:
    assert code_of(rules.must_be_rules, rules_of(**changes)) == code


def test_the_id_of_a_draw_changes_with_every_rule() -> None:
    ids = {
        rules.draw_id(rules_of(**change))
        for change in (
            {},
            {"take": 2},
            {"attempt": 2},
            {"subject": "round:x"},
            {"contributors": ["owner"]},
        )
    }
    assert len(ids) == 5


def test_contributions_are_those_of_the_rules() -> None:
    some = rules_of()
    identity, rows = rules.draw_id(some), contributed(some)
    contributions.must_be_whole(some, rows, identity)
    contributions.must_be_whole(some, rows[::-1], identity)
    for wrong in (rows[1:], [*rows, rows[0]], [{**rows[0], "role": "x"}, *rows[1:]], []):
        assert code_of(contributions.must_be_whole, some, wrong, identity) == "contributors"
    lied = [{**rows[0], "secret": secret("owner", "other").hex()}, *rows[1:]]
    assert code_of(contributions.must_be_whole, some, lied, identity) == "draw_secret"
    assert code_of(contributions.must_be_whole, some, rows, sha256(b"other")) == "draw_secret"


def test_a_secret_comes_out_of_its_envelope() -> None:
    identity, value = sha256(b"draw"), secret("owner")
    commit = contributions.draw_commit("owner", identity, value).hex()
    data = contributions.secret_payload("owner", value)
    assert contributions.read_secret(data, "owner", identity, commit) == value
    others = [
        (contributions.secret_payload("owner", secret("x")), "owner", identity, commit),
        (contributions.secret_payload("trustee:x", value), "owner", identity, commit),
        (data, "owner", sha256(b"other"), commit),
        (data, "trustee:x", identity, commit),
        (b"{}", "owner", identity, commit),
        (b"", "owner", identity, commit),
    ]
    for other in others:
        assert code_of(contributions.read_secret, *other)


def test_contributors_are_named_as_the_protocol_names_them() -> None:
    assert (contributions.OWNER, contributions.role_of("notary")) == ("owner", "trustee:notary")


def test_the_seed_does_not_depend_on_who_came_first() -> None:
    secrets = {role: secret(role) for role in CONTRIBUTORS}
    backwards = dict(reversed(secrets.items()))
    seed = contributions.seed(bytes(32), bytes(32), secrets)
    assert seed == contributions.seed(bytes(32), bytes(32), backwards)
    for role in CONTRIBUTORS:
        changed = secrets | {role: secret(role, "other")}
        assert contributions.seed(bytes(32), bytes(32), changed) != seed
    assert contributions.seed(bytes(32), b"\1" * 32, secrets) != seed
    assert contributions.seed(b"\1" * 32, bytes(32), secrets) != seed


@pytest.mark.parametrize(
    ("roles", "independent", "may"),
    [
        ([], ["regulator", "notary"], False),
        (["owner", "trustee:regulator"], ["regulator", "notary"], False),
        (["trustee:regulator", "trustee:notary"], ["regulator", "notary"], True),
        (["trustee:regulator", "trustee:platform"], ["regulator", "notary"], False),
        (["trustee:a", "trustee:b"], ["a", "b", "c"], True),
        (["owner"], [], False),
    ],
)
def test_applications_open_when_most_independent_trustees_have_contributed(
    roles: Any, independent: Any, may: Any
) -> None:
    assert contributions.may_open(roles, independent) is may
