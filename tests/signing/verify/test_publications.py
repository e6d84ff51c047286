"""A publication that an owner signed: just this need, this draw, this hour, by this owner."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from market.demo import authority
from signing.cms.signer import Signer
from signing.core.canonical import instant, loads, read_instant
from signing.core.hashing import sha256
from signing.dossier import layout
from signing.pki.subjects import Subject
from signing.statements.publication import Going, read
from signing.verify.checks import verify
from signing.verify.report import HOLDS
from tests.factories.dossiers import Dossiers
from tests.factories.tampering import Forger
from tests.factories.third_attempt import stamped_at, strangers_key


class Cheat(Forger):
    """A forger who knows where the publication of a round stands."""

    @property
    def place(self) -> int:
        """The index of its entry."""
        return self.index("published")

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.value(layout.entry(self.place))["facts"]
        return facts

    def file(self, ending: str) -> str:
        return layout.of_paper("statements", self.about, "publication", ending)

    @property
    def owner(self) -> Signer:
        """Another certificate of the owner's organisation: whoever has it can sign for it."""
        said = self.facts["owner"]
        subject = Subject(said["name"], said["name"], credit_code=said["credit_code"])
        office = authority.office(self.dossiers.folder / "authority", "ca_b")
        at = read_instant(self.value(layout.entry(self.place))["at"]) - timedelta(days=1)
        return authority.issue(office, "organisation", subject, at).signer

    def said_again(
        self, older: timedelta = timedelta(0), late: timedelta = timedelta(0), /, **other: str
    ) -> None:
        """Another statement in its place, signed by the owner, stamped, and logged."""
        said = read(self.files[self.file(".json")], self.about)
        going = Going(
            **{name: said[name] for name in ("about", "need_sha256", "draw_id", "opens_at", "by")},
            owner=said["owner"]["name"],
            credit_code=said["owner"]["credit_code"],
        )
        at = read_instant(self.value(layout.entry(self.place))["at"])
        data = replace(going, **other).statement(instant(at - older))
        self.signed(data, self.owner, late)

    def signed(self, data: bytes, signer: Signer, late: timedelta = timedelta(0)) -> None:
        at = read_instant(self.value(layout.entry(self.place))["at"]) + late
        made = stamped_at(self.dossiers.folder, data, signer, at)
        self.files[self.file(".json")], self.files[self.file(".p7s")] = data, made
        self.log_again(self.place, lambda body: _hashed(body["facts"], data, made))


def _hashed(facts: dict[str, Any], data: bytes, made: bytes) -> None:
    facts["statement"] = sha256(data).hex()
    facts["owner"]["cms_sha256"] = sha256(made).hex()


@pytest.fixture
def cheat(dossiers: Dossiers) -> Cheat:
    return Cheat(dossiers, "price")


def faults(dossiers: Dossiers, path: Path) -> tuple[set[int], list[Any], int]:
    report = verify(path, dossiers.trust)
    return set(report.failed), [o.faults for o in report.verdicts if o.faults], report.exit_code


def unsigned(cheat: Cheat) -> None:
    """As every publication was before, and is where the region asks for no signature."""
    for ending in (".json", ".p7s"):
        cheat.drop(cheat.file(ending))
    no_longer_logged(cheat)


def signed_by_another_of_its_certificates(cheat: Cheat) -> None:
    cheat.said_again(timedelta(minutes=9), timedelta(minutes=9))


@pytest.mark.parametrize("forge", [unsigned, signed_by_another_of_its_certificates])
def test_what_may_be_holds(
    dossiers: Dossiers, cheat: Cheat, tmp_path: Path, forge: Callable[[Cheat], None]
) -> None:
    forge(cheat)
    failed, found, code = faults(dossiers, cheat.sealed(tmp_path / "x.zip"))
    assert (failed, code) == (set(), HOLDS), found


def test_every_publication_of_the_city_is_signed(dossiers: Dossiers) -> None:
    for kind in dossiers.story:
        cheat = Cheat(dossiers, kind)
        said = read(cheat.files[cheat.file(".json")], cheat.about)
        assert said["owner"]["name"] == cheat.facts["owner"]["name"]
        (eighth,) = [one for one in verify(dossiers.of(kind)).verdicts if one.number == 8]
        assert any("-publication.p7s: " in remark for remark in eighth.remarks)


