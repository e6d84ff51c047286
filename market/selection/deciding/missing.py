"""Whose parts of the seed are missing in a round that is published. Reads only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from market.selection.models import BoxReport, Contribution, Round
from signing.draw.contributions import OWNER, role_of


@dataclass(frozen=True, slots=True)
class Missing:
    """``parts``: the roles that gave none; ``reports``: those who have not opened all their boxes.

    Only trustees that the rules name report; both are in the order of the rules.
    """

    parts: tuple[str, ...]
    reports: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether everybody has committed, and everybody could open what they hold."""
        return not self.parts and not self.reports


async def missing_in(rounds: Sequence[Round]) -> dict[str, Missing]:
    """What is missing in each, by name; asks as often for many as for one."""
    given: dict[str, dict[str, str]] = defaultdict(dict)
    for part in await Contribution.filter(round_id__in=[one.about for one in rounds]):
        given[part.round_id][part.role] = part.envelope
    hashes = [sha for by_role in given.values() for sha in by_role.values()]
    good = BoxReport.filter(envelope_id__in=hashes, ok=True).values_list("envelope_id", "trustee")
    opened = {(str(sha), role_of(str(trustee))) for sha, trustee in await good}
    return {one.about: _missing(one, given[one.about], opened) for one in rounds}


def _missing(round_: Round, given: dict[str, str], opened: set[tuple[str, str]]) -> Missing:
    roles = round_.terms["rules"]["contributors"]
    trustees = [role for role in roles if role != OWNER]
    return Missing(
        tuple(role for role in roles if role not in given),
        tuple(one for one in trustees if any((sha, one) not in opened for sha in given.values())),
    )
