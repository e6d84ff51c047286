"""The addresses of this room."""

from market.accounts.routes import SYSTEM_ADMIN
from market.oversight import blind_audit_page, order_pages, views
from market.web.guards import ANYONE, OVERSIGHT, REGULATOR, GuardedRoute, get, post

ROUND = "/oversight/rounds/{code}/{attempt:int}"

ROUTES: list[GuardedRoute] = [
    get("/oversight", views.overview, ANYONE, "oversight.overview"),
    get("/oversight/selections.{kind}", views.open_data, ANYONE, "oversight.open_data"),
    get("/oversight/alarms/{alarm:uuid}", views.show_alarm, OVERSIGHT, "oversight.alarm"),
    get("/oversight/orders", views.show_orders, REGULATOR, "oversight.orders"),
    get(ROUND, views.show_round, OVERSIGHT, "oversight.round"),
    get(ROUND + "/redo", views.show_redo, REGULATOR, "oversight.redo"),
    get("/oversight/order.html", order_pages.offline_page, ANYONE, "oversight.offline_page"),
    get(ROUND + "/openings", order_pages.show_openings, OVERSIGHT, "oversight.openings"),
    post(ROUND + "/openings", order_pages.order_opening, REGULATOR, "oversight.order_opening"),
    post(
        ROUND + "/openings/request",
        order_pages.request_opening,
        REGULATOR,
        "oversight.request_opening",
    ),
    get(ROUND + "/audit", blind_audit_page.show_audit, OVERSIGHT, "oversight.audit"),
    post(ROUND + "/audit", blind_audit_page.hand_in_audit, REGULATOR, "oversight.hand_in_audit"),
    get(
        ROUND + "/audit-request.json",
        blind_audit_page.request_audit,
        REGULATOR,
        "oversight.request_audit",
    ),
    get(ROUND + "/audit.json", blind_audit_page.audit_bundle, REGULATOR, "oversight.audit_bundle"),
    get("/admin/system", views.show_system, SYSTEM_ADMIN, "oversight.system"),
]
