"""Two towns that differ in one hidden thing alone, and all that anybody can hear of each.

Both begin as copies of one town with two rounds, live by the same clock and take as many
applications at the same minutes. Only who applies where, and for how much, is another thing.
"""

import hashlib
import io
import json
import logging
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import httpx2
import pytest

from market.app import make_app
from market.audit.models import LedgerHead
from market.city import open_database
from market.infra import live
from market.kernel.actors import Actor, Role
from market.kernel.call import Tools
from market.oversight.queries import system
from market.routes import ROUTES
from market.selection.models import Round
from tests.factories.city import TestCity
from tests.factories.clock import FakeClock
from tests.factories.milestones import Resting, copied, woken
from tests.factories.needs import ITEM
from tests.factories.people import carry
from tests.factories.sending import Sender
from tests.factories.survey import ALLOWED
from tests.factories.town import OWNER, Town

ROLES: Final = ("department", "regulator", "system_admin", "security_admin", "audit_admin")
WATCHING: Final = (1, 5)  # applicants whose pages are read too: whether they applied or not
NEWEST: Final = 2  # entries of the ledger that are read one by one
# What tells of rounds or of those who may apply; a spreadsheet has the rows of the same .csv.
TELLING: Final = re.compile(
    r"(selection|projects|oversight|audit|agencies\.show)\b(?!\.xlsx)"
    r"|accounts\.(account|people|person|events)$"
)
# Live events are heard where they are published; the rest has one answer for everybody.
UNASKED: Final = {"selection.events", "audit.tile", "audit.keys", "audit.consistency"}
ROOM: Final = SimpleNamespace(total=2**31, used=2**30, free=2**30)  # of the disk, all the time
OTHERS: Final = ("httpx2", "fontTools")  # the tests' own client; letters of a typeface
ARCHIVE: Final = b"content-type: application/zip"
MANIFEST: Final = "manifest.json"
PLACE: Final = re.compile(r"(?:(\w+)/)?{(\w+)(?::\w+)?}")
PAPER: Final = "freeze.json"
NOTHING: Final = "0" * 64
PAGE: Final = re.compile(rb"200(?:\n.+)*\ncontent-type: text/html")
_RANDOM: Final = re.compile(
    rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12,}|[A-Za-z0-9+/]{40,}={0,2}"
    rb'|(?<=name="idempotency_key" value=")[\w-]+|(?<=/sessions/)\w{10}(?=/end)'
    rb"|(?<=/documents/)\w{12}|(?<=code\W{3})\w{12}|(?<=code\W{5})\w{12}|(?<=code&#34;:&#34;)\w{12}"
    rb"|(?<=\xe7\x94\xb2-)[0-9]{2}"  # 甲-01: places in a list that is sorted by a hash
)


@dataclass(frozen=True, slots=True)
class Application:
    """Which applicant asks for which of the two rounds, at which price in fen."""

    applicant: int
    round: int
    price_fen: int


