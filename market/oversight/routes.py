"""The addresses of this room."""

from market.accounts.routes import SYSTEM_ADMIN
from market.oversight import blind_audit_page, views
from market.web.guards import ANYONE, OVERSIGHT, REGULATOR, GuardedRoute, get, post

ROUND = "/oversight/rounds/{code}/{attempt:int}"

ROUTES: list[GuardedRoute] = [
    get("/oversight", views.overview, ANYONE, "oversight.overview"),
    get("/oversight/selections.{kind}", views.open_data, ANYONE, "oversight.open_data"),
    get("/oversight/alarms/{alarm:uuid}", views.show_alarm, OVERSIGHT, "oversight.alarm"),
    get("/oversight/orders", views.show_orders, REGULATOR, "oversight.orders"),
    get(ROUND, views.show_round, OVERSIGHT, "oversight.round"),
    get(ROUND + "/redo", views.show_redo, REGULATOR, "oversight.redo"),
    get(ROUND + "/openings", views.show_openings, OVERSIGHT, "oversight.openings"),
    post(ROUND + "/openings", views.order_opening, REGULATOR, "oversight.order_opening"),
    get(ROUND + "/audit", blind_audit_page.show_audit, OVERSIGHT, "oversight.audit"),
    post(ROUND + "/audit", blind_audit_page.hand_in_audit, REGULATOR, "oversight.hand_in_audit"),
    get(ROUND + "/audit.json", blind_audit_page.audit_bundle, REGULATOR, "oversight.audit_bundle"),
    get("/admin/system", views.show_system, SYSTEM_ADMIN, "oversight.system"),
]
