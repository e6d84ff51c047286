"""The peer of an upload: a minimal Django, the same bytes in the same two rows, one durable commit.

``gunicorn tests.bench.peer:app`` with the database in ``BENCH_DATABASE``: a file for SQLite or a
JSON object for PostgreSQL. No sessions, no middleware, one connection kept by each thread.
"""

import hashlib
import json
import os
from typing import Any

import django
from django.conf import settings
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


class Bid(models.Model):
    """What was sent, by its hash."""

    sha256 = models.CharField(max_length=64, db_index=True)
    data = models.BinaryField()

    class Meta:
        app_label = "bench"
        db_table = "peer_bid"


def upload(request: HttpRequest, **_place: str) -> JsonResponse:
    """Take an upload and answer when it is durable."""
    sent = json.loads(request.body)
    parts = [sent[key].encode() for key in ("application", "identity")]
    with transaction.atomic():
        Bid.objects.bulk_create(
            [Bid(sha256=hashlib.sha256(part).hexdigest(), data=part) for part in parts]
        )
    return JsonResponse({"ok": True}, status=201)


urlpatterns = [path("api/rounds/<code>/<attempt>/envelopes", upload)]
app = get_wsgi_application()

with connection.schema_editor() as schema:
    if Bid._meta.db_table not in connection.introspection.table_names():
        schema.create_model(Bid)
connection.close()
