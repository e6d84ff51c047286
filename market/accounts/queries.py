"""Reads of the accounts."""

from market.kernel.actors import Actor


async def actor_of(token: str) -> Actor | None:
    """The actor of a session token."""
    return None
