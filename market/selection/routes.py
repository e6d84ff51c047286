"""The addresses of this room."""

from market.selection import agency_desk, api, desk, takeaway, views
from market.web.guards import AGENCY, ANYONE, OWNER, SIGNED_IN, GuardedRoute, get, post

ROUND = "/rounds/{code}/{attempt:int}"
API = "/api/rounds/{code}/{attempt:int}"

ROUTES: list[GuardedRoute] = [
    get("/my/applications", agency_desk.show, AGENCY, "selection.agency_desk"),
    get("/api/my/rounds", agency_desk.open_to_me, SIGNED_IN, "selection.open_to_me"),
    get("/projects/{code}", views.show_project, ANYONE, "selection.project"),
    get("/projects/{code}/dossier.zip", takeaway.download, ANYONE, "selection.dossier"),
    get("/projects/{code}/publish", views.publishing, OWNER, "selection.publishing"),
    get(ROUND + "/apply", views.applying, AGENCY, "selection.applying"),
    get(ROUND + "/check", views.checking, ANYONE, "selection.checking"),
    get(ROUND + "/events", views.events, ANYONE, "selection.events"),
    post(ROUND + "/explanation", views.explain, AGENCY, "selection.explain"),
    post(ROUND + "/verdict", views.judge, OWNER, "selection.judge"),
    get(ROUND + "/{paper}", api.show_paper, ANYONE, "selection.paper"),
    get("/api/projects/{code}/publication", api.publication, OWNER, "selection.publication"),
    post("/api/projects/{code}/publication", api.publish, OWNER, "selection.publish"),
    get(API + "/terms", api.show_terms, ANYONE, "selection.terms"),
    post(API + "/admission", api.admit, AGENCY, "selection.admit"),
    post(API + "/envelopes", api.apply, ANYONE, "selection.apply"),
    get(API + "/envelopes/{sha256}", api.show_envelope, ANYONE, "selection.envelope"),
    post(API + "/withdrawals", api.withdraw, ANYONE, "selection.withdraw"),
    post("/trustee/hello", desk.hello, ANYONE, "trustee.hello", keyed=False),
    post("/trustee/cosignature", desk.cosignature, ANYONE, "trustee.cosignature", keyed=False),
    post("/trustee/contribution", desk.contribution, ANYONE, "trustee.contribution", keyed=False),
    post("/trustee/report", desk.report, ANYONE, "trustee.report", keyed=False, limit=desk.MOST),
    post("/trustee/release", desk.release, ANYONE, "trustee.release", keyed=False, limit=desk.MOST),
    post("/trustee/audit", desk.audit, ANYONE, "trustee.audit", keyed=False, limit=desk.MOST),
    post("/trustee/alarm", desk.alarm, ANYONE, "trustee.alarm", keyed=False),
]
