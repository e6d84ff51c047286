"""The agency that an opened pseudonym turned out to be, as the register names it.

Two ask: the pool of a round that names its winner, and an escrow opened on a regulator's order.
"""

from market.agencies import identity
from market.kernel.errors import MarketError
from signing.rounds.facts import Agency


async def known_agency(code: str) -> Agency | None:
    """The registered agency of an opened code, if there is one."""
    try:
        known = await identity.of(code)
    except MarketError:
        return None
    return {"code": known.code, "name": known.name, "credit_code": known.credit_code}
