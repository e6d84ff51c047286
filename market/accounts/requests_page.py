"""What people read of changes that take two: the list, one of them, what waits for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from market.accounts import passwords, second_person
from market.accounts.actions import wishes
from market.accounts.actions.requests import WITH_PASSWORD
from market.accounts.actions.wishes import Ending, Opening, Recording, Striking, Wish
from market.accounts.concerned import of_requests
from market.accounts.models import CertificateRecord, Grant, Organisation, Person, RightsRequest
from market.accounts.queries import names
from market.accounts.regions import rules_of
from market.accounts.second_person import Asker
from market.accounts.states import REQUEST, Act, RequestState
from market.kernel.actors import ADMINISTRATORS, Actor, Role
from market.kernel.call import Call
from market.kernel.errors import not_found
from market.web.panels import MOST_DUTIES, Duty, DutyKind, Wait, WaitKind
from signing.pki import trust_files

PAGE = 100


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of a list. Names are those of the accounts, empty where nobody did it."""

    code: str
    act: Act
    name: str
    role: Role | None
    asker: str
    asked_by: str
    asked_as: Role
    asked_at: datetime
    until_at: datetime
    state: RequestState
    closed_by: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CertificateSeen:
    """A certificate as the second person has to see it."""

    subject: str
    issuer: str
    serial: str
    sha256: str
    valid_until: datetime
    for_organisation: bool
    names_another: bool = False


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request as the reader sees it; ``half`` is the reader's part of a one-time password."""

    row: RequestRow
    person: str
    login: str
    organisation: str
    role: Role | None
    regions: tuple[str, ...]
    role_until: datetime | None
    certificate: CertificateSeen | None
    half: str
    may_confirm: bool
    may_withdraw: bool


async def listed() -> list[RequestRow]:
    """The newest requests, those that wait first."""
    waiting = RightsRequest.filter(state=RequestState.WAITING)
    closed = RightsRequest.exclude(state=RequestState.WAITING)
    rows = await waiting.order_by("until_at", "code").limit(PAGE)
    rows += await closed.order_by("-asked_at", "code").limit(PAGE)
    return await _rows(rows)


async def about(person: str) -> list[RequestRow]:
    """The newest requests about somebody's rights, for the one concerned."""
    rows = await RightsRequest.filter(person=person).order_by("-asked_at", "code").limit(20)
    return await _rows(rows)


async def waiting_about(person: str) -> list[RequestRow]:
    """What waits for its second person about somebody."""
    rows = RightsRequest.filter(person=person, state=RequestState.WAITING)
    return await _rows(await rows.order_by("asked_at"))


async def request_page(call: Call, code: str) -> RequestPage:
    """One request; raises not_found."""
    request = await RightsRequest.get_or_none(code=code)
    if request is None:
        raise not_found("request")
    wish = wishes.opened(call.tools.keys, code, request.act, request.wish)
    person = await Person.get_or_none(code=request.person).prefetch_related("organisation")
    (row,) = await _rows([request])
    role, regions, until = await _role(wish)
    login, organisation = await _who(wish, person)
    return RequestPage(
        row=row,
        person=request.person,
        login=login,
        organisation=organisation,
        role=role,
        regions=regions,
        role_until=until,
        certificate=await _certificate(call, wish, request.name),
        half=_half(call, request, person),
        may_confirm=bool(await _confirmable(call.actor, call.now, [request])),
        may_withdraw=request.state is RequestState.WAITING and request.asked_by == call.actor.code,
    )


async def to_confirm(call: Call, among: Collection[str] | None) -> list[Duty]:
    """Changes of rights that wait for who calls as their second person."""
    if among is not None:
        return []
    rows = RightsRequest.filter(state=RequestState.WAITING).order_by("until_at").limit(MOST_DUTIES)
    return [
        Duty(
            "accounts.duty.confirm",
            row.name,
            f"accounts.act.{row.act}",
            f"/admin/requests/{row.code}",
            row.until_at,
        )
        for row in await _confirmable(call.actor, call.now, await rows)
    ]


