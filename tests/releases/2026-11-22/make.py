"""How ``city.tar.xz`` was made, by the version of that day:

``PYTHONPATH=. python make.py city.tar.xz`` in a checkout of d1fcabc. A small city with a round of
each kind lives on its own clock; its folder, its trustees and three dossiers are kept. No key is:
every key was derived from a label, and ``keys.json`` says from which, so that a test derives it
again (``tests/factories/releases.py``).
"""

import asyncio
import io
import json
import lzma
import shutil
import sqlite3
import sys
import tarfile
import tempfile
from hashlib import sha256
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from market.selection.actions import agency, owner
from signing.subjects import Subject

from market.app import make_app
from market.city import open_database
from market.demo import authority
from market.documents import seal
from market.infra.keys import KeyFolder
from market.selection import dossier
from market.selection.forms import Explanation, Verdict
from market.settings import Settings
from signing import authority as authorities
from signing.authority import profiles
from signing.trustee import keys as trustee_keys
from tests.factories import redoing, town
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.register import fill
from tests.factories.town import FOUNDED, OWNER, Town

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
TEXT = "我单位在本项目所在地设有常驻团队，成本低于同行，报价已含全部费用。"
labels: dict[bytes, str] = {}
numbers = count(1)


def derived(label: str) -> bytes:
    """32 bytes of a label."""
    return sha256(f"mingxuan 2026-11-22 {label}".encode()).digest()


