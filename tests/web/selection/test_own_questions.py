"""A way may ask one thing more: it is read, judged, shown and published by its own module."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import httpx2
import pytest
from jinja2 import ChoiceLoader, DictLoader

from market.kernel.actors import Actor
from market.projects.rules import Breach, Draft, Setting, Source
from market.projects.rules.reader import Reader
from market.projects.rules.steps import STEP_OF, STEPS, steps_of
from market.projects.rules.ways.registry import WAYS
from market.web import pages
from market.web.data import data
from tests.factories.needs import typed
from tests.factories.owners import Browser
from tests.factories.town import OWNER, Town, entries

MOST = 5
MACROS = {
    "{% macro asks(values, errors) %}": '{{ field("finalists", "入围家数", values, errors) }}',
    "{% macro answered(draft, at) %}": "入围 {{ draft.answers.finalists }} 家 {{ at }}finalists",
    "{% macro told(terms) %}": "入围 {{ terms.finalists }} 家",
}


def _read(reader: Reader) -> dict[str, int | None]:
    return {"finalists": reader.number("finalists", 1, 99)}


def _check(draft: Draft, _setting: Setting) -> Iterator[Breach]:
    wished = draft.answers["finalists"]
    if wished is None or wished > MOST:
        yield Breach("finalists", "project.unread.number", Source.WAYS, {"low": 1, "high": MOST})


def _page() -> str:
    page = (data("templates") / "ways" / "price.html").read_text("utf-8")
    for macro, said in MACROS.items():
        assert macro in page
        page = page.replace(macro, macro + said)
    return '{% from "parts/forms.html" import field %}' + page


@pytest.fixture
def finalists(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A way that has its module and its page, as any other; the form is made from the registry."""
    asking = replace(
        WAYS["price"],
        questions={"finalists": 2},
        read=_read,
        check=_check,
        terms=lambda draft, _setting: dict(draft.answers),
    )
    monkeypatch.setitem(WAYS, "price", asking)  # type: ignore[arg-type]  # a dictionary, as made
    monkeypatch.setitem(STEP_OF, "finalists", 4)
    env = pages.environment("zh_CN")
    loader = ChoiceLoader([DictLoader({"ways/price.html": _page()}), env.loader])
    monkeypatch.setattr(env, "loader", loader)
    before = STEPS[3].fields
    object.__setattr__(STEPS[3], "fields", steps_of(WAYS)[3].fields)
    yield
    object.__setattr__(STEPS[3], "fields", before)


async def test_a_way_asks_one_thing_more(
    town: Town, client: httpx2.AsyncClient, finalists: None
) -> None:
    agency = town.applicants[0].actor
    people = {one.code: one for one in (OWNER, agency)}

    async def find_actor(token: str, _now: datetime) -> Actor | None:
        return people.get(token)

    state = town.city.app.state
    state.door = replace(state.door, find_actor=find_actor)
    owner = Browser(client, OWNER)
    code = (await owner.post("/my/projects/new")).headers["location"].split("/")[3]
    mine = f"/my/projects/{code}"
    given = typed(town.clock(), way="price", pool="applicants", finalists="7")
    for step in STEPS[:-1]:
        sent = {name: given[name] for name in step.fields if name in given}
        assert (await owner.post(f"{mine}/step/{step.number}", **sent)).status_code in {303, 422}
    asked = (await owner.get(f"{mine}/step/4?from=check")).text
    assert "入围家数" in asked
    assert 'id="finalists-error"' in asked
    assert (await owner.post(f"{mine}/check")).status_code == 422
    right = {name: given[name] for name in ("way", "pool")} | {"finalists": "3"}
    assert (await owner.post(f"{mine}/step/4", **right)).status_code == 303
    assert (
        f"入围 3 家 {mine}/step/4?from=check#finalists" in (await owner.get(f"{mine}/check")).text
    )
    assert (await owner.post(f"{mine}/check")).status_code == 303
    await town.turns()
    assert "入围 3 家" in (await owner.get(f"/projects/{code}/publish")).text
    about = await town.publish_ready(code)
    await town.turns()
    published = (await entries(about))[0]["facts"]
    need = (await client.get(f"/api/projects/{code}")).json()["need"]
    terms = (await client.get(f"/api/rounds/{code}/1/terms")).json()
    assert need["way_terms"] == published["way_terms"] == terms["way_terms"] == {"finalists": 3}
    assert "入围 3 家" in (await client.get(f"/projects/{code}")).text
    applying = await Browser(client, agency).get(f"/rounds/{code}/1/apply")
    assert "入围 3 家" in applying.text


async def test_a_way_that_asks_nothing_leaves_no_trace_of_it(
    client: httpx2.AsyncClient, accepting: object, town: Town
) -> None:
    (published, *_) = await entries(town.about)
    assert "way_terms" not in published["facts"]
    address = town.about.removeprefix("round:")
    assert "way_terms" not in (await client.get(f"/api/rounds/{address}/terms")).json()
    need = (await client.get(f"/api/projects/{address.split('/')[0]}")).json()["need"]
    assert "way_terms" not in need
