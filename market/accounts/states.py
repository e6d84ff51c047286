"""What a person and an organisation can be. Roles themselves are the kernel's."""

from enum import StrEnum

from market.kernel.machine import Machine


class OrganisationKind(StrEnum):
    """What an organisation is on this market."""

    OWNER = "owner"
    AGENCY = "agency"
    DEPARTMENT = "department"
    REGULATOR = "regulator"
    OPERATOR = "operator"


class PersonState(StrEnum):
    """Whether a person may act at all."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class PersonEvent(StrEnum):
    """What the security administrator does to a person."""

    SUSPEND = "suspend"
    REACTIVATE = "reactivate"


PERSON = Machine(
    "person",
    PersonState.ACTIVE,
    {
        (PersonState.ACTIVE, PersonEvent.SUSPEND): PersonState.SUSPENDED,
        (PersonState.SUSPENDED, PersonEvent.REACTIVATE): PersonState.ACTIVE,
    },
)


class Method(StrEnum):
    """How somebody proved who they are; ``DEMO`` is the persona switch of a demo city."""

    PASSWORD = "password"  # noqa: S105 - the name of a method, no password
    CERTIFICATE = "certificate"
    DEMO = "demo"


class Step(StrEnum):
    """What a sign-in still waits for, in this order."""

    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a step, no password
    ROLE = "role"
