"""Every address of the market: each room's own table."""

from market import rooms
from market.web.guards import GuardedRoute

# An address is looked for from the top: what a last-minute rush sends stands there.
ROUTES: list[GuardedRoute] = sorted(
    rooms.gathered("routes", "ROUTES"),
    key=lambda route: not route.path.startswith("/api/rounds/"),
)
