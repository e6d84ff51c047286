"""The addresses of this room. The page of one project belongs to ``selection``."""

from market.projects import api
from market.projects.views import desk, public, wizard
from market.web.guards import ANYONE, OWNER, GuardedRoute, get, post

_MINE = "/my/projects/{code}"
_STEP = _MINE + "/step/{number:int}"

ROUTES: list[GuardedRoute] = [
    get("/", public.home, ANYONE, "projects.home"),
    get("/projects", public.projects, ANYONE, "projects.listing"),
    get("/projects.atom", public.atom, ANYONE, "projects.atom"),
    get("/projects.ics", public.calendar, ANYONE, "projects.calendar"),
    get("/projects.csv", public.csv, ANYONE, "projects.csv"),
    get("/projects.xlsx", public.xlsx, ANYONE, "projects.xlsx"),
    get("/api/projects", api.projects, ANYONE, "projects.api.listing"),
    get("/api/projects/{code}", api.project, ANYONE, "projects.api.project"),
    get("/my/projects", desk.mine, OWNER, "projects.mine"),
    get("/my/projects/new", desk.before, OWNER, "projects.new"),
    post("/my/projects/new", desk.start, OWNER, "projects.start"),
    get(_STEP, wizard.show, OWNER, "projects.step"),
    post(_STEP, wizard.save, OWNER, "projects.save"),
    post(_STEP + "/draft", wizard.draft, OWNER, "projects.draft"),
    get(_MINE + "/check", wizard.check, OWNER, "projects.check"),
    post(_MINE + "/check", wizard.finish, OWNER, "projects.finish"),
    post(_MINE + "/discard", desk.discard, OWNER, "projects.discard"),
    post(_MINE + "/restore", desk.restore, OWNER, "projects.restore"),
    post(_MINE + "/retry", desk.retry, OWNER, "projects.retry"),
    post(_MINE + "/withdraw", desk.withdraw, OWNER, "projects.withdraw"),
    post(_MINE + "/copy", desk.copy, OWNER, "projects.copy"),
]
