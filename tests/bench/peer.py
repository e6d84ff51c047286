"""The peer of an upload: a minimal Django that does the same work, written plainly.

Both envelopes read as canonical JSON and their Ed25519 signatures checked, two rows, a ledger entry
numbered under the head's lock, one durable commit, a receipt signed. It knows no rounds, no
one-time keys, no retries and no clock.

``gunicorn tests.bench.peer:app`` with the database in ``BENCH_DATABASE``: a file for SQLite or a
JSON object for PostgreSQL. No sessions, no middleware, one connection kept by each thread.
"""

import base64
import hashlib
import json
import os
from datetime import UTC, datetime
from typing import Any

import django
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"


def _database(given: str) -> dict[str, Any]:
    if not given.startswith("{"):
        options = {"transaction_mode": "IMMEDIATE", "init_command": PRAGMAS}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": given, "OPTIONS": options}
    said = json.loads(given)
    names = {"HOST": "host", "PORT": "port", "USER": "user", "NAME": "database"}
    return {"ENGINE": "django.db.backends.postgresql"} | {key: said[names[key]] for key in names}


DATABASE = _database(os.environ["BENCH_DATABASE"])  # noqa: TID251 - a server of its own
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {**DATABASE, "CONN_MAX_AGE": None}},
    USE_TZ=True,
    SECRET_KEY=os.urandom(16).hex(),
)
django.setup()


KEY = Ed25519PrivateKey.generate()


class Bid(models.Model):
    """What was sent, by its hash."""

    sha256 = models.CharField(max_length=64, db_index=True)
    data = models.BinaryField()

    class Meta:
        app_label = "bench"
        db_table = "peer_bid"


class Head(models.Model):
    """How long the ledger is."""

    size = models.BigIntegerField()

    class Meta:
        app_label = "bench"
        db_table = "peer_head"


class Entry(models.Model):
    """One entry of the ledger, and its leaf in the tree."""

    index = models.BigIntegerField(primary_key=True)
    data = models.BinaryField()
    leaf = models.BinaryField()

    class Meta:
        app_label = "bench"
        db_table = "peer_entry"


TABLES = (Bid, Head, Entry)


def canonical(value: object) -> bytes:
    """JSON in one spelling: keys in order, no blanks."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def must_hold(data: bytes) -> None:
    """Refuse an envelope that is not canonical or whose author did not sign it."""
    body = json.loads(data)
    if canonical(body) != data:
        raise SuspiciousOperation("not canonical")
    signature = base64.b64decode(body.pop("signature_b64"), validate=True)
    author = Ed25519PublicKey.from_public_bytes(bytes.fromhex(body["author"]))
    author.verify(signature, canonical(body))


def upload(request: HttpRequest, **_place: str) -> JsonResponse:
    """Take an upload and answer when it is durable."""
    sent = json.loads(request.body)
    parts = [sent[key].encode() for key in ("application", "identity")]
    for part in parts:
        must_hold(part)
    hashes = [hashlib.sha256(part).hexdigest() for part in parts]
    commit = hashlib.sha256(os.urandom(32) + "".join(hashes).encode()).hexdigest()
    at = datetime.now(UTC).isoformat()  # noqa: TID251 - a server of its own
    with transaction.atomic():
        Bid.objects.bulk_create(
            [Bid(sha256=name, data=part) for name, part in zip(hashes, parts, strict=True)]
        )
        head = Head.objects.select_for_update().get()
        entry = canonical({"index": head.size, "tag": "sealed", "at": at, "commit": commit})
        leaf = hashlib.sha256(b"\0" + entry).digest()
        Entry.objects.create(index=head.size, data=entry, leaf=leaf)
        Head.objects.update(size=head.size + 1)
    receipt = {"envelopes": hashes, "index": head.size, "at": at}
    signature = base64.b64encode(KEY.sign(canonical(receipt))).decode()
    return JsonResponse(receipt | {"signature_b64": signature}, status=201)


urlpatterns = [path("api/rounds/<code>/<attempt>/envelopes", upload)]
app = get_wsgi_application()

with connection.schema_editor() as schema:
    if Bid._meta.db_table not in connection.introspection.table_names():
        for table in TABLES:
            schema.create_model(table)
        Head.objects.create(size=0)
connection.close()
