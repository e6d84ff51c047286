"""A round whose first choice carries no true identity, and a regulator who holds an order key."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from market.demo.players import apply_sealed
from market.kernel.actors import Actor, Role
from market.selection.escrow.unnamed import Unnamed, unnamed
from market.selection.forms import SignedOrder
from market.selection.jobs import open_ordered
from market.selection.models import Round
from market.selection.regulator_keys import ORDER_KEYS
from signing.core.canonical import dumps, instant
from signing.rounds import admission
from signing.trustee import keys, order_key
from signing.trustee.orders import opening_order
from signing.trustee.trustee import Trustee
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Applicant, Town

REGULATOR = Actor(
    Role.REGULATOR, "regulator", "严演督", "reg-0001", "监督办（演示）", ("511700",), "regulator"
)
ORDERS = "order-key.json"
REASON = "中选者身份与报名不符，查明报名主体"


@dataclass(slots=True)
class Case:
    """A round that moved on, who had to go, and the key of the regulator's orders."""

    town: Town
    round: RoundAsItStands
    gone: Applicant
    key: Path

    async def row(self) -> Unnamed:
        """The one code that fell away unnamed, as it stands."""
        (found,) = await unnamed(await Round.get(about=self.round.about))
        return found

    async def order(self, **changes: str) -> SignedOrder:
        """An order for it, signed; with changes, for something else."""
        given = {
            "about": self.round.about,
            "envelope": (await self.row()).escrow,
            "reason": REASON,
            "at": instant(self.town.clock()),
        }
        body = opening_order(order_key.load(self.key), **(given | changes))
        return SignedOrder(order=dumps(body).decode())

    async def turns(self) -> None:
        """Trustees and platform act until nothing moves."""
        await self.town.turns()
        await open_ordered(self.town.call())


def pin_orders(town: Town) -> None:
    """Make an order key, let platform and trustees know its public half."""
    public = (order_key.make(town.home / ORDERS),)
    (town.city.tools.data / ORDER_KEYS).write_bytes(order_key.public_file(public))
    pinned = []
    for one in town.trustees:
        home = town.home / "trustees" / one.own.id
        keys.pin(home, town.city.tools.anchors.data, regulators=public)
        pinned.append(Trustee(one.own, keys.pinned(home), one.memory))
    town.trustees = pinned


async def breached(town: Town) -> None:
    """The cheapest of three sealed an identity that says nothing; the next is named."""
    gone, other, last = town.applicants[:3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(admission, "identity", lambda *_a, **_k: b"{}")
        await apply_sealed(town.call(gone.actor), town.about, gone.signer, 7_000_000)
    for one, price in ((other, 8_000_000), (last, 9_000_000)):
        town.clock.forward(minutes=1)
        await apply_sealed(town.call(one.actor), town.about, one.signer, price)
    await town.turns()
    await town.to_reveal(town.about)
    pin_orders(town)


async def found(town: Town) -> Case:
    """The case of such a town."""
    return Case(town, await town.round(town.about), town.applicants[0], town.home / ORDERS)
