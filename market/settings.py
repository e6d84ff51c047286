"""The one place that reads the environment: everything a deployment decides, frozen.

| variable | meaning | default |
| MINGXUAN_DATA | folder of database, keys, files | ./data |
| MINGXUAN_DATABASE | ``sqlite`` (in the data folder) or
  ``postgres://user:pass@host:port/name`` | sqlite |
| MINGXUAN_CITY, MINGXUAN_REGION, MINGXUAN_ORIGIN, MINGXUAN_URL | name, division code, ledger
  origin, public address | 达州 demo |
| MINGXUAN_OPERATOR, MINGXUAN_PHONE, MINGXUAN_COMPLAINTS | who runs the platform, its telephone,
  the one for complaints: in every page's footer, left out while empty | empty |
| MINGXUAN_DEMO | ``1`` opens the demo doors (personas, clock, demo keys) | off |
| MINGXUAN_TSA | address of an RFC 3161 authority; empty: the embedded one | embedded |
| MINGXUAN_TRUSTEES | statement file of the trustees (public keys) | DATA/trustees.json |
| MINGXUAN_PATIENCE | seconds in which the head of a request must arrive, and its body | 60 |
| MINGXUAN_UPLOAD_MIB, MINGXUAN_UPLOADS_MIB | most MiB of one file that is attached, and of all
  that hang on one thing | 20, 60 |
| MINGXUAN_CLOCK | demo only: file with the seconds by which the city clock is ahead | none |
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment decides."""

    data: Path = Path("data")
    database: str = "sqlite"
    city: str = "达州市"
    region: str = "511700"
    origin: str = "dazhou.mingxuan.example"
    url: str = "http://127.0.0.1:8000"
    operator: str = ""
    phone: str = ""
    complaints: str = ""
    demo: bool = False
    tsa: str = ""
    patience: float = 60
    upload_mib: int = 20
    uploads_mib: int = 60
    trustees: Path | None = None
    clock: Path | None = None

    @property
    def trustees_file(self) -> Path:
        """Where the trustees' public statement lies."""
        return self.trustees or self.data / "trustees.json"

    @property
    def ledger_origin(self) -> str:
        """Origin and key name of the ledger (PROTOCOL.md §3)."""
        return f"{self.origin}/ledger"


def from_environment(env: Mapping[str, str] | None = None) -> Settings:
    """Settings of this process."""
    env = os.environ if env is None else env  # noqa: TID251 - this is the one home of the environment
    default = Settings()

    def path(name: str) -> Path | None:
        return Path(env[name]) if env.get(name) else None

    return Settings(
        data=path("MINGXUAN_DATA") or default.data,
        database=env.get("MINGXUAN_DATABASE", default.database),
        city=env.get("MINGXUAN_CITY", default.city),
        region=env.get("MINGXUAN_REGION", default.region),
        origin=env.get("MINGXUAN_ORIGIN", default.origin),
        url=env.get("MINGXUAN_URL", default.url).rstrip("/"),
        operator=env.get("MINGXUAN_OPERATOR", ""),
        phone=env.get("MINGXUAN_PHONE", ""),
        complaints=env.get("MINGXUAN_COMPLAINTS", ""),
        demo=env.get("MINGXUAN_DEMO", "") == "1",
        tsa=env.get("MINGXUAN_TSA", ""),
        patience=float(env.get("MINGXUAN_PATIENCE", default.patience)),
        upload_mib=int(env.get("MINGXUAN_UPLOAD_MIB", default.upload_mib)),
        uploads_mib=int(env.get("MINGXUAN_UPLOADS_MIB", default.uploads_mib)),
        trustees=path("MINGXUAN_TRUSTEES"),
        clock=path("MINGXUAN_CLOCK"),
    )
