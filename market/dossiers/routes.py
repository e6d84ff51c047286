"""The addresses of this room."""

from market.dossiers import exports
from market.web.guards import ANYONE, GuardedRoute, get

ROUTES: list[GuardedRoute] = [
    get("/projects/{code}/dossier.zip", exports.download, ANYONE, "selection.dossier"),
]
