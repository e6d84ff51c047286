"""A project tried twice: both attempts stand in its dossier, and what was replaced or withdrawn."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signing.dossier import layout
from signing.verify.checks import verify
from signing.verify.report import HOLDS
from tests.factories.dossiers import Dossiers
from tests.factories.second_attempt import of_a_second_attempt
from tests.factories.tampering import Forger


@pytest.fixture(scope="session")
async def twice(dossiers: Dossiers, tmp_path_factory: pytest.TempPathFactory) -> Dossiers:
    folder, code = tmp_path_factory.mktemp("twice") / "city", dossiers.story["failed"]
    path = await of_a_second_attempt(dossiers, folder)
    return replace(dossiers, files={code: path}, story={"twice": code}, folder=folder)


@pytest.fixture
def forger(twice: Dossiers) -> Forger:
    return Forger(twice, "twice", 2)


def rows(forger: Forger) -> dict[str, Any]:
    return {row["reason"]: row for row in forger.value(f"freeze/{forger.name}.json")["left_out"]}


def test_it_holds(twice: Dossiers, forger: Forger) -> None:
    report = verify(twice.of("twice"), twice.trust)
    assert [one.faults for one in report.verdicts if not one.holds] == []
    assert report.exit_code == HOLDS
    assert {"REPLACED", "WITHDRAWN"} <= rows(forger).keys()
    assert len([name for name in forger.files if name.startswith("needs/")]) == 2


def withdrawal_hidden(forger: Forger) -> None:
    forger.files[f"withdrawals/{forger.name}.json"] = b"[]"


def withdrawal_forged(forger: Forger) -> None:
    forger.change(f"withdrawals/{forger.name}.json", lambda some: some[0].update(seq=9))


def reason_changed(forger: Forger) -> None:
    def other(body: Any) -> None:
        for row in body["left_out"]:
            if row["reason"] == "REPLACED":
                row["evidence"] = row["envelopes"][1]

    digest = forger.change(f"freeze/{forger.name}.json", other)
    forger.log_again(forger.index("frozen"), lambda body: body["facts"].update(sha256=digest))


def first_need_missing(forger: Forger) -> None:
    first = Forger(forger.dossiers, "twice", 1)
    facts = first.value(layout.entry(first.index("published")))["facts"]
    forger.drop(layout.by_hash("needs", facts["need_sha256"]))


def first_attempt_hidden(forger: Forger) -> None:
    first = Forger(forger.dossiers, "twice", 1)
    for index in first.indexes:
        if first.value(layout.entry(index))["about"] == first.about:
            forger.drop(layout.entry(index))
    for name in [name for name in forger.files if first.name in name]:
        forger.drop(name)


@pytest.mark.parametrize(
    ("forge", "number"),
    [
        (withdrawal_hidden, 6),
        (withdrawal_forged, 6),
        (reason_changed, 6),
        (first_need_missing, 11),
        (first_attempt_hidden, 5),
    ],
)
def test_what_is_hidden_of_it_is_found(
    forger: Forger,
    twice: Dossiers,
    tmp_path: Path,
    forge: Callable[[Forger], None],
    number: int,
) -> None:
    forge(forger)
    report = verify(forger.sealed(tmp_path / "x.zip"), twice.trust)
    assert number in report.failed
