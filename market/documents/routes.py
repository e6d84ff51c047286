"""The addresses of this room."""

from market.documents import views
from market.web.guards import ANYONE, GuardedRoute, get, post

ROUTES: list[GuardedRoute] = [
    get("/verify", views.asking, ANYONE, "documents.asking"),
    post("/verify", views.verify, ANYONE, "documents.verify", keyed=False, limit=views.MOST),
    post("/tsa", views.timestamp, ANYONE, "documents.timestamp", keyed=False, limit=64 * 1024),
    get("/documents/{code}/paper.pdf", views.download, ANYONE, "documents.pdf"),
    get("/documents/{code}/statement.json", views.statement, ANYONE, "documents.statement"),
    get("/documents/{code}/statement.p7s", views.signature, ANYONE, "documents.signature"),
    get("/documents/{code}", views.show, ANYONE, "documents.show"),
]