def pem(label: str) -> bytes:
    """A P-256 key of a label, as its file."""
    value = int.from_bytes(derived(label)) % (ORDER - 1) + 1
    return ec.derive_private_key(value, ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def new_key(kind: str) -> profiles.PrivateKey:
    """The next key of an authority or a holder; a timestamp authority's is thrown away."""
    if kind == "rsa":
        return random_key("rsa")
    label = f"holder {next(numbers)}"
    labels[pem(label)] = label
    return serialization.load_pem_private_key(pem(label), None)


def new_trustee(name: str, key_name: str, *, platform: bool = False) -> trustee_keys.Own:
    """A trustee whose keys are derived from its name."""
    hpke = X25519PrivateKey.from_private_bytes(derived(f"trustee {name} hpke"))
    ed25519 = Ed25519PrivateKey.from_private_bytes(derived(f"trustee {name} ed25519"))
    return trustee_keys.Own(name, key_name, platform, hpke, ed25519)


def secret(self: KeyFolder, name: str) -> bytes:
    """A key of the platform, derived from its name."""
    path = self.folder / f"{name}.key"
    path.write_bytes(derived(f"platform {name}"))
    return path.read_bytes()


random_key = profiles.new_key
profiles.new_key = authorities.new_key = new_key
trustee_keys.new = new_trustee
KeyFolder.secret = secret
authority.OFFICES = tuple((code, name, "ec") for code, name, _ in authority.OFFICES)


def open_offices(folder: Path) -> None:
    """Two authorities and the city's seal."""
    authority.found_authorities(folder / "authority", "达州市", FOUNDED)
    first, second = (authority.office(folder / "authority", code) for code in ("ca_a", "ca_b"))
    name = "达州市中介超市（演示）"
    paper = authority.issue(first, "organisation", Subject(name, name), FOUNDED)
    stamps = Subject("演示时间戳服务", "演示认证中心乙")
    seal.install(folder / "seal", paper, authority.issue(second, "tsa", stamps, FOUNDED, "rsa"))


async def live(city: Town) -> dict[str, str]:
    """A round of each kind; their projects by kind."""
    lot = await city.publish(way="random", pool="applicants", title="明月江堤防水土保持方案编制")
    failing = await city.publish(way="random", pool="applicants", title="亭子镇水土保持方案编制")
    await city.apply(lot.about, None, None)
    await redoing.fail(city, failing.about)
    await keep_dossier(city, "failed", failing.about)
    everybody = await city.publish(way="random", pool="qualified", title="罗江镇水土保持方案编制")
    price = await city.publish(way="price")
    bidders = await city.apply(price.about, 8_500_000, 2_000_000)
    await city.later(days=4)
    asker = await redoing.owner_of(city)
    await asker.ask(failing.project)
    again = await redoing.publish_again(city, failing.project)
    await city.apply(again, None, None)
    for about in (everybody.about, price.about):
        await city.to_reveal(about)
    await agency.explain(city.call(bidders[1].actor), price.about, Explanation(text=TEXT))
    verdict = Verdict(accepted=False, reason="未说明成本构成")
    await owner.judge_explanation(city.call(OWNER), price.about, verdict)
    await city.turns()
    await keep_dossier(city, "concluded", lot.about)
    await keep_dossier(city, "moved", price.about)
    return {
        "concluded": lot.about,
        "moved": price.about,
        "revealed": everybody.about,
        "failed": failing.about,
        "accepting": again,
    }


async def keep_dossier(city: Town, name: str, about: str) -> None:
    """The dossier of a round's project, as anybody may take it now."""
    what = await dossier.contents(about.removeprefix("round:").rsplit("/", 1)[0])
    with (city.offices / "dossiers" / f"{name}.zip").open("wb") as file:
        async for piece in dossier.stream(city.city.tools, what):
            file.write(piece)


async def main(target: Path) -> None:
    """Make the city, take the keys out, pack the rest."""
    home = Path(tempfile.mkdtemp())
    settings = Settings(data=home / "city")
    open_offices(home)
    town.found_trustees(settings, home / "trustees")
    clock = FakeClock()
    app = make_app(settings, clock, jobs=False)
    shutil.move(home / "seal", settings.data / "seal")
    async with open_database(settings):
        city = TestCity(app, app.state.door.tools, clock)
        made = Town(city, settings, town.wake(city, home / "trustees"), home)
        made.renew()
        town.fill = lambda a_city, _: fill(a_city, 14)
        await town.settle_town(made)
        for one in made.applicants:
            one_home = home / "holders" / one.code
            seal._write(one_home, one.signer)
        (home / "dossiers").mkdir()
        found = await live(made)
        (home / "dossiers" / "trust.json").write_bytes(city.tools.anchors.data)
        for one in made.trustees:
            one.memory.close()
    said = {"now": clock.now.isoformat(), "rounds": found}
    (home / "story.json").write_text(json.dumps(said, ensure_ascii=False, indent=1))
    for path in (settings.data / "market.sqlite", *(home / "trustees").glob("*/*.sqlite*")):
        if path.suffix == ".sqlite":
            with sqlite3.connect(path) as raw:
                raw.execute("PRAGMA journal_mode = DELETE")
                raw.execute("VACUUM")
            raw.close()
    (home / "keys.json").write_text(json.dumps(taken_out(home), indent=1, sort_keys=True))
    pack(home, target)


def taken_out(home: Path) -> dict[str, str]:
    """Remove every private key; gives from which label each is derived."""
    found: dict[str, str] = {}
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        data = path.read_bytes() if path.is_file() else b""
        if path.parent == home / "city" / "keys":
            found[name] = f"platform {path.stem}"
            assert derived(found[name]) == data, name
        elif path.name == "keys.json":
            found[name] = f"trustee {path.parent.name}"
            assert derived(f"{found[name]} hpke").hex() in data.decode(), name
        elif name == "city/seal/tsa/key.pem":
            pass
        elif b"PRIVATE KEY" in data:
            found[name] = labels[data]
        else:
            continue
        path.unlink()
    return found


def pack(home: Path, target: Path) -> None:
    """One archive, the same whoever packs it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(path for path in home.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(path.relative_to(home).as_posix())
            entry.size, entry.mode = path.stat().st_size, 0o600
            archive.addfile(entry, io.BytesIO(path.read_bytes()))
    target.write_bytes(lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
