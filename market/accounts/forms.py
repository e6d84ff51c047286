"""What people type in this room.

Passwords keep their blanks and have no upper length here: a refusal by length before the comparison
would be another answer than "wrong".
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from market.accounts import rules
from market.accounts.states import OrganisationKind
from market.kernel import typed_numbers
from market.kernel.actors import Role
from market.kernel.clock import CITY_ZONE
from market.web.forms import Command
from signing.core.credit_codes import is_identity_number

Secret = Annotated[str, StringConstraints(strip_whitespace=False)]
Code = Annotated[str, Field(max_length=40)]
LAST_DAY = date(2999, 12, 31)  # of a grant with an end: the calendar itself has one


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _cleaned(reader: Callable[[str], str]) -> Callable[[Any], Any]:
    return lambda value: reader(value) if isinstance(value, str) else value


def _must(holds: Callable[[str], object], key: str) -> AfterValidator:
    def check(text: str) -> str:
        if text and not holds(text):
            raise ValueError(key)
        return text

    return AfterValidator(check)


Phone = Annotated[
    str,
    BeforeValidator(_cleaned(typed_numbers.phone)),
    _must(rules.is_mobile_number, "form.mobile_number"),
]
IdentityNumber = Annotated[
    str,
    BeforeValidator(_cleaned(typed_numbers.code)),
    _must(is_identity_number, "form.identity_number"),
]
CreditCode = Annotated[str, BeforeValidator(_cleaned(typed_numbers.code)), Field(max_length=40)]


class SignInForm(Command):
    """Login name and password."""

    login: str
    password: Secret
    next: str = ""


class CodeForm(Command):
    """A code of the authenticator, or a recovery code."""

    code: Annotated[str, BeforeValidator(_cleaned(typed_numbers.code)), Field(max_length=64)]


class ChoiceForm(Command):
    """A grant to act in."""

    grant: Code


class NewPasswordForm(Command):
    """A new password, twice."""

    new_password: Secret
    repeated: Secret


class ChangePasswordForm(NewPasswordForm):
    """The current password and a new one, twice."""

    current: Secret


class GrantForm(Command):
    """A role for regions, with an end or without."""

    role: Role
    regions: Annotated[tuple[Code, ...], BeforeValidator(_as_list), Field(max_length=20)] = ()
    until: Annotated[date | None, Field(le=LAST_DAY)] = None
    drafts_only: bool = False

    @property
    def until_at(self) -> datetime | None:
        """The end of the last day on the city's clock."""
        if self.until is None:
            return None
        return datetime.combine(self.until + timedelta(days=1), time(0), CITY_ZONE).astimezone(UTC)


class PersonForm(Command):
    """A new account, with its organisation when that is new too."""

    login: Annotated[str, _must(rules.is_login_name, "form.login_name")]
    name: Annotated[str, Field(max_length=60)]
    phone: Phone = ""
    identity_number: IdentityNumber = ""
    credit_code: CreditCode
    organisation_name: Annotated[str, Field(max_length=120)]
    kind: OrganisationKind
    region: Code
    password: Secret = ""


class ChallengeForm(Command):
    """JSON of ``POST /api/sign-in/challenge``: nothing."""


class CertificateForm(Command):
    """JSON of ``POST /api/sign-in/certificate`` and ``POST /api/account/certificate``."""

    id: Annotated[str, Field(max_length=200)]
    cms_b64: Annotated[str, Field(max_length=100_000)]
