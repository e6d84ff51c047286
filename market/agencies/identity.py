"""Name and credit code of the agency behind an opened pseudonym, for ``selection.deciding.names``.

The register is public; what is kept shut is the way from a pseudonym to an agency, by the import
contract and tests/house/test_pseudonyms.py.
"""

from dataclasses import dataclass

from market.agencies.models import Agency
from market.kernel.errors import not_found


@dataclass(frozen=True, slots=True)
class Identity:
    """Who stands behind a code."""

    code: str
    name: str
    credit_code: str


async def of(code: str) -> Identity:
    """The identity of an agency; raises NOT_FOUND."""
    row = await Agency.get_or_none(code=code)
    if row is None:
        raise not_found("agency")
    return Identity(row.code, row.name, row.credit_code)
