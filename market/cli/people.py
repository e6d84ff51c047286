"""``mingxuan person``: the first holders of a role in a city in earnest, who enter all others.

Run where the city runs, in its environment. The password that it prints is asked for once: the
first sign-in changes it, and an administrator's sets up an authenticator.
"""

from typing import Annotated

import typer

from market.accounts.states import OrganisationKind
from market.kernel.actors import Role
from market.settings import from_environment
from signing import terminal


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
    from market.cli import first_holders  # noqa: PLC0415 - the other commands start without the rooms

    settings = from_environment()
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
        entered = first_holders.enter(settings, typed, role, covers or [settings.region])
    except first_holders.NotEnteredError as error:
        for sentence in error.sentences:
            terminal.say(sentence, err=True)
        raise typer.Exit(1) from None
    terminal.say(f"person    {entered.person}\nlogin     {login}\nrole      {role}")
    if entered.password is not None:
        terminal.say(f"password  {entered.password}  (to be changed at the first sign-in)")
