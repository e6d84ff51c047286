"""The pages of the demo city, by the persona who sees them; found through its public API."""

import re
from collections.abc import Callable, Iterator

from tests.browser.demo_city import DemoCity

Pages = Iterator[tuple[str, str]]  # name of the picture, path
FIXED = {
    "home": "/",
    "projects": "/projects",
    "projects-none": "/projects?q=qqqq",
    "agencies": "/agencies",
    "agency": "/agencies/ag-0001",
    "agencies-compare": "/agencies/compare?code=ag-0001&code=ag-0002&code=ag-0003",
    "items": "/items",
    "item": "/items/soil-conservation",
    "log": "/log/",
    "log-entry": "/log/entries/0",
    "verify": "/verify",
    "sign-in": "/sign-in",
    "nowhere": "/nowhere",
}
ROUND = "/rounds/{code}/{attempt}"


def stranger(city: DemoCity) -> Pages:
    """What is open to everybody, with a project of every way in every stage."""
    yield from FIXED.items()
    seen = set()
    for row in city.projects():
        kind = f"{row['way']}-{row['pool']}-{row['stage']}"
        if kind in seen:
            continue
        seen.add(kind)
        yield f"project-{kind}", f"/projects/{row['code']}"
        if row["stage"] in {"publicity", "concluded"}:
            yield f"check-{kind}", ROUND.format(**row) + "/check"
        if row["stage"] == "concluded":
            yield f"log-{kind}", f"/log/projects/{row['code']}"
            notice = city.get(f"/documents/of/{row['code']}/{row['attempt']}")
            yield f"notice-{kind}", notice.headers["location"]


def owner(_city: DemoCity) -> Pages:
    """The owner's desk; the rest of it is in the journeys."""
    yield "owner-desk", "/my/projects"
    yield "owner-new", "/my/projects/new"
    yield "account", "/account"
    yield "account-password", "/account/password"
    yield "account-authenticator", "/account/authenticator"


def agency(city: DemoCity) -> Pages:
    """An agency's desk, both application forms, and a door that is closed to it."""
    yield "agency-desk", "/my/applications"
    for way in ("random", "price"):
        (row, *_) = city.projects(way=way, pool="applicants", stage="accepting")
        yield f"agency-project-{way}", f"/projects/{row['code']}"
        yield f"agency-apply-{way}", ROUND.format(**row) + "/apply"
    yield "forbidden", "/my/projects"


def department(_city: DemoCity) -> Pages:
    """The service items that a department looks after."""
    yield "department-items", "/my/items"


def regulator(city: DemoCity) -> Pages:
    """The regulator's view."""
    yield "oversight", "/oversight"
    for row in city.projects(stage="publicity"):
        yield f"regulator-project-{row['way']}", f"/projects/{row['code']}"


def system_admin(_city: DemoCity) -> Pages:
    """三员: the one who enrols people."""
    yield "system-admin", "/admin"
    yield "person-new", "/admin/people/new"


def security_admin(_city: DemoCity) -> Pages:
    """三员: the one who grants and suspends."""
    yield "security-admin", "/admin"
    yield "people", "/admin/people"
    yield "person", "/admin/people/owner"


def audit_admin(_city: DemoCity) -> Pages:
    """三员: the one who reads what happened."""
    yield "audit-admin", "/admin"
    yield "events", "/admin/security-events"


PERSONAS: dict[str, Callable[[DemoCity], Pages]] = {
    "stranger": stranger,
    "owner": owner,
    "agency_a": agency,
    "department": department,
    "regulator": regulator,
    "system_admin": system_admin,
    "security_admin": security_admin,
    "audit_admin": audit_admin,
}
REFUSED = {"nowhere": 404, "forbidden": 403}


def own_drafts(desk: str) -> dict[str, str]:
    """Pages of the form for the drafts on the owner's desk (its HTML)."""
    found = {}
    for code, step in re.findall(r'href="/my/projects/([A-Z0-9-]+)/(check|step/1)', desk):
        found[f"form-{step.replace('/', '-')}"] = f"/my/projects/{code}/{step}"
    return found
