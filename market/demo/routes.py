"""The addresses of this room; none of them exists outside demo mode."""

from market.demo import views
from market.web.guards import DEMO, GuardedRoute, get, post

ROUTES: list[GuardedRoute] = [
    post("/demo/persona", views.act_as, DEMO, "demo.persona", keyed=False),
    post("/demo/clock", views.put_ahead, DEMO, "demo.clock", keyed=False),
    get("/demo/keys/{person}", views.key_file, DEMO, "demo.key"),
]
