"""Every form comes back in one way: as a page or as problem+json, with one trace, nothing lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from uuid import uuid4

import httpx2
import pytest

from market.accounts.actions import kept_forms
from market.accounts.cookies import SIGN_IN_COOKIE
from market.accounts.jobs import let_go
from market.accounts.models import Grant, KeptForm, Person, Session, SignIn
from market.accounts.queries import token_hash
from market.accounts.states import Method
from market.audit.models import LedgerHead, SecurityEvent
from market.kernel.actors import Actor, Role
from market.projects import actions
from market.routes import ROUTES
from market.selection.deciding import explanation
from market.selection.forms import Explanation
from market.web.data import data
from tests.factories.dump import dumped
from tests.factories.milestones import settings
from tests.factories.openings import REGULATOR, Case
from tests.factories.overseen import case
from tests.factories.town import OWNER, Town

__all__ = ["case", "settings"]

HOSTILE = "\"></textarea><script>alert(1)</script> & '明'"
SECRET = "not-for-a-page-7"
SECURITY = Actor(Role.SECURITY_ADMIN, "security-admin", "s", "opr-0001", session="s")
SYSTEM = Actor(Role.SYSTEM_ADMIN, "system-admin", "s", "opr-0001", session="s")

# A write that is one button has nothing to give back; a program sends JSON and gets problem+json.
_BUTTONS = """
accounts.sign_out accounts.sessions.end accounts.session.end accounts.switch_role
accounts.grant.end accounts.suspend accounts.reactivate accounts.unlock
accounts.authenticator.reset accounts.password.reset accounts.person.session.end
accounts.certificate.strike accounts.request.confirm accounts.request.refuse
accounts.request.withdraw projects.start projects.draft projects.discard projects.restore
projects.withdraw projects.copy projects.detach demo.persona demo.clock
"""
BUTTONS = frozenset(_BUTTONS.split())
PROGRAMS = re.compile(r"/api/|/trustee/|/tsa$")


@dataclass(frozen=True, slots=True)
class Form:
    """A refused form: ``wrong`` has the sentence, ``shown`` the typed text again, if any may."""

    path: str
    who: str
    sent: dict[str, str]
    wrong: str
    shown: str = ""
    traces: int = 1
    file: str = ""


def forms(project: str, ready: str, low: str, odd: str) -> Iterator[tuple[str, Form]]:
    """Each form by the name of its route."""
    code, new = {"code": SECRET}, {"new_password": SECRET, "repeated": SECRET + "x"}
    known = {"login": HOSTILE, "password": SECRET}
    yield "accounts.enter", Form("/sign-in", "", known, "password", "login")
    for name, at, sent, wrong in (
        ("second_factor.show", "second-factor", code, "code"),
        ("enrol.confirm", "enrol", code, "code"),
        ("new_password.set", "new-password", new, "repeated"),
        ("role.choose", "role", {"grant": HOSTILE}, "grant"),
    ):
        yield f"accounts.{name}", Form(f"/sign-in/{at}", f"waits:{at}", sent, wrong)
    own = new | {"current": SECRET}
    yield "accounts.password.change", Form("/account/password", "owner", own, "current")
    at = "/account/authenticator"
    yield "accounts.authenticator.enrol", Form(at, "owner", code, "code")
    yield "accounts.authenticator.remove", Form(f"{at}/remove", "owner", code, "code")
    at = "/admin/people/owner"
    granted = {"role": "owner", "regions": "511702", "until": HOSTILE}
    yield "accounts.grant", Form(f"{at}/grants", SECURITY.code, granted, "until", "until")
    recorded = Form(f"{at}/certificates", SECURITY.code, {}, "certificate", file="certificate")
    yield "accounts.certificate.record", recorded
    person = {"name": HOSTILE, "password": SECRET, "credit_code": "1", "region": "511702"}
    entered = person | {"login": "a b", "kind": "owner", "organisation_name": "x"}
    yield "accounts.person.enrol", Form("/admin/people/new", SYSTEM.code, entered, "login", "name")
    at, title = f"/my/projects/{project}", {"title": HOSTILE}
    yield "projects.save", Form(f"{at}/step/1", "owner", title, "summary", "title", traces=0)
    yield "projects.finish", Form(f"{at}/check", "owner", {}, "")
    yield "projects.attach", Form(f"{at}/attachments", "owner", {}, "file", file="file")
    back, remark = f"/my/projects/{ready}/send-back", {"remark": HOSTILE * 50}
    yield "projects.send_back", Form(back, "second", remark, "remark", "remark")
    long = {"text": HOSTILE * 200}
    yield "selection.explain", Form(f"/rounds/{low}/explanation", "winner", long, "text", "text")
    reason = {"reason": HOSTILE * 50, "accepted": "true"}
    yield "selection.judge", Form(f"/rounds/{low}/verdict", "owner", reason, "reason", "reason")
    at, order = f"/oversight/rounds/{odd}", {"order": HOSTILE}
    yield "oversight.order_opening", Form(f"{at}/openings", "regulator", order, "order", "order")
    at, asked = f"{at}/openings/request", {"envelope": "ab", "reason": HOSTILE * 50}
    yield "oversight.request_opening", Form(at, "regulator", asked, "reason", "reason")
    at, text = f"/oversight/rounds/{odd}", {"text": HOSTILE}
    yield "oversight.hand_in_audit", Form(f"{at}/audit", "regulator", text, "text", "text")
    number = {"number": HOSTILE}
    yield "documents.verify", Form("/verify", "", number, "number", "number")


@pytest.fixture
async def table(town: Town, case: Case) -> dict[str, Form]:
    """The forms, in a town in which each is open; whoever shows a name as session is it."""
    low = await town.publish(way="price")
    who = await town.apply(low.about, 9_000_000, 2_000_000, 8_500_000)
    await town.to_reveal(low.about)
    await explanation.explain(town.call(who[1].actor), low.about, Explanation(text="自有设备" * 4))
    await town.later(days=9)
    await _waiting_sign_ins(town)
    draft = (await actions.start(town.call(OWNER))).code
    people = {"owner": OWNER, "winner": who[1].actor, "regulator": REGULATOR}
    people |= {"second": replace(OWNER, code="owner-b")}
    people |= {SECURITY.code: SECURITY, SYSTEM.code: SYSTEM}

    async def find_actor(token: str, _now: datetime) -> Actor | None:
        return people.get(token)

    app = town.city.app
    app.state.door = replace(app.state.door, find_actor=find_actor)
    ready = await town.ready(way="price")
    return dict(forms(draft, ready, f"{low.project}/{low.attempt}", f"{case.round.project}/1"))


async def _waiting_sign_ins(town: Town) -> None:
    """A sign-in at each step that one can wait for; its token is the step's address."""
    await Person.filter(code="security-admin").update(totp_salt="salt")
    await Person.filter(code="department").update(must_change_password=True)
    now = town.clock()
    for role in (Role.OWNER, Role.DEPARTMENT):
        held = {"person_id": "owner", "role": role, "held": f"owner:{role}:2"}
        await Grant.create(
            **held, code=f"test-{role}", regions=["511702"], begins_at=now, granted_by="test"
        )
    for at, person in (
        ("second-factor", "security-admin"),
        ("enrol", "regulator"),
        ("new-password", "department"),
        ("role", "owner"),
    ):
        await SignIn.create(
            token_sha256=token_hash(f"waits:{at}"),
            person_id=person,
            method=Method.CERTIFICATE if at == "role" else Method.PASSWORD,
            next_path="",
            device="",
            until_at=now + timedelta(minutes=9),
        )


