"""A dossier with a blind audit: it holds, and every forgery of order or finding is found.

Log, seal and trustees collude, and the regulator where its key is used: every signature holds.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signing.blind_audit.messages import audit_order, digest, finding
from signing.core import small
from signing.core.canonical import dumps
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.trustee import order_key
from signing.verify import checks
from signing.verify.checks import CHECKS, verify
from signing.verify.report import HOLDS
from tests.factories.audited_city import of_an_audit
from tests.factories.dossiers import Dossiers
from tests.factories.tampering import Forger

AT = "2026-11-22T09:00:00.000Z"


@pytest.fixture(scope="session")
async def audited(dossiers: Dossiers, tmp_path_factory: pytest.TempPathFactory) -> Dossiers:
    folder, code = tmp_path_factory.mktemp("audited") / "city", dossiers.story["price"]
    path = await of_an_audit(dossiers, folder)
    return replace(dossiers, files={code: path}, story={"audited": code}, folder=folder)


@pytest.fixture
def forger(audited: Dossiers) -> Forger:
    return Forger(audited, "audited")


def place(forger: Forger) -> str:
    return f"audits/{forger.name}.json"


def key(forger: Forger) -> Any:
    return order_key.load(forger.dossiers.folder / "personas" / "regulator-order.json")


def test_it_holds(audited: Dossiers, forger: Forger, tmp_path: Path) -> None:
    report = verify(audited.of("audited"), audited.trust)
    assert [one.faults for one in report.verdicts if not one.holds] == []
    assert report.exit_code == HOLDS
    assert any("blind audit" in line and " 0 faults" in line for line in report.lines())
    assert verify(forger.sealed(tmp_path / "x.zip"), audited.trust).exit_code == HOLDS


def found_anew(forger: Forger, **changes: Any) -> None:
    """Another finding by the regulator's own key, logged as it is."""

    def other(body: Any) -> None:
        old = body["finding"]
        given = {name: old[name] for name in ("envelopes", "agencies", "at")}
        faults = {row["envelope"]: row["code"] for row in old["faults"]}
        given |= {"faults": faults, **changes}
        body["finding"] = finding(key(forger), body["order"], **given)

    forger.change(place(forger), other)
    told = digest(forger.value(place(forger))["finding"])
    forger.log_again(forger.index("audit_found"), lambda body: body["facts"].update(finding=told))


def finding_changed(forger: Forger) -> None:
    forger.change(place(forger), lambda body: body["finding"].update(agencies=1))


def finding_by_another(forger: Forger) -> None:
    def other(body: Any) -> None:
        plain = {k: v for k, v in body["finding"].items() if k != "signature_b64"}
        body["finding"] = small.signed(forger.trustees["notary"].ed25519, plain)

    forger.change(place(forger), other)
    told = digest(forger.value(place(forger))["finding"])
    forger.log_again(forger.index("audit_found"), lambda body: body["facts"].update(finding=told))


def finding_not_logged(forger: Forger) -> None:
    at = "2026-12-22T09:00:00.000Z"

    def other(body: Any) -> None:
        old = body["finding"]
        given = {name: old[name] for name in ("envelopes", "agencies")}
        body["finding"] = finding(key(forger), body["order"], **given, faults={}, at=at)

    forger.change(place(forger), other)


def finding_hidden(forger: Forger) -> None:
    forger.change(place(forger), lambda body: body.update(finding=None))


def too_many_agencies(forger: Forger) -> None:
    count = forger.value(place(forger))["finding"]["agencies"]
    found_anew(forger, agencies=count + 1)


def too_few_agencies(forger: Forger) -> None:
    count = forger.value(place(forger))["finding"]["agencies"]
    found_anew(forger, agencies=count - 1)


def other_envelopes(forger: Forger) -> None:
    found_anew(forger, envelopes=2, agencies=2)


def a_stranger_at_fault(forger: Forger) -> None:
    count = forger.value(place(forger))["finding"]["agencies"]
    found_anew(forger, agencies=count, faults={"ab" * 32: "UNBOUND"})


def order_by_another(forger: Forger) -> None:
    stranger = forger.trustees["platform"].ed25519

    def other(body: Any) -> None:
        old = body["order"]
        body["order"] = audit_order(
            stranger, about=old["about"], freeze=old["freeze"], seal_to=old["key"], at=AT
        )

    forger.change(place(forger), other)


