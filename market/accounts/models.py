"""Tables of this room. Secrets are hashes, or derived from the key store, or sealed with it."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from market.accounts.states import Act, Method, OrganisationKind, PersonState, RequestState
from market.kernel.actors import Role


class Organisation(Model):
    """A body under its unified social credit code."""

    code = fields.CharField(max_length=20, primary_key=True)
    credit_code = fields.CharField(max_length=18, unique=True)
    name = fields.CharField(max_length=120)
    kind = fields.CharEnumField(OrganisationKind, max_length=12)
    region = fields.CharField(max_length=6, db_index=True)

    class Meta:
        table = "accounts_organisation"


class Person(Model):
    """Somebody who acts for one organisation. Phone and identity number are sealed (vault.py)."""

    code = fields.CharField(max_length=20, primary_key=True)
    login = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=60)
    organisation: Any = fields.ForeignKeyField("market.Organisation", on_delete=fields.RESTRICT)
    organisation_id: str
    phone = fields.BinaryField(null=True)
    identity_number = fields.BinaryField(null=True)
    state = fields.CharEnumField(PersonState, max_length=12, default=PersonState.ACTIVE)
    password_hash = fields.CharField(max_length=200)
    password_at = fields.DatetimeField()
    must_change_password = fields.BooleanField(default=False)
    totp_salt: str | None = fields.CharField(max_length=80, null=True)  # type: ignore[assignment]  # Tortoise descriptor
    totp_step = fields.BigIntField(default=0)
    recovery_used: Any = fields.JSONField(default=list)

    class Meta:
        table = "accounts_person"


class PasswordHistory(Model):
    """Hashes that may not come back."""

    id = fields.IntField(primary_key=True)
    person: Any = fields.ForeignKeyField("market.Person", on_delete=fields.CASCADE)
    password_hash = fields.CharField(max_length=200)
    at = fields.DatetimeField()

    class Meta:
        table = "accounts_password"


class Grant(Model):
    """A role for some regions. ``held`` is person and role while it lasts: never twice at once.

    An owner's may be for drafting only.
    """

    code = fields.CharField(max_length=20, primary_key=True)
    person: Any = fields.ForeignKeyField("market.Person", on_delete=fields.RESTRICT)
    person_id: str
    role = fields.CharEnumField(Role, max_length=20)
    regions: Any = fields.JSONField()
    begins_at = fields.DatetimeField()
    until_at: datetime | None = fields.DatetimeField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)
    held: str | None = fields.CharField(max_length=48, null=True, unique=True)  # type: ignore[assignment]  # Tortoise descriptor
    granted_by = fields.CharField(max_length=40)
    drafts_only = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "accounts_grant"


class Session(Model):
    """A signed-in browser. It acts in one grant, so it loses its rights when the grant ends."""

    code = fields.CharField(max_length=20, primary_key=True)
    token_sha256 = fields.CharField(max_length=64, unique=True)
    grant: Any = fields.ForeignKeyField("market.Grant", on_delete=fields.RESTRICT)
    method = fields.CharEnumField(Method, max_length=12)
    device = fields.CharField(max_length=60)
    opened_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    idle_seconds = fields.IntField()
    until_at = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    ended_by = fields.CharField(max_length=40, default="")

    class Meta:
        table = "accounts_session"


class SignIn(Model):
    """A sign-in on its way: who was recognised, and what is still to come."""

    token_sha256 = fields.CharField(max_length=64, primary_key=True)
    person: Any = fields.ForeignKeyField("market.Person", null=True, on_delete=fields.CASCADE)
    person_id: str | None
    organisation: Any = fields.ForeignKeyField(
        "market.Organisation", null=True, on_delete=fields.CASCADE
    )
    organisation_id: str | None
    method = fields.CharEnumField(Method, max_length=12)
    showed_second_factor = fields.BooleanField(default=False)
    next_path = fields.CharField(max_length=200)
    device = fields.CharField(max_length=60)
    until_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "accounts_sign_in"


class SignInFailure(Model):
    """Wrong sign-ins in a row under one counter (counters.py), of names known or not."""

    key = fields.CharField(max_length=64, primary_key=True)
    login_sha256: str | None = fields.CharField(max_length=64, null=True, db_index=True)  # type: ignore[assignment]  # Tortoise descriptor
    count = fields.IntField(default=0)
    locked_until: datetime | None = fields.DatetimeField(null=True)
    last_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "accounts_failure"


class CertificateRecord(Model):
    """A certificate that stands for a person or an organisation here."""

    sha256 = fields.CharField(max_length=64, primary_key=True)
    issuer = fields.CharField(max_length=200)
    serial = fields.CharField(max_length=80)
    subject = fields.CharField(max_length=200)
    person: Any = fields.ForeignKeyField("market.Person", null=True, on_delete=fields.CASCADE)
    person_id: str | None
    organisation: Any = fields.ForeignKeyField(
        "market.Organisation", null=True, on_delete=fields.CASCADE
    )
    organisation_id: str | None
    valid_until = fields.DatetimeField()
    revoked_at: datetime | None = fields.DatetimeField(null=True)
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "accounts_certificate"


class Challenge(Model):
    """A challenge that was answered; kept until it could not be answered again anyway."""

    nonce = fields.CharField(max_length=64, primary_key=True)
    until_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "accounts_challenge"


class RightsRequest(Model):
    """A change of rights that takes two. What is asked is sealed (vault.py).

    ``person`` and ``name`` are whose rights they are, somebody who is not there yet included;
    ``role`` is the one to be granted. ``waiting`` is person and act while it waits: the same is
    never asked twice at once.
    """

    code = fields.CharField(max_length=20, primary_key=True)
    act = fields.CharEnumField(Act, max_length=20)
    person = fields.CharField(max_length=20, db_index=True)
    name = fields.CharField(max_length=60)
    role: Role | None = fields.CharEnumField(Role, max_length=20, null=True)  # type: ignore[assignment]  # Tortoise descriptor
    wish = fields.BinaryField()
    state = fields.CharEnumField(RequestState, max_length=12, default=RequestState.WAITING)
    waiting: str | None = fields.CharField(max_length=130, null=True, unique=True)  # type: ignore[assignment]  # Tortoise descriptor
    asked_by = fields.CharField(max_length=20)
    asked_as = fields.CharEnumField(Role, max_length=20)
    asked_at = fields.DatetimeField(db_index=True)
    until_at = fields.DatetimeField()
    closed_by: str | None = fields.CharField(max_length=20, null=True)  # type: ignore[assignment]  # Tortoise descriptor
    closed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "accounts_request"


class KeptForm(Model):
    """What somebody had typed when their session ended, sealed for them (vault.py)."""

    code = fields.CharField(max_length=20, primary_key=True)
    person: Any = fields.ForeignKeyField("market.Person", on_delete=fields.CASCADE)
    person_id: str
    path = fields.CharField(max_length=300)
    typed = fields.BinaryField()
    until_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "accounts_kept_form"
