"""Every address of the market: the rooms' own tables, one line each."""

from market.accounts.routes import ROUTES as ACCOUNTS
from market.agencies.routes import ROUTES as AGENCIES
from market.audit.routes import ROUTES as AUDIT
from market.catalogue.routes import ROUTES as CATALOGUE
from market.demo.routes import ROUTES as DEMO
from market.documents.routes import ROUTES as DOCUMENTS
from market.oversight.routes import ROUTES as OVERSIGHT
from market.projects.routes import ROUTES as PROJECTS
from market.selection.routes import ROUTES as SELECTION
from market.web.guards import GuardedRoute

_ROOMS: list[GuardedRoute] = [
    *ACCOUNTS,
    *CATALOGUE,
    *AGENCIES,
    *PROJECTS,
    *SELECTION,
    *DOCUMENTS,
    *AUDIT,
    *OVERSIGHT,
    *DEMO,
]
# An address is looked for from the top: what a last-minute rush sends stands there.
ROUTES = sorted(_ROOMS, key=lambda route: not route.path.startswith("/api/rounds/"))
