"""One city's keys for the whole session, and openssl to ask for another opinion."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from signing.cms.signer import Signer
from signing.cms.verdicts import Signed
from signing.core.errors import Refused
from signing.pki.trust import Trust
from signing.statements import cades
from tests.factories import second_opinion
from tests.factories.pki import CENTRE, CityPki, city_pki, issued

DATA = '{"kind":"approval","note":"同意","v":1}'.encode()
Openssl = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> CityPki:
    return city_pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def expert(pki: CityPki) -> Signer:
    return issued(pki.home)


@pytest.fixture(scope="session")
def centre(pki: CityPki) -> Signer:
    return issued(pki.other, "organisation", CENTRE, key="rsa")


@pytest.fixture
def openssl(tmp_path: Path) -> Openssl:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["openssl", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return run


def both(
    data: bytes, signature: bytes, trust: Trust, use: str = "person"
) -> tuple[Signed | str, Signed | str]:
    """What the fast path and the library say: facts, or the code of the refusal."""
    said: list[Signed | str] = []
    for verify in (cades.verify_fast, second_opinion.verify):
        try:
            said.append(verify(data, signature, trust, use))
        except Refused as refused:
            reason = refused.facts.get("reason")
            said.append(f"{refused.code}:{reason}" if reason else refused.code)
    return said[0], said[1]
