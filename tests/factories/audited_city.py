"""A blind audit in a copy of the founded city, over a round of the story that is concluded."""

import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from market.city import make_tools, open_database
from market.demo import authority, founding
from market.demo.story import Stage
from market.dossiers import archive
from market.kernel.call import Tools
from market.kernel.clock import system_clock, to_millisecond
from market.selection.blind_audit import hand_in
from market.selection.blind_audit.audits import bundle_of
from market.selection.forms import SignedAudit
from market.selection.models import Freeze, Round
from market.settings import Settings
from signing.blind_audit.messages import audit_order, finding
from signing.core.canonical import JsonObject, dumps, instant
from signing.regulator.result import audit
from signing.trustee import keys, order_key
from signing.trustee.memory import FILE, Memory
from signing.trustee.trustee import Trustee
from tests.factories.dossiers import Dossiers
from tests.factories.openings import REGULATOR
from tests.factories.second_attempt import turns


async def of_an_audit(dossiers: Dossiers, folder: Path, kind: str = "price") -> Path:
    """Order, obey and find over the real city; gives the dossier that tells it."""
    shutil.copytree(dossiers.folder, folder, dirs_exist_ok=True)
    settings = Settings(data=folder / "city", demo=True, clock=folder / "clock")
    now = to_millisecond(system_clock())
    tools = make_tools(settings, lambda: now)
    homes = [folder / "trustees" / name for name, _ in founding.TRUSTEES]
    trustees = [Trustee(keys.load(one), keys.pinned(one), Memory(one / FILE)) for one in homes]
    begins = authority.office(folder / "authority", "ca_a").root.not_valid_before_utc
    authority.publish(folder / "authority", folder / "city" / "trust", begins, now)
    key = order_key.load(folder / "personas" / "regulator-order.json")
    secret, path, at = X25519PrivateKey.generate(), folder / "audited.zip", instant(now)
    code = dossiers.story[kind]
    async with open_database(settings):
        issue = founding._issuer(folder, now)
        stage = Stage(tools, trustees, {}, issue, lambda _: None, now)
        found = (await Round.filter(project=code).order_by("-attempt"))[0]
        seal_to = secret.public_key().public_bytes_raw().hex()
        freeze = (await Freeze.get(round_id=found.about)).sha256
        order = audit_order(key, about=found.about, freeze=freeze, seal_to=seal_to, at=at)

        async def give(body: JsonObject) -> None:
            text = dumps(body).decode()
            await hand_in.hand_in(stage.call(REGULATOR), found.about, SignedAudit(text=text))
            await turns(stage)
            await _write(tools, code, path)

        await turns(stage)
        await give(order)
        _, result = audit(path, await bundle_of(found), secret, dossiers.trust)
        numbers = {"envelopes": result.envelopes, "agencies": result.agencies}
        await give(finding(key, order, **numbers, faults=result.faults, at=at))
    for one in trustees:
        one.memory.close()
    return path


async def _write(tools: Tools, code: str, path: Path) -> None:
    with path.open("wb") as file:
        async for piece in archive.stream(tools, await archive.contents(code)):
            file.write(piece)
