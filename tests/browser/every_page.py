"""The pages of the demo city, by the persona who sees them; found through its public API.

Each function takes the city and the HTML of the persona's own desk.
"""

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
    "oversight": "/oversight",
    "log": "/log/",
    "log-entry": "/log/entries/0",
    "open": "/open",
    "help": "/help",
    "verify": "/verify",
    "sign-in": "/sign-in",
    "nowhere": "/nowhere",
}
ROUND = "/rounds/{code}/{attempt}"


def stranger(city: DemoCity, _desk: str) -> Pages:
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


def owner(city: DemoCity, desk: str) -> Pages:
    """The owner's desk, the form of a draft, what is ready to be published, what failed."""
    yield "owner-desk", "/desk"
    yield "owner-projects", "/my/projects"
    (draft, *_) = re.findall(r'href="/my/projects/([A-Z0-9-]+)/step', desk)
    (ready, *_) = re.findall(r'href="/projects/([A-Z0-9-]+)/publish', desk)
    for number in range(1, 6):
        yield f"owner-step-{number}", f"/my/projects/{draft}/step/{number}"
    yield "owner-attachments", f"/my/projects/{draft}/attachments"
    yield "owner-check-draft", f"/my/projects/{draft}/check"
    yield "owner-check-ready", f"/my/projects/{ready}/check"
    yield "owner-publish", f"/projects/{ready}/publish"
    for row in city.projects(owner="own-0001", stage="failed")[:1]:
        yield "owner-failed", f"/projects/{row['code']}"
        yield "owner-redo", f"/my/projects/{row['code']}/redo"
        yield "owner-redo-sign", f"/my/projects/{row['code']}/redo?reason=TOO_FEW"
    yield "owner-new", "/my/projects/new"
    yield "account", "/account"
    yield "account-password", "/account/password"
    yield "account-authenticator", "/account/authenticator"


def agency(city: DemoCity, _desk: str) -> Pages:
    """An agency's desk, both application forms, and a door that is closed to it."""
    yield "agency-desk", "/desk"
    yield "agency-opportunities", "/my/applications"
    yield "agency-receipts", "/my/receipts"
    for way in ("random", "price"):
        wish = {"way": way, "pool": "applicants", "stage": "accepting", "item": "soil-conservation"}
        for row in city.projects(**wish)[:1]:
            yield f"agency-project-{way}", f"/projects/{row['code']}"
            yield f"agency-apply-{way}", ROUND.format(**row) + "/apply"
    yield "forbidden", "/my/projects"


def department(_city: DemoCity, _desk: str) -> Pages:
    """The service items that a department looks after."""
    yield "department-desk", "/desk"
    yield "department-items", "/my/items"


def regulator(city: DemoCity, _desk: str) -> Pages:
    """The regulator's view."""
    yield "regulator-desk", "/desk"
    yield "regulator-overview", "/oversight"
    yield "regulator-orders", "/oversight/orders"
    for row in city.projects(stage="publicity")[:1]:
        yield "regulator-project", f"/projects/{row['code']}"
        yield "regulator-round", "/oversight" + ROUND.format(**row)
        yield "regulator-openings", "/oversight" + ROUND.format(**row) + "/openings"
    for row in city.projects(stage="concluded")[:1]:
        yield "regulator-audit", "/oversight" + ROUND.format(**row) + "/audit"


def system_admin(_city: DemoCity, _desk: str) -> Pages:
    """三员: the one who enrols people."""
    yield "system-desk", "/desk"
    yield "system-admin", "/admin"
    yield "person-new", "/admin/people/new"
    yield "system", "/admin/system"


def security_admin(_city: DemoCity, _desk: str) -> Pages:
    """三员: the one who grants and suspends."""
    yield "security-admin", "/admin"
    yield "people", "/admin/people"
    yield "person", "/admin/people/owner"


def audit_admin(_city: DemoCity, _desk: str) -> Pages:
    """三员: the one who reads what happened."""
    yield "audit-admin", "/admin"
    yield "events", "/admin/security-events"


PERSONAS: dict[str, Callable[[DemoCity, str], Pages]] = {
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
