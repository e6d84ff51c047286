"""A round that is over, and a regulator who holds an order key and the tool for a blind audit."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from market.audit import ledger
from market.demo.players import apply_sealed
from market.dossiers import archive
from market.infra.db import use_case
from market.kernel.actors import Actor
from market.kernel.call import Call
from market.selection.artifacts import paper
from market.selection.blind_audit import hand_in
from market.selection.blind_audit.audits import bundle_of
from market.selection.forms import SignedAudit
from market.selection.models import BlindAudit, Nullifier
from signing.blind_audit.messages import audit_order, digest, finding
from signing.core.canonical import JsonObject, dumps, instant, loads
from signing.regulator.result import Result, audit
from signing.rounds.facts import AuditOrdered
from signing.trustee import order_key
from signing.verify.checks import verify
from signing.verify.report import Report
from tests.factories.openings import ORDERS, REGULATOR, pin_orders
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Applicant, Town

NOTICE_OUT = 9  # days after the reveal


def text(body: JsonObject) -> str:
    """A signed statement as it is handed in."""
    return dumps(body).decode()


@dataclass(slots=True)
class Audited:
    """A round, who applied, the regulator's order key and the key of the one audit."""

    town: Town
    round: RoundAsItStands
    applicants: list[Applicant]
    folder: Path
    key: Path
    secret: X25519PrivateKey

    @property
    def about(self) -> str:
        """The round's name."""
        return str(self.round.about)

    def call(self, actor: Actor = REGULATOR) -> Call:
        """A call by the regulator now."""
        return self.town.call(actor)

    def order(self, key: Ed25519PrivateKey | None = None, **changes: str) -> JsonObject:
        """An order for this round, or with changes for something else."""
        given = {
            "about": self.about,
            "freeze": str(self.round.freeze_sha256),
            "seal_to": self.secret.public_key().public_bytes_raw().hex(),
            "at": instant(self.town.clock()),
        }
        return audit_order(key or order_key.load(self.key), **(given | changes))

    async def hand_in(self, body: JsonObject, actor: Actor = REGULATOR) -> Any:
        """The regulator hands a statement in."""
        return await hand_in.hand_in(self.call(actor), self.about, SignedAudit(text=text(body)))

    async def ordered(self) -> None:
        """An order that is handed in and obeyed."""
        await self.hand_in(self.order())
        await self.town.turns()

    async def forged_order(self, body: JsonObject) -> None:
        """The platform writes an order into its own database and ledger; the trustees see it."""
        await _forge(self.town.call(), self.about, body)
        await self.town.turns()

    async def dossier(self) -> Path:
        """The project's dossier as it can be had now."""
        await self.town.turns()
        tools, path = self.town.city.tools, self.folder / "dossier.zip"
        with path.open("wb") as file:
            async for piece in archive.stream(tools, await archive.contents(self.round.project)):
                file.write(piece)
        return path

    async def found(self, without: str = "") -> Result:
        """What the tool finds with bundle and dossier of now, less what one trustee said."""
        bundle = loads(dumps(await bundle_of(self.round.progress.round)))
        bundle["shares"] = [one for one in bundle["shares"] if one["trustee"] != without]
        trust = self.town.city.tools.anchors.data
        return audit(await self.dossier(), bundle, self.secret, trust)[1]

    async def finding(
        self, found: Result, order: JsonObject | None = None, at: str = ""
    ) -> JsonObject:
        """The signed finding over a result; answers the order in force or another."""
        known = order or (await BlindAudit.get(round_id=self.about)).body
        return finding(
            order_key.load(self.key),
            known,
            envelopes=found.envelopes,
            agencies=found.agencies,
            faults=found.faults,
            at=at or instant(self.town.clock()),
        )

    async def verified(self) -> Report:
        """The report of a stranger on the dossier of now."""
        return verify(await self.dossier(), self.town.city.tools.anchors.data)

    async def accepted(self) -> list[JsonObject]:
        """The rows of the freeze."""
        rows: list[JsonObject] = loads(await paper(self.round.freeze_sha256))["accepted"]
        return rows


async def named(town: Town) -> None:
    """Three agencies sealed a price each, and one is named."""
    await _seal(town)
    await _name(town)


async def doubled(town: Town) -> None:
    """The same, one of them under two keys, and the notice is over.

    That takes a platform that admits an agency again: its memory of who was admitted is wiped.
    """
    await _seal(town)
    await Nullifier.all().delete()
    again = town.applicants[1]
    await apply_sealed(town.call(again.actor), town.about, again.signer, 8_500_000)
    await _name(town)
    await noticed(town)


async def noticed(town: Town) -> None:
    """The public notice is over."""
    await town.later(days=NOTICE_OUT)


async def _seal(town: Town) -> None:
    for one, price in zip(town.applicants, (7_000_000, 8_000_000, 9_000_000), strict=False):
        town.clock.forward(minutes=1)
        await apply_sealed(town.call(one.actor), town.about, one.signer, price)


async def _name(town: Town) -> None:
    await town.turns()
    await town.to_reveal(town.about)
    pin_orders(town)


async def over(town: Town) -> Audited:
    """The round of such a town, with a key for its one audit."""
    row, secret = await town.round(town.about), X25519PrivateKey.generate()
    return Audited(town, row, town.applicants[:3], town.home, town.home / ORDERS, secret)


@use_case
async def _forge(call: Call, about: str, body: JsonObject) -> None:
    told = AuditOrdered(order=digest(body), freeze=body["freeze"])
    mark = await ledger.record(call, told, about=about)
    await BlindAudit.create(
        round_id=about,
        order_sha256=digest(body),
        body=body,
        ordered_at=call.now,
        act_id=mark.token,
    )