def statement_missing(cheat: Cheat) -> None:
    cheat.drop(cheat.file(".json"))


def signature_missing(cheat: Cheat) -> None:
    cheat.drop(cheat.file(".p7s"))


def no_longer_logged(cheat: Cheat) -> None:
    def bare(body: Any) -> None:
        del body["facts"]["statement"], body["facts"]["owner"]

    cheat.log_again(cheat.place, bare)


def half_logged(cheat: Cheat) -> None:
    cheat.log_again(cheat.place, lambda body: body["facts"].update(owner=None))


def nonsense_logged(cheat: Cheat) -> None:
    cheat.log_again(cheat.place, lambda body: body["facts"].update(owner=["x"]))


def of_another_need(cheat: Cheat) -> None:
    cheat.said_again(need_sha256="ab" * 32)


def of_another_draw(cheat: Cheat) -> None:
    cheat.said_again(draw_id="ab" * 32)


def of_another_hour(cheat: Cheat) -> None:
    cheat.said_again(opens_at="2030-01-01T00:00:00.000Z")


def by_another_hand(cheat: Cheat) -> None:
    cheat.said_again(by="owner:somebody")


def of_another_round(cheat: Cheat) -> None:
    cheat.said_again(about=f"{cheat.about[:-1]}2")


def an_old_statement(cheat: Cheat) -> None:
    cheat.said_again(timedelta(minutes=11))


def stamped_too_late(cheat: Cheat) -> None:
    cheat.said_again(timedelta(0), timedelta(minutes=11))


def by_a_stranger(cheat: Cheat) -> None:
    at = read_instant(cheat.value(layout.entry(cheat.place))["at"])
    cheat.signed(cheat.files[cheat.file(".json")], strangers_key(cheat.dossiers.folder, at))


def for_another_owner(cheat: Cheat) -> None:
    """A stranger signs for itself, and the ledger says so."""
    other = {"name": "某某单位（演示）", "credit_code": "11511799MX0000027H"}
    cheat.log_again(cheat.place, lambda body: body["facts"]["owner"].update(other))
    at = read_instant(cheat.value(layout.entry(cheat.place))["at"])
    said = loads(cheat.files[cheat.file(".json")])
    said["owner"] = other
    going = {name: said[name] for name in ("about", "need_sha256", "draw_id", "opens_at", "by")}
    data = Going(**going, owner=other["name"], credit_code=other["credit_code"])
    signer = strangers_key(cheat.dossiers.folder, at)
    cheat.signed(data.statement(said["signed_at"]), signer)


def swapped_for_another_projects(cheat: Cheat) -> None:
    """What the owner of another project signed, hash and all."""
    other = Cheat(cheat.dossiers, "lot")
    for ending in (".json", ".p7s"):
        cheat.files[cheat.file(ending)] = other.files[other.file(ending)]
    cheat.log_again(
        cheat.place,
        lambda body: body["facts"].update(
            statement=other.facts["statement"], owner=other.facts["owner"]
        ),
    )


def another_signature_than_logged(cheat: Cheat) -> None:
    other = Cheat(cheat.dossiers, "lot")
    cheat.files[cheat.file(".p7s")] = other.files[other.file(".p7s")]


FORGED = (
    statement_missing,
    signature_missing,
    no_longer_logged,
    half_logged,
    nonsense_logged,
    of_another_need,
    of_another_draw,
    of_another_hour,
    by_another_hand,
    of_another_round,
    an_old_statement,
    stamped_too_late,
    by_a_stranger,
    for_another_owner,
    swapped_for_another_projects,
    another_signature_than_logged,
)


@pytest.mark.parametrize("forge", FORGED)
def test_what_is_wrong_with_it_is_found(
    dossiers: Dossiers, cheat: Cheat, tmp_path: Path, forge: Callable[[Cheat], None]
) -> None:
    forge(cheat)
    failed, found, _ = faults(dossiers, cheat.sealed(tmp_path / "x.zip"))
    assert failed == {8}, found
