"""A dossier holds, however large its files are; one that cannot be made is refused at once."""

import io
import shutil
import zipfile
from pathlib import Path

import httpx2
import pytest

from market.dossiers import archive
from signing.dossier import layout
from tests.factories.standing import RoundAsItStands
from tests.factories.town import Town


def spoil(folder: Path, name: str) -> None:
    """Write nonsense into every file of that name."""
    for file in folder.rglob(name):
        file.write_bytes(b"{")


@pytest.mark.parametrize(("missing", "name"), [("seal", "key.pem"), ("trust", "trust.json")])
async def test_no_dossier_breaks_off_behind_its_status_line(
    town: Town, client: httpx2.AsyncClient, concluded: RoundAsItStands, missing: str, name: str
) -> None:
    path = f"/projects/{concluded.about.removeprefix('round:').partition('/')[0]}/dossier.zip"
    assert (await client.get(path)).status_code == 200
    folder: Path = town.city.tools.data / missing
    kept = shutil.copytree(folder, folder.with_suffix(".kept"))
    spoil(folder, name)
    answer = await client.get(path, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["key"]) == (503, "dossier.not_ready")
    assert int(answer.headers["retry-after"]) > 0
    shutil.rmtree(folder)
    kept.rename(folder)
    assert (await client.get(path)).status_code == 200


async def test_a_large_file_goes_the_same_way(
    client: httpx2.AsyncClient, concluded: RoundAsItStands, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/projects/{concluded.about.removeprefix('round:').partition('/')[0]}/dossier.zip"
    small = zipfile.ZipFile(io.BytesIO((await client.get(path)).content))
    monkeypatch.setattr(archive, "LARGE", 0)
    large = zipfile.ZipFile(io.BytesIO((await client.get(path)).content))
    assert large.testzip() is None
    assert small.namelist() == large.namelist()
    for name in set(small.namelist()) - {layout.SEAL}:
        assert small.read(name) == large.read(name), name
