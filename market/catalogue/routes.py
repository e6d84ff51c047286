"""The addresses of this room."""

from market.catalogue import api, views
from market.web.guards import ANYONE, GuardedRoute, get

ROUTES: list[GuardedRoute] = [
    get("/items", views.show_list, ANYONE, "catalogue.list"),
    get("/api/items", api.list_items, ANYONE, "catalogue.api_list"),
    get("/api/items/{code}", api.show_item, ANYONE, "catalogue.api_show"),
]
