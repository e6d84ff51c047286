"""The addresses of this room."""

from market.desk import views
from market.web.guards import ANYONE, SIGNED_IN, GuardedRoute, get
from market.web.panels import DESK, OPEN

ROUTES: list[GuardedRoute] = [
    get(DESK, views.show, SIGNED_IN, "desk.show"),
    get(DESK + "/duties", views.count, SIGNED_IN, "desk.count"),
    get(OPEN, views.open_data, ANYONE, "desk.open"),
    get("/help", views.guide, ANYONE, "desk.help"),
]
