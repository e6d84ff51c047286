"""What ``mingxuan person`` does in the city: the same use case as the first page would, in words.

A file of its own, because it needs the rooms and no other command shall wait for them.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from market.accounts.actions.first import AT_THE_MACHINE, Holder, enter_first
from market.accounts.actions.wishes import NewOrganisation, NewPerson
from market.accounts.forms import PersonForm
from market.city import make_tools, open_database
from market.kernel.actors import Role
from market.kernel.call import Call
from market.kernel.errors import MarketError
from market.settings import Settings
from market.web.i18n import say


class NotEnteredError(Exception):
    """Nobody was entered; ``sentences`` say why."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


def enter(settings: Settings, typed: Mapping[str, str], role: Role, regions: list[str]) -> Holder:
    """Enter whom ``typed`` (fields of ``PersonForm``) describes; raises NotEnteredError."""
    if settings.demo:
        raise NotEnteredError(
            "A demo city has its people already. Unset MINGXUAN_DEMO for one in earnest."
        )
    try:
        form = PersonForm.model_validate({field: text for field, text in typed.items() if text})
        return asyncio.run(_enter(settings, form, role, regions))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        raise NotEnteredError(*(f"{row['loc'][0]}: {_why(row)}" for row in wrong)) from None
    except MarketError as error:
        rows = error.fields.items()
        fields = [f"{field}: {say('en', key, **facts)}" for field, (key, facts) in rows]
        raise NotEnteredError(*fields or [say("en", error.key, **error.facts)]) from None


async def _enter(settings: Settings, form: PersonForm, role: Role, regions: list[str]) -> Holder:
    tools = make_tools(settings)
    new = NewPerson(form.login, form.name, "")
    body = NewOrganisation(form.credit_code, form.organisation_name, form.kind, form.region)
    async with open_database(settings):
        call = Call(AT_THE_MACHINE, tools.clock(), tools)
        return await enter_first(call, new, body, role, regions)


def _why(row: Any) -> str:
    cause = row.get("ctx", {}).get("error")
    return say("en", str(cause)) if cause else str(row["msg"])
