"""The loop: greet the platform, do what it asks as far as the judges allow, tell what was said.

The platform is called, never the other way round. It may be down, slow, or answer nonsense, and
this machine's disk may be full: the agent waits longer and tries again. What it says is durable
before it leaves (`memory`'s outbox), and it is sent until the platform has taken it in or refused
it, so a kill at any point loses nothing. Every act is one line of plain language on standard
output, without any content or share.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import TypeAlias
from uuid import UUID

import httpx2

from signing.core.canonical import JsonObject, dumps, instant
from signing.core.errors import Refused
from signing.core.hashing import sha256
from signing.trustee import wire, work
from signing.trustee.blind_audits import give_for_audit
from signing.trustee.boxes import look_into
from signing.trustee.clock import Clock
from signing.trustee.contribution import contribute
from signing.trustee.memory import Said
from signing.trustee.orders import obey
from signing.trustee.release import release
from signing.trustee.trustee import Trustee
from signing.trustee.witness import witness

LARGEST = 128 * 2**20  # bytes of one answer
HURRY = 10  # times as fast while there are boxes to look into
SLOWEST = 12  # times as slow, at most, while the platform is down
PLAIN = timedelta(hours=1)  # for so long an old platform is greeted as it can read it
_AGAIN = frozenset({408, 409, 425, 429})  # refusals that only mean: later

Tell: TypeAlias = Callable[[str], None]
Act: TypeAlias = Callable[[datetime], str]


class Agent:
    """One trustee at one platform."""

    def __init__(
        self, trustee: Trustee, client: httpx2.Client, clock: Clock, tell: Tell, *, demo: bool
    ) -> None:
        self.trustee = trustee
        self.client = client
        self.clock = clock
        self.tell = tell
        self.demo = demo
        self._plain_until = clock()

    def run(self, interval: float, stop: Event) -> None:
        """Do turns until `stop` is set; wait `interval` seconds between, longer after a failure."""
        wait, ill = interval, False
        while not stop.is_set():
            slower = min(SLOWEST * interval, wait * 2)
            try:
                wait, ill = interval / HURRY if self.turn() else interval, False
            except httpx2.HTTPError as error:
                wait = slower
                self.say(f"the platform does not answer ({type(error).__name__}), trying again")
            except Refused as refusal:
                wait = slower
                self.say(f"the platform's answer was no work list: {refusal}")
            except (OSError, sqlite3.Error) as error:
                if not ill:
                    self._complain(error)
                wait, ill = slower, True
            stop.wait(wait)

    def turn(self) -> bool:
        """Tell what waits, greet, do the work that comes back, tell what came of it.

        True if boxes were looked into, so that more of them may wait.
        """
        self.flush()
        asked = work.read(self._greet())
        for refusal in asked.unspoken:
            self._refuse(None, refusal, self.clock())
        for about, act in self._promises(asked):
            self._try(about, act)
        with self.trustee.memory.together():
            looked = [self._try(None, partial(self._look_into, box)) for box in asked.boxes]
        for about, act in self._releases(asked):
            self._try(about, act)
        self.flush()
        return any(looked)

    def flush(self) -> None:
        """Send what waits in the outbox; box reports in pages."""
        memory = self.trustee.memory
        waiting = memory.outbox()
        boxes = [one for one in waiting if one.kind == "box"]
        for one in waiting:
            if one.kind != "box":
                self._send(one.kind, one.body, [one])
        for at in range(0, len(boxes), wire.PAGE):
            page = boxes[at : at + wire.PAGE]
            now = instant(self.clock())
            body = wire.reports(self.trustee.own, [one.body for one in page], now)
            self._send("reports", body, page)

    def say(self, line: str) -> None:
        """Tell the person who runs this trustee."""
        self.tell(f"{instant(self.clock())} {self.trustee.own.id}: {line}")

    def _complain(self, error: Exception) -> None:
        with suppress(OSError):  # the line may go to the same full disk
            self.say(f"THIS MACHINE IS IN TROUBLE ({error}), trying again until it works")

    def _greet(self) -> bytes:
        """The answer to a greeting; who refuses one that says what is spoken gets a plain one."""
        now = self.clock()
        plain = now < self._plain_until
        greeting = self.trustee.greeting(now, demo=self.demo, plain=plain)
        status, answer = self._post("hello", greeting)
        if status == httpx2.codes.UNPROCESSABLE_CONTENT and not plain:
            self._plain_until = now + PLAIN
            return self._greet()
        if status != httpx2.codes.OK:
            raise Refused("greeting", "it answers {status} to the greeting", status=status)
        return answer

    def _promises(self, asked: work.Work) -> Iterator[tuple[str | None, Act]]:
        if asked.checkpoint is not None:
            yield None, partial(self._cosign, asked.checkpoint)
        for about in asked.contribute:
            yield about, partial(self._contribute, about)

    def _releases(self, asked: work.Work) -> Iterator[tuple[str | None, Act]]:
        for evidence in asked.releases:
            yield evidence.about, partial(self._release, evidence)
        for order in asked.orders:
            yield None, partial(self._obey, order)
        for audit in asked.audits:
            yield audit.evidence.about, partial(self._give_for_audit, audit)

    def _cosign(self, text: str, now: datetime) -> str:
        size = witness(self.trustee, text, self._tile, now)
        return f"cosigned the ledger at {size} entries"

    def _contribute(self, about: str, now: datetime) -> str:
        contribute(self.trustee, about, now)
        return f"promised a part of the seed of {about}"

    def _look_into(self, box: work.Box, now: datetime) -> str:
        verdicts = look_into(self.trustee, box, now).items()
        words = (f"{name[:12]} {'opens' if ok else 'IS BAD'}" for name, ok in verdicts)
        return f"own box of {', '.join(words)}"

    def _release(self, evidence: work.Evidence, now: datetime) -> str:
        count = release(self.trustee, evidence, now)
        return f"released {count} envelopes ({evidence.what}) of {evidence.about}"

    def _obey(self, order: work.Order, now: datetime) -> str:
        obey(self.trustee, order, now)
        return "gave its share of an escrow on a regulator's order"

    def _give_for_audit(self, audit: work.Audit, now: datetime) -> str:
        count = give_for_audit(self.trustee, audit, now)
        return f"sealed {count} shares to a regulator for the audit of {audit.evidence.about}"

    def _try(self, about: str | None, act: Act) -> bool:
        now = self.clock()
        try:
            self.say(act(now))
        except Refused as refusal:
            self._refuse(about, refusal, now)
            return False
        return True

    def _refuse(self, about: str | None, refusal: Refused, now: datetime) -> None:
        if self.trustee.alarm(about, refusal, now):
            self.say(f"REFUSED {refusal.code}: {refusal}")

    def _send(self, kind: str, body: JsonObject, said: list[Said]) -> None:
        status, _ = self._post(kind, body)
        taken = status < httpx2.codes.BAD_REQUEST
        if not taken and (status >= httpx2.codes.INTERNAL_SERVER_ERROR or status in _AGAIN):
            raise httpx2.TransportError(f"{wire.PATHS[kind]}: {status}")
        with self.trustee.memory.together():
            for one in said:
                self.trustee.memory.answered(one, instant(self.clock()) if taken else None)
        if not taken:
            self.say(f"the platform does not take in: {kind} ({status})")

    def _post(self, kind: str, body: JsonObject) -> tuple[int, bytes]:
        data = dumps(body)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(UUID(bytes=sha256(data)[:16])),
        }
        request = self.client.build_request("POST", wire.PATHS[kind], content=data, headers=headers)
        return self._bytes(request)

    def _tile(self, path: str) -> bytes:
        status, data = self._bytes(self.client.build_request("GET", f"/log/{path}"))
        if status != httpx2.codes.OK:
            raise httpx2.TransportError(f"/log/{path}: {status}")
        return data

    def _bytes(self, request: httpx2.Request) -> tuple[int, bytes]:
        response = self.client.send(request, stream=True)
        try:
            data = bytearray()
            for piece in response.iter_bytes():
                data += piece
                if len(data) > LARGEST:
                    raise Refused("answer_size", "an answer of more than {most}", most=LARGEST)
            return response.status_code, bytes(data)
        finally:
            response.close()