async def asked_for(call: Call) -> list[Wait]:
    """Changes of rights that who calls has asked for, and a second person has not confirmed."""
    rows = RightsRequest.filter(state=RequestState.WAITING, asked_by=call.actor.code)
    return [
        Wait(
            row.name,
            f"accounts.act.{row.act}",
            f"/admin/requests/{row.code}",
            ("accounts.reviewer",),
            row.until_at,
        )
        for row in await rows.order_by("until_at").limit(MOST_DUTIES)
    ]


async def _confirmable(
    actor: Actor, now: datetime, rows: Collection[RightsRequest]
) -> list[RightsRequest]:
    waiting = [row for row in rows if row.state is RequestState.WAITING and now < row.until_at]
    return [
        row
        for row, whose in zip(waiting, await of_requests(waiting), strict=True)
        if second_person.why_not_confirm(actor, whose, row.act, Asker(row.asked_by, row.asked_as))
        is None
    ]


async def _rows(rows: Collection[RightsRequest]) -> list[RequestRow]:
    codes = {row.asked_by for row in rows} | {row.closed_by for row in rows if row.closed_by}
    called = await names(codes)
    return [
        RequestRow(
            row.code,
            row.act,
            row.name,
            row.role,
            row.asked_by,
            called.get(row.asked_by, ""),
            row.asked_as,
            row.asked_at,
            row.until_at,
            row.state,
            called.get(row.closed_by or "", ""),
            row.closed_at,
        )
        for row in rows
    ]


async def _role(wish: Wish) -> tuple[Role | None, tuple[str, ...], datetime | None]:
    if isinstance(wish, wishes.Granting):
        return wish.role, wish.regions, wish.until_at
    if isinstance(wish, Ending):
        grant = await Grant.get(code=wish.grant)
        return grant.role, tuple(grant.regions), grant.until_at
    return None, (), None


async def _who(wish: Wish, person: Person | None) -> tuple[str, str]:
    if person is not None:
        return person.login, person.organisation.name
    assert isinstance(wish, Opening)  # noqa: S101 - everybody else is there
    known = await Organisation.get_or_none(credit_code=wish.organisation.credit_code)
    return wish.person.login, known.name if known else wish.organisation.name


async def _certificate(call: Call, wish: Wish, name: str) -> CertificateSeen | None:
    if isinstance(wish, Striking):
        row = await CertificateRecord.get(sha256=wish.sha256)
        whole = row.organisation_id is not None
        return CertificateSeen(
            row.subject, row.issuer, row.serial, row.sha256, row.valid_until, whole
        )
    if not isinstance(wish, Recording):
        return None
    certificate = trust_files.read_certificate(wish.certificate.encode())
    named = call.tools.trust().holder(certificate)
    return CertificateSeen(
        named.name,
        named.issuer,
        named.serial,
        named.sha256,
        certificate.not_valid_after_utc,
        wish.for_organisation,
        names_another=not wish.for_organisation and named.name != name,
    )


def _half(call: Call, row: RightsRequest, person: Person | None) -> str:
    """The first half for who asked, the second for who confirmed, while it can be of use."""
    if row.act not in WITH_PASSWORD:
        return ""
    if row.state is RequestState.CONFIRMED:
        hours = rules_of(call.tools.city.region, call.now).one_time_password_hours
        over = call.now - (row.closed_at or call.now) >= timedelta(hours=hours)
        if over or person is None or person.password_at != row.closed_at:
            return ""
    elif row.state is not RequestState.WAITING:
        return ""
    first, second = passwords.halves(call.tools.keys.secret(passwords.KEY), row.code)
    if call.actor.code == row.asked_by:
        return first
    return second if call.actor.code == row.closed_by else ""


_WAITING = (REQUEST.at(RequestState.WAITING),)
DUTIES = (DutyKind("accounts.duty.confirm", ADMINISTRATORS, to_confirm, _WAITING),)
WAITS = (WaitKind(ADMINISTRATORS, asked_for, _WAITING),)
