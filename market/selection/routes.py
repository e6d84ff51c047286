"""The addresses of this room."""

from market.selection import api
from market.selection.pages import agency_page, project_page, receipts_page
from market.selection.trustees import http
from market.web.guards import AGENCY, ANYONE, OWNER, SIGNED_IN, GuardedRoute, get, post

ROUND = "/rounds/{code}/{attempt:int}"
API = "/api/rounds/{code}/{attempt:int}"
UNTOLD = ("/api/rounds/",)  # a refusal there would tell who wanted to apply (PROTOCOL.md §5)

ROUTES: list[GuardedRoute] = [
    get("/my/applications", agency_page.show, AGENCY, "selection.agency_desk"),
    get("/my/receipts", receipts_page.show, ANYONE, "selection.receipts"),
    get("/api/my/rounds", agency_page.open_to_me, SIGNED_IN, "selection.open_to_me"),
    get("/projects/{code}", project_page.show_project, ANYONE, "selection.project"),
    get("/projects/{code}/publish", project_page.publishing, OWNER, "selection.publishing"),
    get(ROUND + "/apply", project_page.applying, AGENCY, "selection.applying"),
    get(ROUND + "/check", project_page.checking, ANYONE, "selection.checking"),
    get(ROUND + "/events", project_page.events, ANYONE, "selection.events"),
    post(ROUND + "/explanation", project_page.explain, AGENCY, "selection.explain"),
    post(ROUND + "/verdict", project_page.judge, OWNER, "selection.judge"),
    get("/documents/of/{code}/{attempt:int}", api.notice, ANYONE, "selection.notice"),
    get(ROUND + "/{paper}", api.show_paper, ANYONE, "selection.paper"),
    get("/api/projects/{code}/publication", api.publication, OWNER, "selection.publication"),
    post("/api/projects/{code}/publication", api.publish, OWNER, "selection.publish"),
    get(API + "/terms", api.show_terms, ANYONE, "selection.terms"),
    post(API + "/admission", api.admit, AGENCY, "selection.admit"),
    post(API + "/envelopes", api.apply, ANYONE, "selection.apply"),
    get(API + "/envelopes/{sha256}", api.show_envelope, ANYONE, "selection.envelope"),
    post(API + "/withdrawals", api.withdraw, ANYONE, "selection.withdraw"),
    post("/trustee/hello", http.hello, ANYONE, "trustee.hello", keyed=False),
    post("/trustee/cosignature", http.cosignature, ANYONE, "trustee.cosignature", keyed=False),
    post("/trustee/contribution", http.contribution, ANYONE, "trustee.contribution", keyed=False),
    post("/trustee/report", http.report, ANYONE, "trustee.report", keyed=False, limit=http.MOST),
    post("/trustee/release", http.release, ANYONE, "trustee.release", keyed=False, limit=http.MOST),
    post("/trustee/audit", http.audit, ANYONE, "trustee.audit", keyed=False, limit=http.MOST),
    post("/trustee/alarm", http.alarm, ANYONE, "trustee.alarm", keyed=False),
]
