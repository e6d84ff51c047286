from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.signing.trustee.city import Round
from tests.signing.trustee.town import Town, found_town


@pytest.fixture
def regulator() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def town(tmp_path: Path, regulator: Ed25519PrivateKey) -> Iterator[Town]:
    found = found_town(tmp_path, (regulator.public_key().public_bytes_raw(),))
    yield found
    for agent in found.agents.values():
        agent.client.close()
        agent.trustee.memory.close()


@pytest.fixture
def lot(town: Town) -> Round:
    """A round by lot to which every trustee has contributed."""
    found = town.city.open_round("DZ-2026-000001")
    town.turn(times=3)
    assert set(found.contributions) == {
        "owner",
        "trustee:regulator",
        "trustee:notary",
        "trustee:platform",
    }
    return found
