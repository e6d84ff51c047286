"""A project tried three times: no attempt begins without the signatures that it takes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from signing.cms.signer import Signer
from signing.core.canonical import instant, read_instant
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.statements import redo
from signing.verify.checks import verify
from signing.verify.report import HOLDS
from tests.factories.dossiers import Dossiers
from tests.factories.tampering import Forger
from tests.factories.third_attempt import (
    of_a_third_attempt,
    regulators_key,
    stamped_at,
    strangers_key,
)

OWNER, REGULATOR = ".p7s", "-regulator.p7s"


@pytest.fixture(scope="session")
async def thrice(dossiers: Dossiers, tmp_path_factory: pytest.TempPathFactory) -> Dossiers:
    folder, code = tmp_path_factory.mktemp("thrice") / "city", dossiers.story["failed_twice"]
    path = await of_a_third_attempt(dossiers, folder)
    return replace(dossiers, files={code: path}, story={"thrice": code}, folder=folder)


class Cheat(Forger):
    """A forger who knows where the redos of a project stand; ``count`` 1 and 2."""

    def entries(self, count: int) -> dict[str, int]:
        """The indexes of the entries about one redo by the end of their tags."""
        found = {}
        for index in self.indexes:
            body = self.value(layout.entry(index))
            redo_of = body["tag"] in {"project:redo_asked", "project:retried"}
            if redo_of and body["facts"]["count"] == count:
                found[body["tag"].removeprefix("project:")] = index
        return found

    def file(self, count: int, ending: str) -> str:
        return layout.of_paper("statements", f"{self.about[:-1]}{count}", "redo", ending)

    def logged(self, count: int, /, **changes: Any) -> None:
        """Change the facts of both entries alike."""
        for index in self.entries(count).values():
            self.log_again(index, lambda body: body["facts"].update(changes))

    def stated(self, count: int, reason: str, older: timedelta = timedelta(0)) -> None:
        """Another statement in place of the true one, and logged; the signatures stay."""
        path, index = self.file(count, ".json"), min(self.entries(count).values())
        said = read_instant(self.value(layout.entry(index))["at"]) - older
        self.files[path] = redo.statement(self.value(path)["about"], reason, instant(said))
        self.logged(count, statement=sha256(self.files[path]).hex(), reason=reason)

    def signed(self, count: int, ending: str, signer: Signer, late: timedelta) -> None:
        """Another signature over the statement, stamped so much later, and logged."""
        entries = self.entries(count)
        index = max(entries.values()) if ending == REGULATOR else min(entries.values())
        at = read_instant(self.value(layout.entry(index))["at"]) + late
        data = self.files[self.file(count, ".json")]
        made = stamped_at(self.dossiers.folder, data, signer, at)
        self.files[self.file(count, ending)] = made
        who = "regulator" if ending == REGULATOR else "owner"
        for one in entries.values():
            self.log_again(one, lambda body: _hashed(body["facts"], who, made))


def _hashed(facts: dict[str, Any], who: str, signature: bytes) -> None:
    if facts[who]:
        facts[who]["cms_sha256"] = sha256(signature).hex()


@pytest.fixture
def cheat(thrice: Dossiers) -> Cheat:
    return Cheat(thrice, "thrice")


def test_three_attempts_hold(thrice: Dossiers, cheat: Cheat) -> None:
    report = verify(thrice.of("thrice"), thrice.trust)
    assert [one.faults for one in report.verdicts if not one.holds] == []
    assert report.exit_code == HOLDS
    names = sorted(name for name in cheat.files if "-redo" in name)
    assert names == sorted(
        [cheat.file(1, ".json"), cheat.file(1, OWNER)]
        + [cheat.file(2, ending) for ending in (".json", OWNER, REGULATOR)]
    )
    (eighth,) = (one for one in report.verdicts if one.number == 8)
    assert len([one for one in eighth.remarks if "-redo" in one]) == 3


def test_a_forgery_that_changes_nothing_holds(
    thrice: Dossiers, cheat: Cheat, tmp_path: Path
) -> None:
    cheat.signed(2, REGULATOR, regulators_key(thrice.folder), timedelta(minutes=1))
    report = verify(cheat.sealed(tmp_path / "x.zip"), thrice.trust)
    assert report.exit_code == HOLDS, [one.faults for one in report.verdicts if one.faults]


def statement_missing(cheat: Cheat) -> None:
    cheat.drop(cheat.file(1, ".json"))


def owners_signature_missing(cheat: Cheat) -> None:
    cheat.drop(cheat.file(1, OWNER))


def regulators_signature_missing(cheat: Cheat) -> None:
    cheat.drop(cheat.file(2, REGULATOR))


def regulator_left_out(cheat: Cheat) -> None:
    cheat.drop(cheat.file(2, REGULATOR))
    cheat.logged(2, regulator=None)


def regulator_left_out_and_the_owner_let_it_begin(cheat: Cheat) -> None:
    regulator_left_out(cheat)
    index = cheat.entries(2)["retried"]
    cheat.log_again(index, lambda body: body.update(by="owner:own-0001-clerk"))


def not_asked_for(cheat: Cheat) -> None:
    index = cheat.entries(1)["retried"]
    cheat.log_again(index, lambda body: body.update(tag="project:reopened"))


def never_asked_by_the_owner(cheat: Cheat) -> None:
    index = cheat.entries(2)["redo_asked"]
    cheat.log_again(index, lambda body: body.update(tag="project:reopened"))


def counted_as_the_first(cheat: Cheat) -> None:
    cheat.logged(2, count=1)


def another_reason_logged(cheat: Cheat) -> None:
    cheat.logged(1, reason="COURT_ORDER")


def another_reason_stated(cheat: Cheat) -> None:
    cheat.stated(1, "COURT_ORDER")


def a_failure_that_did_not_happen(cheat: Cheat) -> None:
    cheat.stated(1, "NOBODY_FIT")


def an_old_statement(cheat: Cheat) -> None:
    cheat.stated(1, "TOO_FEW", timedelta(minutes=11))


def owners_signature_by_a_stranger(cheat: Cheat) -> None:
    _by_a_stranger(cheat, 1, OWNER)


def regulators_signature_by_a_stranger(cheat: Cheat) -> None:
    _by_a_stranger(cheat, 2, REGULATOR)


def _by_a_stranger(cheat: Cheat, count: int, ending: str) -> None:
    at = read_instant(cheat.value(layout.entry(cheat.entries(count)["retried"]))["at"])
    cheat.signed(count, ending, strangers_key(cheat.dossiers.folder, at), timedelta(0))


def the_owner_agrees_with_itself(cheat: Cheat) -> None:
    facts = cheat.value(layout.entry(cheat.entries(2)["retried"]))["facts"]
    cheat.files[cheat.file(2, REGULATOR)] = cheat.files[cheat.file(2, OWNER)]
    cheat.log_again(
        cheat.entries(2)["retried"], lambda body: body["facts"].update(regulator=facts["owner"])
    )


def another_owner_logged(cheat: Cheat) -> None:
    index = cheat.entries(1)["retried"]
    other = {"name": "某某单位（演示）", "credit_code": "11511799MX0000027H"}
    cheat.log_again(index, lambda body: body["facts"]["owner"].update(other))


def stamped_too_late(cheat: Cheat) -> None:
    cheat.signed(2, REGULATOR, regulators_key(cheat.dossiers.folder), timedelta(minutes=11))


def another_signature_than_logged(cheat: Cheat) -> None:
    cheat.files[cheat.file(2, REGULATOR)] = cheat.files[cheat.file(2, OWNER)]


def a_stray_statement(cheat: Cheat) -> None:
    cheat.files[cheat.file(3, ".json")] = cheat.files[cheat.file(2, ".json")]


@pytest.mark.parametrize(
    ("forge", "failed"),
    [
        (statement_missing, {5, 8}),
        (owners_signature_missing, {5, 8}),
        (regulators_signature_missing, {5, 8}),
        (regulator_left_out, {5}),
        (regulator_left_out_and_the_owner_let_it_begin, {5}),
        (not_asked_for, {5, 8}),
        (never_asked_by_the_owner, {5, 8}),
        (counted_as_the_first, {5}),
        (another_reason_logged, {8}),
        (another_reason_stated, {8}),
        (a_failure_that_did_not_happen, {5, 8}),
        (an_old_statement, {8}),
        (owners_signature_by_a_stranger, {8}),
        (regulators_signature_by_a_stranger, {8}),
        (the_owner_agrees_with_itself, {8}),
        (another_owner_logged, {8}),
        (stamped_too_late, {8}),
        (another_signature_than_logged, {8}),
        (a_stray_statement, {8}),
    ],
)
def test_what_is_wrong_with_it_is_found(
    thrice: Dossiers,
    cheat: Cheat,
    tmp_path: Path,
    forge: Callable[[Cheat], None],
    failed: set[int],
) -> None:
    forge(cheat)
    report = verify(cheat.sealed(tmp_path / "x.zip"), thrice.trust)
    assert set(report.failed) == failed, [one.faults for one in report.verdicts if one.faults]
