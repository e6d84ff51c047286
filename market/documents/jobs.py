"""Papers are signed outside the unit that ordered them, and again until it has worked."""

from market.kernel.call import Call


async def sign_ordered(call: Call) -> None:
    """Sign what was ordered."""
