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
    """How somebody proved who they are; ``DEMO`` is the persona switch of a demo city.

    ``SEAL`` is the organisation's certificate: it proves the organisation, not which of its people.
    """

    PASSWORD = "password"  # noqa: S105 - the name of a method, no password
    CERTIFICATE = "certificate"
    SEAL = "seal"
    DEMO = "demo"


class Step(StrEnum):
    """What a sign-in still waits for, in this order."""

    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a step, no password
    ROLE = "role"


class Act(StrEnum):
    """What is done to an account and its rights."""

    OPEN = "open"
    GRANT = "grant"
    END_GRANT = "end_grant"
    SUSPEND = "suspend"
    REACTIVATE = "reactivate"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of an act, no password
    RESET_SECOND_FACTOR = "reset_second_factor"
    RECORD_CERTIFICATE = "record_certificate"
    STRIKE_CERTIFICATE = "strike_certificate"


class RequestState(StrEnum):
    """What became of a change of rights that takes two."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class RequestEvent(StrEnum):
    """What happens to it."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


REQUEST = Machine(
    "rights_request",
    RequestState.WAITING,
    {
        (RequestState.WAITING, RequestEvent.CONFIRM): RequestState.CONFIRMED,
        (RequestState.WAITING, RequestEvent.REFUSE): RequestState.REFUSED,
        (RequestState.WAITING, RequestEvent.WITHDRAW): RequestState.WITHDRAWN,
        (RequestState.WAITING, RequestEvent.EXPIRE): RequestState.EXPIRED,
    },
)
