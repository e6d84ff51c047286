"""Pages: one Jinja environment a language, strict about what a template was not given.

Templates get frozen dataclasses made for the page and the globals below, never a model.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from jinja2 import meta
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from tortoise.models import Model

from market.kernel import money as money_words
from market.kernel.actors import Role
from market.kernel.call import Call, City
from market.kernel.ids import new_token
from market.web import qr
from market.web.data import data
from market.web.dates import day, when
from market.web.i18n import TAGS, blind_code, catalogue, negotiate, number_in, say
from market.web.panels import MenuLine, below, desk_of, public_menu, rooms_of
from market.web.search import MAX_QUERY
from market.web.sizes import file_size

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main menu."""

    href: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class CityCard:
    """What pages say of the city, and where it is reached; empty is what it has not said."""

    name: str
    tagline: str
    base_url: str
    operator: str
    phone: str
    complaints: str


@dataclass(frozen=True, slots=True)
class Me:
    """Who is signed in, as the header shows it."""

    name: str
    role: str
    role_label: str
    organisation_name: str
    home: str


@dataclass(frozen=True, slots=True)
class Persona:
    """One door of the demo's persona switch."""

    key: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class DemoBar:
    """The demo's banner: personas and the city clock."""

    personas: list[Persona]
    now_text: str


@cache
def environment(locale: str) -> jinja2.Environment:
    """The templates of one language."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.install_gettext_translations(catalogue(locale), newstyle=True)  # type: ignore[attr-defined]  # by the i18n extension
    env.globals.update(
        locale=locale,
        static=static,
        idempotency_key=new_token,
        _=_translated(locale),
        say=lambda text, /, **facts: say(locale, text, **facts),
        way=lambda name: env.get_template(f"ways/{name}.html").module,
        when=lambda at: when(at, locale),
        day=lambda at: day(at, locale),
        file_size=file_size,
        money=money_words.yuan,
        money_wan=_wan(locale),
        qr=qr.svg,
        longest_query=MAX_QUERY,
        query=lambda **values: urlencode({k: v for k, v in values.items() if v not in (None, "")}),
    )
    env.filters.update(
        when=env.globals["when"],
        day=env.globals["day"],
        money=money_words.yuan,
        money_wan=env.globals["money_wan"],
        say=env.globals["say"],
        blind_code=lambda code: blind_code(code, locale),
    )
    return env


def _wan(locale: str) -> Callable[[int], str]:
    """Large sums as the language counts them: in 万元, or in yuan without the fen that are none."""
    if locale == "zh_CN":
        return money_words.wan
    return lambda fen: money_words.yuan(fen).removesuffix(".00")


def _translated(locale: str) -> Callable[..., Markup]:
    """What Jinja's own ``_`` does in three calls through the page's context for each sentence."""

    @lru_cache(maxsize=4096)
    def marked(text: str, number: int | None) -> Markup:
        said = catalogue(locale).counted(text, number)
        return Markup(said)  # noqa: S704 - our own texts, as Jinja does

    return lambda text, /, **facts: marked(text, number_in(facts)) % facts


def ready(template: str, locale: str = "zh_CN") -> None:
    """Compile a template and all that it names before anybody asks for it."""
    env = environment(locale)
    found, names = set[str](), {template}
    while names:
        name = names.pop()
        found.add(name)
        env.get_template(name)
        path = data("templates") / name
        named = meta.find_referenced_templates(env.parse(path.read_text("utf-8")))
        names |= {one for one in named if one} - found


def render(
    request: Request, call: Call | None, template: str, *, status: int = 200, **given: Any
) -> Response:
    """The page ``template`` with what it was given."""
    for name, value in given.items():
        if isinstance(value, Model):
            raise TypeError(f"{template} was handed a model as {name}")
    locale = negotiate(request)
    env = environment(locale)
    state = request.app.state
    door = state.door
    now = call.now if call else door.clock()
    other = "en" if locale == "zh_CN" else "zh_CN"
    wishes = dict(request.query_params) | {"lang": other}
    path = request.scope["path"]
    actor = call.actor if call else None
    mine = rooms_of(actor.role if actor else Role.ANYONE)
    here = _here(mine, path) or _here(public_menu(), path)
    html = env.get_template(template).render(
        city=_city(locale, door.tools.city),
        me=_me(locale, actor) if actor and actor.signed_in else None,
        rooms=_nav(locale, mine, here),
        public=_nav(locale, public_menu(), here),
        demo=state.demo_bar(request, call, locale) if door.tools.city.demo else None,
        now=now,
        server_ms=int(now.timestamp() * 1000),
        url_path=path,
        other_locale_url=f"{path}?{urlencode(wishes)}",
        **given,
    )
    response = HTMLResponse(html, status)
    response.headers["content-language"] = TAGS[locale]
    response.headers["vary"] = "Accept-Language, Cookie"
    response.headers["cache-control"] = "no-store" if actor and actor.signed_in else "no-cache"
    if request.query_params.get("lang") == locale:
        response.set_cookie("lang", locale, max_age=31_536_000, samesite="lax", httponly=True)
    return response


@cache
def static(path: str) -> str:
    """A static file's address with its content's fingerprint, so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def _me(locale: str, actor: Any) -> Me:
    return Me(
        actor.name,
        str(actor.role),
        say(locale, f"role.{actor.role}"),
        actor.organisation_name,
        desk_of(actor.role),
    )


def _city(locale: str, city: City) -> CityCard:
    tagline = say(locale, "零门槛入驻 · 全流程盲选 · 可核验")
    said = (say(locale, text) for text in (city.operator, city.phone, city.complaints))
    return CityCard(say(locale, city.name), tagline, city.base_url, *said)


def _nav(locale: str, lines: Iterable[MenuLine], here: MenuLine | None) -> list[NavItem]:
    return [NavItem(line.href, say(locale, line.label), line is here) for line in lines]


def _here(lines: Iterable[MenuLine], path: str) -> MenuLine | None:
    """The line that leads nearest to where one is, itself or by what its page lists."""
    near = [
        (len(one.href), line)
        for line in lines
        for one in (line, *below(line.href))
        if f"{path}/".startswith(f"{one.href.rstrip('/')}/")
    ]
    return max(near, key=lambda found: found[0])[1] if near else None
