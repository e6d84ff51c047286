"""What a person typed is never cut silently: it is kept whole, or a sentence says what is wrong."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tortoise.fields import CharField
from tortoise.models import Model

from market import app
from market.accounts.forms import PersonForm
from market.accounts.models import Organisation, Person
from market.projects.forms import Remark
from market.projects.models import Project
from market.projects.queries.owned import title_typed
from market.projects.rules.steps import LENGTHS
from market.selection.forms import Explanation, Verdict
from market.selection.models import Clarification
from market.web.forms import Command
from market.web.search import MAX_QUERY
from tests.factories.city import TestCity
from tests.factories.owners import open_market

ROOT = Path(__file__).parents[2]
KEPT: dict[tuple[type[Command], str], tuple[type[Model], str]] = {
    (PersonForm, "name"): (Person, "name"),
    (PersonForm, "organisation_name"): (Organisation, "name"),
    (Remark, "remark"): (Project, "sent_back"),
    (Explanation, "text"): (Clarification, "explanation"),
}
"""Texts of forms that go into a column as they are."""
ELSEWHERE = {
    "AskAdmission SealedApplication Sealed SignedWithdrawal OwnContribution": "checked, then bytes",
    "AskOpening SignedAudit SignedOrder SignedStatement CertificateForm": "read as what was signed",
    "SignInForm CodeForm ChoiceForm NewPasswordForm ChangePasswordForm": "compared, never kept",
    "GrantForm ChallengeForm": "chosen from what there is",
    "Verdict": "goes to the ledger as JSON",
}
OF_PERSON = {"login", "phone", "identity_number", "credit_code", "region", "password"}
"""Held by a rule of its own, or sealed before it is kept."""
COLUMNS = {"title": "title"}
"""Texts of an owner's need that have a column with an end; the others stand in JSON."""


def commands(kind: type[Command] = Command) -> Iterator[type[Command]]:
    """Every form and JSON body that is taken."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("market."):
            yield one
        yield from commands(one)


def longest(column: Any) -> float:
    """How many characters a column takes."""
    return column.max_length if isinstance(column, CharField) else float("inf")


def allowed(form: type[Command], name: str) -> int:
    """How many characters a form lets pass."""
    found = [m.max_length for m in form.model_fields[name].metadata if hasattr(m, "max_length")]
    assert found, f"{form.__name__}.{name} has no end"
    return min(found)


def test_every_text_of_a_form_is_known() -> None:
    assert app
    named = {name for names in ELSEWHERE for name in names.split()}
    here = {(form.__name__, name) for form, name in KEPT}
    here |= {("PersonForm", name) for name in OF_PERSON}
    texts = {
        (form.__name__, name)
        for form in commands()
        for name, told in form.model_fields.items()
        if told.annotation is str and form.__name__ not in named
    }
    assert texts == here


@pytest.mark.parametrize(("form", "name"), list(KEPT), ids=str)
def test_what_a_form_lets_pass_fits_its_column(form: type[Command], name: str) -> None:
    table, column = KEPT[form, name]
    assert allowed(form, name) <= longest(table._meta.fields_map[column])
    assert allowed(Verdict, "reason") == 1000


def test_what_a_need_lets_pass_fits_its_columns() -> None:
    fields = Project._meta.fields_map
    own = {name for name in LENGTHS if isinstance(fields.get(name), CharField)}
    assert own == set(COLUMNS)
    for name, column in COLUMNS.items():
        assert LENGTHS[name] <= longest(fields[column])


def test_no_control_cuts_what_is_typed_or_pasted() -> None:
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.js")]
    files += [p for p in (ROOT / "market/web/static").rglob("*.js") if "vendor" not in p.parts]
    assert len(files) > 130
    cutting = [p.name for p in files if "maxlength" in p.read_text("utf-8").lower()]
    assert cutting == []


@pytest.mark.parametrize("path", ["/projects", "/agencies", "/items"])
async def test_a_search_that_is_too_long_stays_and_says_so(
    city: TestCity, client: httpx2.AsyncClient, path: str
) -> None:
    await open_market(city)
    for length, said in ((MAX_QUERY, False), (MAX_QUERY + 20, True)):
        query = "水土保持方案编制" * 20
        page = unescape((await client.get(path, params={"q": query[:length]})).text)
        assert f'value="{query[:length]}"' in page
        assert ("搜索词太长" in page) is said


def test_a_title_that_is_too_long_is_shown_as_one() -> None:
    assert title_typed({"title": " 字" * 30}) == " ".join("字" * 30)
    assert title_typed({"title": "字" * 60}) == "字" * 60
    assert title_typed({"title": "字" * 61}) == "字" * 60 + "…"
