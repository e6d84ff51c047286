"""The addresses of this room."""

from market.audit import views
from market.web.guards import ANYONE, GuardedRoute, get

ROUTES: list[GuardedRoute] = [
    get("/log/", views.overview, ANYONE, "audit.log"),
    get("/log/checkpoint", views.checkpoint_file, ANYONE, "audit.checkpoint"),
    get("/log/tile/{path:path}", views.tile_file, ANYONE, "audit.tile"),
    get("/log/keys.json", views.keys_json, ANYONE, "audit.keys"),
    get("/log/consistency", views.consistency_json, ANYONE, "audit.consistency"),
    get("/log/entries/{index}", views.entry_page, ANYONE, "audit.entry"),
    get("/api/log/entries", views.history_json, ANYONE, "audit.history_json"),
    get("/api/log/entries/{index}", views.entry_json, ANYONE, "audit.entry_json"),
]