async def send(client: httpx2.AsyncClient, form: Form, accept: str, lang: str) -> httpx2.Response:
    cookie = SIGN_IN_COOKIE if form.who.startswith("waits:") else "session"
    return await client.post(
        form.path,
        data={"idempotency_key": str(uuid4()), **form.sent},
        files={form.file: ("x.cer", b"no certificate")} if form.file else None,
        headers={
            "accept": accept,
            "cookie": f"lang={lang}; {cookie}={form.who}",
            "sec-fetch-site": "same-origin",
        },
    )


def control(page: str, name: str) -> str:
    """What the control of that name holds."""
    if found := re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        return unescape(found[1])
    found = re.search(rf'<input id="{name}"[^>]* value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def test_every_write_is_a_form_a_button_or_a_program_s() -> None:
    table = {name for name, _ in forms("", "", "", "")}
    writes = {route.name: route.path for route in ROUTES if route.writes}
    programs = {name for name, path in writes.items() if PROGRAMS.match(path)}
    assert set(writes) - programs - BUTTONS == table
    assert table.isdisjoint(BUTTONS)


async def nobody(_token: str, _now: datetime) -> Actor | None:
    return None


async def ran_out(town: Town, token: str, actor: Actor) -> None:
    """The session of somebody who has gone on typing after its end."""
    now = town.clock()
    person, _ = await Person.get_or_create(
        code=actor.code,
        defaults={
            "login": actor.code,
            "name": "试演",
            "organisation_id": "own-0001",
            "password_hash": "",
            "password_at": now,
        },
    )
    grant = await Grant.filter(person_id=person.code, ended_at=None).first()
    grant = grant or await Grant.create(
        code=f"kept-{token}"[:20],
        person=person,
        role=actor.role,
        regions=["511702"],
        begins_at=now,
        granted_by="test",
    )
    await Session.get_or_create(
        token_sha256=token_hash(token),
        defaults={
            "code": token,
            "grant": grant,
            "method": Method.PASSWORD,
            "device": "",
            "opened_at": now,
            "seen_at": now,
            "idle_seconds": 1,
            "until_at": now,
        },
    )


async def opened(
    client: httpx2.AsyncClient, who: str, address: str
) -> tuple[httpx2.Response, httpx2.Response | None]:
    """The page of what was kept, as ``who``, and the form that its button opens."""
    headers = {"cookie": f"lang=zh_CN; session={who}", "sec-fetch-site": "same-origin"}
    page = await client.get(address, headers=headers)
    button = re.search(r'action="([^"]+\?kept=\w+)"', page.text)
    if button is None:
        return page, None
    key = {"idempotency_key": str(uuid4())}
    return page, await client.post(button[1], data=key, headers=headers)


async def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    town: Town, client: httpx2.AsyncClient, table: dict[str, Form]
) -> None:
    size = (await LedgerHead.get(id=1)).size
    app, door = town.city.app, town.city.app.state.door
    tried = {}
    for name, form in table.items():
        actor = await door.find_actor(form.who, town.clock())
        if actor is None:
            continue  # who needs no session loses none
        await ran_out(town, form.who, actor)
        app.state.door = replace(door, find_actor=nobody)
        over = await send(client, form, "text/html", "zh_CN")
        app.state.door = door
        assert over.status_code == 401, (name, over.text[-900:])
        assert "登录已超时" in over.text, name
        place = re.search(r'href="/sign-in\?next=(/account/kept/\w+)"', over.text)
        typed = [field for field in form.sent if not kept_forms.is_never_kept(field)]
        assert (place is not None) is bool(typed), name
        if place is None:
            continue
        other = "regulator" if form.who != "regulator" else "owner"
        assert (await opened(client, other, place[1]))[0].status_code == 404, name
        _, again = await opened(client, form.who, place[1])
        assert again is not None, name
        assert again.status_code == 200, (name, again.text[-900:])
        if form.shown:
            assert control(again.text, form.shown) == form.sent[form.shown], name
        assert SECRET not in again.text, name
        tried[form.who] = place[1]
    assert len(tried) >= 5
    assert (await LedgerHead.get(id=1)).size == size, "shown, and not sent"
    assert HOSTILE not in await dumped(), "what is kept is sealed"
    town.clock.forward(hours=2)
    for who, address in tried.items():
        assert (await opened(client, who, address))[0].status_code == 404, who
    assert await KeptForm.exists()
    await let_go(town.call())
    assert not await KeptForm.exists(), "nor does it stay where nobody sees it"


