"""The addresses of this room."""

from market.agencies import api, item_views, views
from market.web.guards import ANYONE, DEPARTMENT, GuardedRoute, get

ROUTES: list[GuardedRoute] = [
    get("/agencies", views.show_list, ANYONE, "agencies.list"),
    get("/agencies/compare", views.compare, ANYONE, "agencies.compare"),
    get("/agencies/{code}", views.show, ANYONE, "agencies.show"),
    get("/items/{code}", item_views.show_item, ANYONE, "agencies.item"),
    get("/my/items", item_views.show_own_items, DEPARTMENT, "agencies.own_items"),
    get("/api/agencies", api.list_agencies, ANYONE, "agencies.api_list"),
    get("/api/agencies/{code}", api.show_agency, ANYONE, "agencies.api_show"),
]
