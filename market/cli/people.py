"""``mingxuan person``: the first holders of a role in a city in earnest, who enter all others.

Run where the city runs, in its environment. The password that it prints is asked for once: the
first sign-in changes it, and an administrator's sets up an authenticator.
"""

import asyncio
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from market.accounts.actions.first import AT_THE_MACHINE, Entered, enter_first
from market.accounts.actions.people import NewOrganisation, NewPerson
from market.accounts.forms import PersonForm
from market.accounts.states import OrganisationKind
from market.city import make_tools, open_database
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import MarketError
from market.settings import Settings, from_environment
from market.web.i18n import say


def person(
    role: Annotated[Role, typer.Option(help="An administrator's role, or owner.")],
    login: Annotated[str, typer.Option(help="Login name.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    credit_code: Annotated[str, typer.Option(help="Credit code of the organisation.")],
    organisation: Annotated[str, typer.Option(help="Name of the organisation.")],
    kind: Annotated[
        OrganisationKind, typer.Option(help="What it is; administrators are the operator's.")
    ] = OrganisationKind.OPERATOR,
    region: Annotated[str, typer.Option(help="Its division code; else the city's.")] = "",
    covers: Annotated[
        list[str] | None, typer.Option(help="Division the role covers, repeatable; else the city.")
    ] = None,
) -> None:
    """Enter the first holder of a role: organisation, person, right. The rest is on the pages."""
    settings = from_environment()
    if settings.demo:
        raise _failed("A demo city has its people already. Unset MINGXUAN_DEMO for one in earnest.")
    typed = {
        "login": login,
        "name": name,
        "credit_code": credit_code,
        "organisation_name": organisation,
        "kind": kind,
        "region": region or settings.region,
        "password": "-",
    }
    try:
        form = PersonForm.model_validate({field: text for field, text in typed.items() if text})
        entered = asyncio.run(_enter(settings, form, role, covers or [settings.region]))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        raise _failed(*(f"{row['loc'][0]}: {_why(row)}" for row in wrong)) from None
    except MarketError as error:
        rows = error.fields.items()
        fields = [f"{field}: {say('en', key, **facts)}" for field, (key, facts) in rows]
        raise _failed(*fields or [say("en", error.key, **error.facts)]) from None
    typer.echo(f"person    {entered.person}\nlogin     {form.login}\nrole      {role}")
    if entered.password is not None:
        typer.echo(f"password  {entered.password}  (to be changed at the first sign-in)")


async def _enter(settings: Settings, form: PersonForm, role: Role, regions: list[str]) -> Entered:
    tools = make_tools(settings)
    new = NewPerson(form.login, form.name, "")
    body = NewOrganisation(form.credit_code, form.organisation_name, form.kind, form.region)
    async with open_database(settings):
        call = Call(AT_THE_MACHINE, tools.clock(), tools)
        return await enter_first(call, new, body, role, regions)


def _why(row: Any) -> str:
    cause = row.get("ctx", {}).get("error")
    return say("en", str(cause)) if cause else str(row["msg"])


def _failed(*sentences: str) -> typer.Exit:
    for sentence in sentences:
        typer.echo(sentence, err=True)
    return typer.Exit(1)
