"""What there is to say about one way of choosing, beside what ``signing.ways`` says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from market.kernel import money
from market.selection.stages import STAGES, Stage
from market.selection.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from market.accounts.regions import RegionRules
    from market.selection.states import RoundState
    from signing.core.canonical import JsonObject
    from signing.ways import way

BY_CONTRACT: Final = "以合同为准"


@dataclass(frozen=True, slots=True)
class FarBelow:
    """Why a price must be explained: the measure that it falls under, and that bound in fen."""

    measure: str
    bound_fen: int


class Flag(Protocol):
    """What of a result must be explained before it stands."""

    def __call__(
        self, price_fen: int, others_fen: Sequence[int], control_fen: int | None, rules: RegionRules
    ) -> FarBelow | None:
        """Why the price must be explained beside the others', None where it need not."""


def in_full(fen: int) -> str:
    """A sum as a paper writes it, in figures and in words."""
    return f"人民币 {money.yuan(fen)} 元（大写：{money.in_words(fen)}）"


def sealed_price(notice: JsonObject) -> str:
    """The price that was sealed, as the notice of selection words it."""
    price = notice["price_fen"]
    return in_full(price) if price else BY_CONTRACT


@dataclass(frozen=True, slots=True)
class Way:
    """One way. ``parts``: what a round of it has beside the common parts, and where that shows.

    ``stages``: those that a round of it walks through. ``amount``: what the notice of selection,
    given as its statement, says that the service costs, in Chinese.
    """

    rules: way.Way
    parts: Mapping[str, frozenset[RoundState]]
    flag: Flag | None
    stages: tuple[Stage, ...] = STAGES
    amount: Callable[[JsonObject], str] = sealed_price

    @property
    def path(self) -> tuple[RoundState, ...]:
        """The states that a round of it goes through, from publication to the notice."""
        return (*dict.fromkeys(stage.state for stage in self.stages), State.CONCLUDED)

    @property
    def name(self) -> str:
        """Its name, the same in ledger, tables, scripts and templates."""
        return self.rules.name
