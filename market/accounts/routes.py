"""The addresses of this room."""

from market.accounts import api
from market.accounts.views import account, admin, requests, session_end, sign_in
from market.kernel.actors import Role
from market.web.guards import (
    ADMINISTRATOR,
    ANYONE,
    SECURITY_ADMIN,
    SIGNED_IN,
    Guard,
    GuardedRoute,
    get,
    post,
)

SYSTEM_ADMIN = Guard("system_admin", frozenset({Role.SYSTEM_ADMIN}))
# Rights are the security administrator's; of some, the system administrator may ask too.
RIGHTS = Guard("rights", frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}))
EVENT_READERS = Guard("event_readers", frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}))

# The way in and a password reset take no Idempotency-Key: what they answer must not be kept.
ROUTES: list[GuardedRoute] = [
    get("/sign-in", sign_in.show, ANYONE, "accounts.sign_in"),
    post("/sign-in", sign_in.enter, ANYONE, "accounts.enter", keyed=False),
    get("/sign-in/second-factor", sign_in.show_step, ANYONE, "accounts.second_factor"),
    post(
        "/sign-in/second-factor",
        sign_in.second_factor,
        ANYONE,
        "accounts.second_factor.show",
        keyed=False,
    ),
    get("/sign-in/enrol", sign_in.show_step, ANYONE, "accounts.enrol"),
    post("/sign-in/enrol", sign_in.enrol, ANYONE, "accounts.enrol.confirm", keyed=False),
    get("/sign-in/new-password", sign_in.show_step, ANYONE, "accounts.new_password"),
    post(
        "/sign-in/new-password",
        sign_in.new_password,
        ANYONE,
        "accounts.new_password.set",
        keyed=False,
    ),
    get("/sign-in/role", sign_in.show_step, ANYONE, "accounts.role"),
    post("/sign-in/role", sign_in.role, ANYONE, "accounts.role.choose", keyed=False),
    post("/sign-out", sign_in.leave, ANYONE, "accounts.sign_out", keyed=False),
    post("/api/sign-in/challenge", api.challenge, ANYONE, "accounts.challenge", keyed=False),
    post("/api/sign-in/certificate", api.certificate, ANYONE, "accounts.certificate", keyed=False),
    get("/account", account.show, SIGNED_IN, "accounts.account"),
    get("/account/password", account.show_password, SIGNED_IN, "accounts.password"),
    post("/account/password", account.change_password, SIGNED_IN, "accounts.password.change"),
    get("/account/authenticator", account.show_second_factor, SIGNED_IN, "accounts.authenticator"),
    post("/account/authenticator", account.enrol, SIGNED_IN, "accounts.authenticator.enrol"),
    post(
        "/account/authenticator/remove",
        account.remove_second_factor,
        SIGNED_IN,
        "accounts.authenticator.remove",
    ),
    post("/account/sessions/end", account.end_other_sessions, SIGNED_IN, "accounts.sessions.end"),
    post("/account/sessions/{session}/end", account.end_session, SIGNED_IN, "accounts.session.end"),
    get("/account/kept/{code}", session_end.show, SIGNED_IN, "accounts.kept"),
    get("/api/session", session_end.awake, SIGNED_IN, "accounts.awake"),
    post("/api/account/certificate", api.record_own, SIGNED_IN, "accounts.certificate.own"),
    post("/account/role", account.switch_role, SIGNED_IN, "accounts.switch_role", keyed=False),
    get("/admin", admin.landing, ADMINISTRATOR, "accounts.admin"),
    get("/admin/security-events", admin.events, EVENT_READERS, "accounts.events"),
    get("/admin/people/new", admin.show_new, SYSTEM_ADMIN, "accounts.person.new"),
    post("/admin/people/new", admin.enrol, SYSTEM_ADMIN, "accounts.person.enrol"),
    get("/admin/people", admin.listing, ADMINISTRATOR, "accounts.people"),
    get("/admin/people/{code}", admin.show_person, ADMINISTRATOR, "accounts.person"),
    post("/admin/people/{code}/grants", admin.grant, RIGHTS, "accounts.grant"),
    post(
        "/admin/people/{code}/grants/{grant}/end",
        admin.end_grant,
        RIGHTS,
        "accounts.grant.end",
    ),
    post("/admin/people/{code}/suspend", admin.suspend, RIGHTS, "accounts.suspend"),
    post("/admin/people/{code}/reactivate", admin.reactivate, RIGHTS, "accounts.reactivate"),
    post("/admin/people/{code}/unlock", admin.unlock, SECURITY_ADMIN, "accounts.unlock"),
    post(
        "/admin/people/{code}/authenticator/reset",
        admin.reset_second_factor,
        RIGHTS,
        "accounts.authenticator.reset",
    ),
    post(
        "/admin/people/{code}/password/reset",
        admin.reset_password,
        RIGHTS,
        "accounts.password.reset",
        keyed=False,
    ),
    post(
        "/admin/people/{code}/sessions/{session}/end",
        admin.end_session,
        SECURITY_ADMIN,
        "accounts.person.session.end",
    ),
    post(
        "/admin/people/{code}/certificates",
        admin.record_certificate,
        RIGHTS,
        "accounts.certificate.record",
    ),
    post(
        "/admin/people/{code}/certificates/{sha256}/strike",
        admin.strike_certificate,
        RIGHTS,
        "accounts.certificate.strike",
    ),
    get("/admin/requests", requests.listing, ADMINISTRATOR, "accounts.requests"),
    get("/admin/requests/{request}", requests.show, ADMINISTRATOR, "accounts.request"),
    post(
        "/admin/requests/{request}/confirm",
        requests.confirm,
        ADMINISTRATOR,
        "accounts.request.confirm",
    ),
    post(
        "/admin/requests/{request}/refuse",
        requests.refuse,
        ADMINISTRATOR,
        "accounts.request.refuse",
    ),
    post(
        "/admin/requests/{request}/withdraw",
        requests.withdraw,
        SIGNED_IN,
        "accounts.request.withdraw",
    ),
]