def order_for_another_freeze(forger: Forger) -> None:
    def other(body: Any) -> None:
        old = body["order"]
        given = {"about": old["about"], "seal_to": old["key"], "at": old["at"]}
        body["order"] = audit_order(key(forger), freeze="ab" * 32, **given)

    forger.change(place(forger), other)
    order = digest(forger.value(place(forger))["order"])
    facts = {"order": order, "freeze": "ab" * 32}
    forger.log_again(forger.index("audit_ordered"), lambda body: body["facts"].update(facts))


def file_dropped(forger: Forger) -> None:
    forger.drop(place(forger))


def file_stray(forger: Forger) -> None:
    code, attempt = forger.name.rsplit("-", 1)
    forger.files[f"audits/{code}-{int(attempt) + 1}.json"] = forger.files[place(forger)]


def malformed(forger: Forger) -> None:
    forger.files[place(forger)] = b'{"finding":[],"order":"x"}'


def released(forger: Forger, edit: Callable[[Any], None], only: str = "") -> None:
    """Change the audit releases (of one trustee), signed again and logged as they are."""
    path = f"releases/{forger.name}.json"

    def other(rows: Any) -> Any:
        for place_, row in enumerate(rows):
            if row["what"] == "audit" and only in ("", row["trustee"]):
                old = sha256(dumps(row)).hex()
                edit(row)
                rows[place_] = forger.signed_by(row["trustee"], row)
                relog(old, sha256(dumps(rows[place_])).hex())
        return rows

    def relog(old: str, new: str) -> None:
        for index in forger.indexes:
            entry = forger.value(layout.entry(index))
            if entry["facts"].get("sha256") == old:
                forger.log_again(index, lambda body: body["facts"].update(sha256=new))

    forger.change(path, other)


def obeyed_before_it_was_ordered(forger: Forger) -> None:
    before = forger.index("audit_ordered")
    released(forger, lambda row: row.update(tree_size=before))


def obeyed_for_a_stranger(forger: Forger) -> None:
    released(forger, lambda row: row.update(envelopes=["ab" * 32]))


def found_before_it_was_obeyed(forger: Forger) -> None:
    size = 10**6
    released(forger, lambda row: row.update(tree_size=size))


@pytest.mark.parametrize(
    "forge",
    [
        finding_changed,
        finding_by_another,
        finding_not_logged,
        finding_hidden,
        too_many_agencies,
        too_few_agencies,
        other_envelopes,
        a_stranger_at_fault,
        order_by_another,
        order_for_another_freeze,
        file_dropped,
        file_stray,
        malformed,
        obeyed_before_it_was_ordered,
        obeyed_for_a_stranger,
        found_before_it_was_obeyed,
    ],
)
def test_a_forged_audit_is_found(
    forger: Forger,
    audited: Dossiers,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    forge: Callable[[Forger], None],
) -> None:
    forge(forger)
    path = forger.sealed(tmp_path / "x.zip")
    assert verify(path, audited.trust).failed == [11]
    without = [replace(one, parts=one.parts[:2]) if one.number == 11 else one for one in CHECKS]
    monkeypatch.setattr(checks, "CHECKS", tuple(without))
    assert verify(path, audited.trust).failed == []  # canary: nothing else would have found it


def test_a_second_order_breaks_the_order_of_steps(
    forger: Forger, audited: Dossiers, tmp_path: Path
) -> None:
    index = forger.index("audit_found")
    facts = forger.value(layout.entry(forger.index("audit_ordered")))["facts"]
    tag = "selection:round:audit_ordered"
    forger.log_again(index, lambda body: body.update(tag=tag, facts=facts))
    forger.change(place(forger), lambda body: body.update(finding=None))
    assert verify(forger.sealed(tmp_path / "x.zip"), audited.trust).failed == [5]


def test_another_regulator_cannot_sign_the_finding(forger: Forger) -> None:
    order = forger.value(place(forger))["order"]
    with pytest.raises(Refused, match="another regulator's key"):
        finding(forger.trustees["notary"].ed25519, order, envelopes=1, agencies=1, faults={}, at=AT)
