"""What is asked of an account, as a request keeps it while it waits for its second person.

It may hold personal data of somebody who has no account yet, so it is sealed like theirs.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from pydantic import TypeAdapter

from market.accounts import vault
from market.accounts.states import Act, OrganisationKind
from market.kernel.actors import Role
from market.kernel.call import Keys


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation to be entered."""

    credit_code: str
    name: str
    kind: OrganisationKind
    region: str


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be entered for an organisation that is there (by its code)."""

    login: str
    name: str
    organisation: str
    phone: str = ""
    identity_number: str = ""
    code: str = ""
    must_change_password: bool = True


@dataclass(frozen=True, slots=True)
class Opening:
    """An account, and its organisation unless its credit code is known."""

    person: NewPerson
    organisation: NewOrganisation
    password_hash: str = ""


@dataclass(frozen=True, slots=True)
class Granting:
    """A role for regions, with an end or without; an owner's may be for drafting only."""

    role: Role
    regions: tuple[str, ...]
    until_at: datetime | None = None
    drafts_only: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """A grant that is to end."""

    grant: str


@dataclass(frozen=True, slots=True)
class Resetting:
    """A one-time password, by its hash."""

    password_hash: str = ""


@dataclass(frozen=True, slots=True)
class Recording:
    """A certificate (PEM) that is to stand for the person, or for the organisation.

    ``other_name``: that it names the person otherwise than the account was seen and is right.
    """

    certificate: str
    for_organisation: bool
    other_name: bool = False


@dataclass(frozen=True, slots=True)
class Striking:
    """A certificate that is to stand for nobody."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Plain:
    """The act alone says it."""


Wish: TypeAlias = Opening | Granting | Ending | Resetting | Recording | Striking | Plain
KINDS: Final[dict[Act, type[Wish]]] = {
    Act.OPEN: Opening,
    Act.GRANT: Granting,
    Act.END_GRANT: Ending,
    Act.SUSPEND: Plain,
    Act.REACTIVATE: Plain,
    Act.RESET_PASSWORD: Resetting,
    Act.RESET_SECOND_FACTOR: Plain,
    Act.RECORD_CERTIFICATE: Recording,
    Act.STRIKE_CERTIFICATE: Striking,
}
_FIELD: Final = "rights_request"


def sealed(keys: Keys, request: str, wish: Wish) -> bytes:
    """The wish for the database."""
    text = TypeAdapter(type(wish)).dump_json(wish).decode()
    return vault.sealed(keys, request, _FIELD, text) or b""


def opened(keys: Keys, request: str, act: Act, data: bytes) -> Wish:
    """The wish of a stored request; raises InvalidTag when it was moved or changed."""
    wish: Wish = TypeAdapter(KINDS[act]).validate_json(vault.opened(keys, request, _FIELD, data))
    return wish
