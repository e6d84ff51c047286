"""The addresses of this room."""

from market.web.guards import GuardedRoute

ROUTES: list[GuardedRoute] = []
