"""The personas as the fixtures grant them."""

from functools import cache

from market.accounts import seed
from market.kernel.actors import Role


@cache
def role_of(code: str) -> Role:
    """The role that a persona acts in."""
    row = next(p for p in seed.read()["people"] if p["code"] == code)
    return Role(row["grants"][0]["role"])


@cache
def personas() -> dict[str, str]:
    """Persona → person, in the switch's order."""
    return seed.personas()
