"""The addresses of this room. The page of one project belongs to ``selection``."""

from market.projects import api
from market.projects.views import attachments, history, owner_page, public, redo, wizard
from market.web.guards import ANYONE, OWNER, REGULATOR, GuardedRoute, get, post

_MINE = "/my/projects/{code}"
_STEP = _MINE + "/step/{number:int}"
_ATTACHMENT = _MINE + "/attachments/{attachment}"
_REDO = "/api/projects/{code}/attempts/{attempt:int}/redo"

ROUTES: list[GuardedRoute] = [
    get("/", public.home, ANYONE, "projects.home"),
    get("/projects", public.projects, ANYONE, "projects.listing"),
    get("/projects.atom", public.atom, ANYONE, "projects.atom"),
    get("/projects.ics", public.calendar, ANYONE, "projects.calendar"),
    get("/projects.csv", public.csv, ANYONE, "projects.csv"),
    get("/projects.xlsx", public.xlsx, ANYONE, "projects.xlsx"),
    get("/api/projects", api.projects, ANYONE, "projects.api.listing"),
    get("/api/projects/{code}", api.project, ANYONE, "projects.api.project"),
    get("/projects/{code}/attachments/{sha256}", attachments.download, ANYONE, "projects.file"),
    get("/log/projects/{code}", history.show, ANYONE, "projects.history"),
    get("/my/projects", owner_page.mine, OWNER, "projects.mine"),
    get("/my/projects/new", owner_page.before, OWNER, "projects.new"),
    post("/my/projects/new", owner_page.start, OWNER, "projects.start"),
    get(_STEP, wizard.show, OWNER, "projects.step"),
    post(_STEP, wizard.save, OWNER, "projects.save"),
    post(_STEP + "/draft", wizard.draft, OWNER, "projects.draft"),
    get(_MINE + "/attachments", attachments.show, OWNER, "projects.attachments"),
    post(_MINE + "/attachments", attachments.add, OWNER, "projects.attach", streams=True),
    post(_ATTACHMENT + "/remove", attachments.remove, OWNER, "projects.detach"),
    get(_MINE + "/check", wizard.check, OWNER, "projects.check"),
    post(_MINE + "/check", wizard.finish, OWNER, "projects.finish"),
    post(_MINE + "/send-back", wizard.send_back, OWNER, "projects.send_back"),
    post(_MINE + "/discard", owner_page.discard, OWNER, "projects.discard"),
    post(_MINE + "/restore", owner_page.restore, OWNER, "projects.restore"),
    get(_MINE + "/redo", redo.show, OWNER, "projects.redo"),
    post(_REDO, api.ask_again, OWNER, "projects.redo.ask"),
    post(_REDO + "/agreement", api.countersign, REGULATOR, "projects.redo.agree"),
    post(_MINE + "/withdraw", owner_page.withdraw, OWNER, "projects.withdraw"),
    post(_MINE + "/copy", owner_page.copy, OWNER, "projects.copy"),
]
