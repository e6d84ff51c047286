"""The demo's doors: the banner, the persona switch, the city clock, the personas' certificates."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from market.accounts.cookies import forget
from market.accounts.sign_in_response import on_the_way
from market.demo import actions
from market.demo.jobs import renew_crls
from market.demo.people import personas
from market.kernel.actors import THE_CLOCK
from market.kernel.call import Call
from market.kernel.errors import Kind, MarketError, not_found
from market.web.answers import see_other
from market.web.dates import when
from market.web.forms import form_values
from market.web.i18n import say
from market.web.pages import DemoBar, Persona

STRANGER = "stranger"


def demo_bar(request: Request, call: Call | None, locale: str) -> DemoBar:
    """What the banner shows: every persona, who one plays, the city's hour."""
    me = call.actor.code if call else ""
    known = personas()
    current = next((key for key, code in known.items() if code == me), STRANGER)
    rows = [
        Persona(key, say(locale, f"persona.{key}"), key == current) for key in (STRANGER, *known)
    ]
    now = call.now if call else request.app.state.door.clock()
    return DemoBar(rows, when(now, locale))


async def act_as(request: Request, call: Call) -> Response:
    """Become somebody else."""
    values = await form_values(request)
    persona = str(values.get("persona", ""))
    if persona == STRANGER:
        answer = see_other(_back(values))
        forget(answer)
        return answer
    return on_the_way(request, call, await actions.act_as(call, persona))


async def put_ahead(request: Request, call: Call) -> Response:
    """Let the city's clock, and the trustees', run ahead."""
    values = await form_values(request)
    seconds = actions.must_be_a_step(str(values.get("seconds", "")))
    path: Path | None = request.app.state.settings.clock
    if path is None:
        raise MarketError("demo.no_clock", Kind.UNAVAILABLE)
    await actions.let_be_witnessed()
    there = call.now + timedelta(seconds=seconds)
    await renew_crls(Call(THE_CLOCK, there, call.tools))  # before anybody signs at the new hour
    _put(path, seconds)
    return see_other(_back(values))


async def key_file(request: Request, call: Call) -> Response:
    """One's own certificate file. Its password stands on the page: nobody real is behind it."""
    if not call.actor.signed_in or request.path_params["person"] != f"{call.actor.code}.p12":
        raise not_found()
    persona = next((key for key, code in personas().items() if code == call.actor.code), None)
    folder: Path = request.app.state.settings.data.parent / "personas"
    if persona is None or not (folder / f"{persona}.p12").exists():
        raise not_found()
    return Response((folder / f"{persona}.p12").read_bytes(), media_type="application/x-pkcs12")


def _put(path: Path, seconds: int) -> None:
    """Readers see the old hour or the new one."""
    ahead = int(path.read_text() or "0") if path.exists() else 0
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(str(ahead + seconds))
    fresh.replace(path)


def _back(values: dict[str, Any]) -> str:
    path = str(values.get("back", "/"))
    return path if path.startswith("/") and not path.startswith("//") and "\\" not in path else "/"