def test_what_no_draft_keeps_is_never_kept() -> None:
    secret = re.compile(r'field\("(\w+)"[^\n]*(?:type="password"|data-no-draft)')
    pages = "".join(path.read_text("utf-8") for path in data("templates").rglob("*.html"))
    assert {*secret.findall(pages)} >= {"password", "code", "identity_number"}
    kept = {name for name in secret.findall(pages) if not kept_forms.is_never_kept(name)}
    assert kept == {"login"}, "and there nobody is signed in"


async def test_every_form_comes_back(
    town: Town, client: httpx2.AsyncClient, table: dict[str, Form]
) -> None:
    size = (await LedgerHead.get(id=1)).size
    for name, form in table.items():
        before = await SecurityEvent.all().count()
        page = await send(client, form, "text/html", "zh_CN")
        assert page.status_code == 422, (name, page.text[-900:])
        assert page.headers["content-type"] == "text/html; charset=utf-8", name
        assert page.headers["content-language"] == "zh-CN", name
        assert 'class="error-summary"' in page.text, name
        assert not form.wrong or f'id="{form.wrong}-error"' in page.text, name
        if form.shown:
            assert control(page.text, form.shown) == form.sent[form.shown], name
        assert "<script>alert" not in page.text, name
        assert SECRET not in page.text, name
        assert await SecurityEvent.all().count() == before + form.traces, name

        said = await send(client, form, "application/json", "en")
        assert said.status_code == 422, (name, said.text)
        assert said.headers["content-type"] == "application/problem+json", name
        assert said.headers["content-language"] == "en", name
        problem = said.json()
        assert (problem["status"], problem["title"]) == (422, "Unprocessable content"), name
        assert problem["detail"].isascii(), name
        assert problem["detail"] != problem["key"], name
        assert SECRET not in said.text, name
        assert await SecurityEvent.all().count() == before + 2 * form.traces, name
    assert (await LedgerHead.get(id=1)).size == size
    assert HOSTILE not in str(await SecurityEvent.all().values("key", "path", "facts"))
