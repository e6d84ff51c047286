"""A way whose uploads have a third envelope is lived through: no module of the market knows it."""

from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from market.demo import players
from market.demo.players import apply_sealed
from market.kernel.errors import MarketError
from market.selection.deciding import inputs
from market.selection.forms import sealed_by
from market.selection.models import BoxReport, Envelope
from market.selection.states import State
from signing.core.shape import is_text
from signing.dossier.reader import opened
from signing.sealing import sealed
from signing.verify.checks import verify
from signing.ways.random import RANDOM
from signing.ways.registry import WAYS
from tests.factories.town import Town

PREFERRING = replace(RANDOM, envelopes=("application", "identity", "proposal"))


@pytest.fixture(autouse=True)
def _listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words that a kind of envelope and a way take in their lists."""
    monkeypatch.setitem(sealed.SIZES, "proposal", 65_536)
    monkeypatch.setitem(sealed._SHAPE, "kind", is_text)
    monkeypatch.setitem(WAYS, RANDOM.name, PREFERRING)  # type: ignore[arg-type]  # a dict behind it
    monkeypatch.setattr(players, "SealedApplication", sealed_by([RANDOM, PREFERRING]))


async def test_from_the_upload_to_the_dossier(
    town: Town, client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    about = (await town.publish(way="random", pool="applicants")).about
    sizes = (await client.get(f"/api/rounds/{about.removeprefix('round:')}/terms")).json()["sizes"]
    assert [one["kind"] for one in sizes][:3] == [*PREFERRING.envelopes]
    for who in town.applicants[:3]:
        call = town.call(who.actor)
        with pytest.raises(MarketError, match="wrong_kinds"):
            await apply_sealed(call, about, who.signer, None)
        await apply_sealed(call, about, who.signer, None, proposal=b"of " + who.code.encode())
    await town.turns()
    proposals = [one.sha256 for one in await Envelope.filter(round_id=about, kind="proposal")]
    reported = await BoxReport.filter(envelope_id__in=proposals, ok=True).values_list("trustee")
    assert len(reported) == 3 * len(proposals) == 9
    assert (await town.to_reveal(about)).state is State.REVEALED
    accepted = (await inputs.frozen(about))["accepted"]
    assert sorted(row["proposal"] for row in accepted) == sorted(proposals)
    await town.later(days=4)
    file = tmp_path / "dossier.zip"
    project = about.removeprefix("round:").removesuffix("/1")
    file.write_bytes((await client.get(f"/projects/{project}/dossier.zip")).content)
    assert [fault for one in verify(file).verdicts for fault in one.faults] == []
    with opened(file) as archive:
        kept, shown = (
            {Path(one).stem for one in archive.below(f"{at}/")} for at in ("envelopes", "opened")
        )
    assert kept >= set(proposals)
    assert shown.isdisjoint(proposals)
