"""From the owner's publication to the stranger's own check, over the real addresses."""

from uuid import uuid4

import httpx2

from market.demo.players import publication_form
from market.kernel.actors import Role
from signing.core.canonical import loads
from signing.draw.transcript import check
from signing.ways.ranking import read_ranking
from tests.factories.people import enter
from tests.factories.sending import Sender
from tests.factories.town import OWNER, Town

PRICES = (9_000_000, 7_500_000, 8_200_000)


async def publish(town: Town, client: httpx2.AsyncClient) -> str:
    """What the owner's browser does; gives the project's code."""
    code = await town.ready(way="price")
    await enter(town.city, client, "owner", Role.OWNER)
    made, form = await publication_form(town.call(OWNER), code, town.signers[OWNER.code])
    given = (await client.get(f"/api/projects/{code}/publication")).json()
    assert (given["about"], given["draw_id"]) == (made.about, form.draw_id)
    body = form.model_dump()
    headers = {"idempotency-key": str(uuid4()), "sec-fetch-site": "same-origin"}
    path = f"/api/projects/{code}/publication"
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    again = await client.post(path, json=body, headers=headers)
    assert again.json() == answer.json()
    client.cookies.clear()
    return code


async def test_a_tie_for_the_lowest_price_is_drawn_and_a_stranger_draws_the_same(
    town: Town, client: httpx2.AsyncClient
) -> None:
    await town.turns()
    code = await publish(town, client)
    about = f"round:{code}/1"
    await town.turns()
    for applicant, price in zip(town.applicants, (7_500_000, 9_000_000, 7_500_000), strict=False):
        await Sender(town, client, about, applicant).applied(price)
    await town.turns()
    found = await town.to_reveal(about)
    assert found.winner in {town.applicants[0].code, town.applicants[2].code}
    transcript = (await client.get(f"/rounds/{code}/1/draw.json")).content
    drawn = check(loads(transcript))
    excluded = sorted(str(row["record"]["excluded"]) for row in loads(transcript)["pool"])
    assert excluded == ["NOT_BEST", "None", "None"]
    assert [one["passed_over"] for one in drawn.walk.steps] == [None, None]
    ranked = read_ranking((await client.get(f"/rounds/{code}/1/ranking.json")).content)
    assert [row["price_fen"] for row in ranked["entries"]] == [7_500_000, 7_500_000, 9_000_000]
    page = (await client.get(f"/projects/{code}")).text
    names = {one.name for one in town.applicants[:3] if one.name in page}
    assert names == {next(a.name for a in town.applicants if a.code == found.winner)}


async def test_a_price_round_as_everybody_sees_it(town: Town, client: httpx2.AsyncClient) -> None:
    await town.turns()
    code = await publish(town, client)
    about = f"round:{code}/1"
    await town.turns()
    for applicant, price in zip(town.applicants, PRICES, strict=False):
        sender = Sender(town, client, about, applicant)
        receipt = await sender.applied(price)
        await town.turns()
        state = await client.get(f"/api/rounds/{code}/1/envelopes/{receipt['envelopes'][0]}")
        told = state.json()
        assert told["index"] == receipt["index"]
        assert {(r["trustee"], r["ok"]) for r in told["reports"]} == {
            ("notary", True),
            ("platform", True),
            ("regulator", True),
        }
    winner = town.applicants[1].name
    before = await client.get(f"/projects/{code}")
    assert before.status_code == 200
    assert winner not in before.text
    assert (await client.get(f"/rounds/{code}/1/draw.json")).status_code == 404
    await town.to_reveal(about)
    after = await client.get(f"/projects/{code}")
    assert winner in after.text
    assert town.applicants[0].name not in after.text
    drawn = check(loads((await client.get(f"/rounds/{code}/1/draw.json")).content))
    ranked = read_ranking((await client.get(f"/rounds/{code}/1/ranking.json")).content)
    assert len(drawn.walk.taken) == 1
    assert len(ranked["entries"]) == len(PRICES)
    assert (await client.get(f"/log/projects/{code}")).status_code == 200
    await town.later(days=3)
    assert (await client.get(f"/documents/of/{code}/1")).status_code in {200, 303}