@dataclass(slots=True)
class Heard:
    """Everything that came out: answers by who asked for what, live events, lines of the log.

    Random values are blotted out, as long as they were (but in an archive, where the length of an
    ECDSA signature is a matter of chance too); what they were stands in ``tokens``.
    """

    answers: dict[tuple[str, str], bytes] = field(default_factory=dict)
    events: list[tuple[str, Any]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    tokens: set[bytes] = field(default_factory=set)

    def blotted(self, raw: bytes, *, sized: bool = True) -> bytes:
        """The bytes without what is random."""
        self.tokens |= set(_RANDOM.findall(raw))
        return _RANDOM.sub(lambda found: b"?" * (len(found[0]) if sized else 1), raw)


def differing(one: Heard, other: Heard) -> set[str]:
    """Where two towns can be told apart."""
    places = {
        " ".join(key)
        for key in one.answers.keys() | other.answers.keys()
        if one.answers.get(key) != other.answers.get(key)
    }
    places |= {"live events"} if one.events != other.events else set()
    return places | ({"log"} if one.log != other.log else set())


@dataclass(slots=True)
class Twin:
    """One of the towns: its rounds, a client, what was heard so far.

    ``known`` are names of things by the part of an address that stands before them.
    """

    town: Town
    client: httpx2.AsyncClient
    rounds: list[str]
    heard: Heard
    known: dict[str, str] = field(default_factory=dict)

    async def apply(self, plan: Iterable[Application]) -> None:
        """Everybody is there at every minute; one at a time applies, one of a round asks again."""
        people = self.town.applicants
        tokens = [await self._sender(0, one).sign_in() for one in range(len(people))]
        senders = {}
        for one in plan:
            self.town.clock.forward(minutes=1)
            for token in tokens:
                carry(self.client, token)
                assert (await self.client.get("/api/my/rounds")).status_code == 200
            sender = senders[one.round] = self._sender(one.round, one.applicant)
            carry(self.client, tokens[one.applicant])
            assert (await sender.ask()).status_code == 200
            self.client.cookies.clear()
            await sender.applied(one.price_fen)
        for sender in (senders[number] for number in sorted(senders)):
            carry(self.client, tokens[people.index(sender.applicant)])
            again = Sender(self.town, self.client, sender.about, sender.applicant)
            assert (await again.ask()).status_code == 409
        await self.town.turns()

    def _sender(self, number: int, applicant: int) -> Sender:
        return Sender(self.town, self.client, self.rounds[number], self.town.applicants[applicant])

    async def look(
        self, *names: str, telling: re.Pattern[str] = TELLING, most: int | None = None
    ) -> Heard:
        """Everybody reads every address that tells of rounds, or those of these names.

        ``most`` is how many read one address.
        """
        viewers = self._viewers()
        size = (await LedgerHead.get(id=1)).size
        for route in ROUTES:
            told = route.name in names or (not names and telling.match(route.name))
            if route.writes or not told or route.name in UNASKED:
                continue
            may = [who for who in viewers if who.partition(":")[0] in ALLOWED[route.name]][:most]
            for address in self._addresses(route.path, size):
                for who in may:
                    answer = await self._ask(address, who)
                    nameless = self.heard.blotted(answer, sized=ARCHIVE not in answer)
                    self.heard.answers[who, address] = nameless
                    if not PAGE.match(answer) and len(may) > 2 and who == may[1]:
                        break  # a file has no viewer: anyone and one more
        return self.heard

    def _viewers(self) -> dict[str, Actor | None]:
        acting: dict[str, Actor | None] = {"anyone": None, "owner": OWNER}
        for role in ROLES:
            code = role.replace("_", "-")
            acting[role] = Actor(Role(role), code, code, "opr-0001", code, ("511700",), code)
        for number in WATCHING:
            acting[f"agency:{number}"] = self.town.applicants[number].actor

        async def find_actor(token: str, _now: datetime) -> Actor | None:
            return acting.get(token)

        app = self.town.city.app
        app.state.door = replace(app.state.door, find_actor=find_actor)
        return acting

    def _addresses(self, path: str, size: int) -> Iterator[str]:
        """Plausible ones of a route; what is to be told of one round is to be told of the other."""
        one = self.town.applicants[0]
        code, attempt = self.rounds[0].removeprefix("round:").split("/")
        below = {"agencies": one.code, "people": one.actor.code, "items": ITEM.code, **self.known}
        named = {"code": code, "attempt": attempt, "number": "1", "kind": "csv", "paper": PAPER}
        for index in range(size - NEWEST, size) if "{index}" in path else [0]:
            named["index"] = str(index)

            def filled(place: re.Match[str]) -> str:
                value = below.get(place[1]) or named.get(place[2]) or NOTHING
                return f"{place[1]}/{value}" if place[1] else value

            yield PLACE.sub(filled, path)

    async def _ask(self, address: str, who: str) -> bytes:
        self.client.cookies.clear()
        headers = {"accept-encoding": "identity"}
        headers |= {} if who == "anyone" else {"cookie": f"session={who}"}
        answer = await self.client.get(address, headers=headers)
        assert answer.status_code != 500, (address, answer.text)
        heads = sorted(f"{name}: {value}" for name, value in answer.headers.items())
        lines = [str(answer.status_code), *heads, ""]
        return b"\n".join([*map(str.encode, lines), *_parts(answer.content)])


def _parts(body: bytes) -> list[bytes]:
    """An answer; of an archive its names and what can be read in it. Lists lose their order."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = archive.namelist()  # the manifest is about the others' bytes
            texts = [archive.read(n) for n in names if n.endswith(".json") and n != MANIFEST]
        told = [*map(str.encode, names), *(part for text in texts for part in _parts(text))]
        return sorted(told, key=_nameless)
    return [_written(_unordered(json.loads(body)))] if body.startswith((b"{", b"[")) else [body]


def _unordered(value: Any) -> Any:
    """What stands sorted by a hash has an order that tells nothing."""
    if isinstance(value, dict):
        return {key: _unordered(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(_unordered, value), key=lambda each: _nameless(_written(each)))
    return value


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _nameless(raw: bytes) -> bytes:
    return _RANDOM.sub(b"?", raw)


@asynccontextmanager
async def twin(
    resting: Resting, home: Path, offices: Path, postgres: Path | None
) -> AsyncIterator[Twin]:
    """A copy of the town, open; what it publishes and logs is heard."""
    heard = Heard()
    async with copied(resting, home, postgres) as settings:
        clock = FakeClock(resting.now)
        app = make_app(settings, clock, jobs=False)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            open_database(settings),
            httpx2.AsyncClient(transport=transport, base_url=settings.url) as client,
        ):
            city = TestCity(app, app.state.door.tools, clock)
            with woken(city, settings, resting, offices) as town, _listening(heard):
                rounds = [str(about) for about in await Round.all().values_list("about", flat=True)]
                yield Twin(town, client, sorted(rounds), heard)


async def _room(_tools: Tools) -> int:
    return int(ROOM.used)


@contextmanager
def _listening(heard: Heard) -> Iterator[None]:
    publish = live.publish

    async def told(topic: str, payload: dict[str, Any]) -> None:
        heard.events.append((topic, payload))
        await publish(topic, payload)

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = f"{record.name} {record.levelname} {record.getMessage()}"
            heard.log.append(heard.blotted(line.encode()).decode())

    root, lines = logging.getLogger(), Lines()
    lines.addFilter(lambda record: not record.name.startswith(OTHERS))
    root.addHandler(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(root, "level", logging.INFO)
        patch.setattr(live, "publish", told)
        patch.setattr(system, "shutil", SimpleNamespace(disk_usage=lambda _path: ROOM))
        patch.setattr(system, "_database_bytes", _room)
        yield
    root.removeHandler(lines)


def guesses(secrets: Mapping[str, Iterable[str]]) -> dict[bytes, str]:
    """{hash in hex: what it is of}: plain ones of what can be guessed, alone and with its round."""
    found = {}
    for about, words in secrets.items():
        for word in words:
            for text in {word, f"{about}{word}", f"{word}{about}", f"{about}:{word}"}:
                for name in ("sha256", "sha1", "md5", "blake2b"):
                    found[hashlib.new(name, text.encode()).hexdigest()[:16].encode()] = text
    return found
