"""What a city is made of, whoever works in it: database, keys, files, trustees, clock.

The web application and the command line stand on it; the demo is founded with it.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from tortoise import Tortoise

from market import schema
from market.infra import holiday_lists
from market.infra.durable import must_sync
from market.infra.files import FileFolder
from market.infra.keys import KeyFolder
from market.infra.trust import TrustFolder
from market.kernel.calendar import Calendar
from market.kernel.call import City, Tools, UploadLimits
from market.kernel.clock import Clock, system_clock
from market.settings import Settings
from signing.log.anchors import Anchors, Fellow

# Made at the start: whoever only reads a page makes no file.
SECRETS = ("pool-salts", "standing-salts", "totp", "sign-in", "personal")


def orm_config(settings: Settings) -> dict[str, Any]:
    """Tortoise's configuration: SQLite in the data folder, or PostgreSQL."""
    if settings.database == "sqlite":
        connection: Any = {
            "engine": "market.infra.sqlite",
            "credentials": {
                "file_path": str(settings.data / "market.sqlite"),
                "synchronous": "FULL",
                "busy_timeout": 10_000,
                "journal_size_limit": 67_108_864,
            },
        }
    else:
        # Nobody leaves a setting or a lock in a session, so none is asked to forget it after use.
        credentials = {**_postgres(settings), "reset": _as_it_is}
        connection = {"engine": "tortoise.backends.asyncpg", "credentials": credentials}
    return {
        "connections": {"default": connection},
        "apps": {
            "market": {
                "models": list(schema.MODELS),
                "default_connection": "default",
                "migrations": "market.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


async def _as_it_is(_session: object) -> None:
    """Give a session of PostgreSQL back to the pool without a word."""


def _postgres(settings: Settings) -> dict[str, Any]:
    if settings.database.startswith("{"):
        return dict(json.loads(settings.database))
    url = urlsplit(settings.database)
    return {
        "host": url.hostname or "",
        "port": url.port or 5432,
        "user": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "database": url.path.lstrip("/"),
        "maxsize": 20,
    }


def make_clock(settings: Settings) -> Clock:
    """The machine's clock; in a demo city it can be put ahead by the seconds in a file."""
    ahead = settings.clock
    if not settings.demo or ahead is None:
        return system_clock

    def city_clock() -> datetime:
        try:
            seconds = int(ahead.read_text() or "0")
        except (OSError, ValueError):
            seconds = 0
        return system_clock() + timedelta(seconds=seconds)

    return city_clock


def make_tools(settings: Settings, clock: Clock | None = None) -> Tools:
    """Keys, files and the city of this deployment."""
    keys = KeyFolder(settings.data / "keys")
    for name in SECRETS:
        keys.secret(name)
    return Tools(
        clock=clock or make_clock(settings),
        keys=keys,
        files=FileFolder(settings.data / "files"),
        city=City(
            settings.city,
            settings.region,
            settings.ledger_origin,
            settings.url,
            settings.demo,
            operator=settings.operator,
            phone=settings.phone,
            complaints=settings.complaints,
        ),
        anchors=_anchors(settings, keys),
        trust=TrustFolder(settings.data / "trust"),
        data=settings.data,
        tsa=settings.tsa,
        calendar=Calendar(holiday_lists.load(settings.data / "calendar")),
        uploads=UploadLimits(settings.upload_mib << 20, settings.uploads_mib << 20),
    )


def trustee_words(settings: Settings) -> dict[str, dict[str, str]]:
    """What each trustee is called on the pages, by language: ``called`` beside its statement."""
    return {
        f"trustee.{row['id']}": row.get("called", {}) for row in _trustees(settings)["trustees"]
    }


def _trustees(settings: Settings) -> dict[str, Any]:
    if not settings.trustees_file.exists():
        return {"k": 1, "trustees": []}
    book: dict[str, Any] = json.loads(settings.trustees_file.read_text("utf-8"))
    return book


def _anchors(settings: Settings, keys: KeyFolder) -> Anchors:
    """The city's own public keys and its trustees; without their file no round can open."""
    book = _trustees(settings)
    names = ("id", "name", "hpke", "ed25519", "platform")
    return Anchors(
        settings.ledger_origin,
        keys.ed25519("ledger").public_key().public_bytes_raw(),
        keys.ed25519("platform").public_key().public_bytes_raw(),
        book["k"],
        tuple(Fellow(*(t[n] for n in names)) for t in book["trustees"]),
    )


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[None]:
    """The database, migrated, for as long as the block runs."""
    settings.data.mkdir(parents=True, exist_ok=True)
    config = orm_config(settings)
    await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        await must_sync()
        await schema.prepare(config["apps"])
        yield
    finally:
        await Tortoise.close_connections()
