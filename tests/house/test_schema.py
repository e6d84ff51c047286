"""The migrations make what the models speak of, on both databases: columns, keys, indexes."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import asyncpg
from tortoise.utils import get_schema_sql

from market import migrations
from market.infra import db
from tests.factories.city import TestCity
from tests.factories.postgres import credentials, database
from tests.factories.releases import POSTGRES

Shape = dict[tuple[str, str], str]

# SQLite tells a table as its statement, in which columns have an order: here it is asked for each.
SQLITE: Final = """
SELECT 'column ' || m.name AS place, c.name, c.type || ' ' || c."notnull" || ' ' || c.pk
    || coalesce(' ' || c.dflt_value, '') AS said
  FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
UNION SELECT 'key ' || m.name, k."from", k."table" || ' ' || k."to" || ' ' || k.on_delete
  FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k WHERE m.type = 'table'
UNION SELECT 'index ' || m.name, (SELECT group_concat(name) FROM pragma_index_info(i.name)),
    i."unique" || ' ' || i.partial
  FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND i.origin <> 'pk'
UNION SELECT type || ' ' || tbl_name, name, '' FROM sqlite_master WHERE type IN ('trigger', 'view')
"""
# What migration 0002 makes beside the models, and numbers that the first one let count by itself.
BESIDE: Final = {
    "sqlite": {
        ("column ledger_checkpoint", "size"),
        ("column ledger_entry", "index"),
        ("key ledger_act", "token"),
        ("trigger agencies_agency", "agencies_agency_words_by_stars_rank_in"),
        ("trigger agencies_agency", "agencies_agency_words_by_stars_rank_out"),
        ("trigger agencies_agency", "agencies_agency_words_by_stars_rank_over"),
        ("trigger selection_admitted", "selection_admitted_anywhere"),
        ("trigger selection_envelope", "selection_envelope_anywhere"),
        ("trigger selection_nullifier", "selection_nullifier_anywhere"),
    },
    "postgres": {
        ("column ledger_checkpoint", "size"),
        ("column ledger_entry", "index"),
        ("constraint ledger_act", "act_has_entry"),
        ("extension", "pg_trgm"),
        ("index", "agencies_agency_words"),
    },
}
OTHERS = ("tortoise_migrations", "uid_tortoise_mi_", "agencies_agency_words_by_stars_rank")


def shape(rows: Iterable[Any]) -> Shape:
    """What a database says of itself, but the tables that are nobody's model."""
    said = {(str(row[0]), str(row[1])): str(row[2]) for row in rows}
    return {
        (place, name): text
        for (place, name), text in said.items()
        if not place.split(" ")[-1].startswith(OTHERS) and not name.startswith(OTHERS[:2])
    }


async def made_by(sql: str, postgres: Path | None) -> Shape:
    """An empty database after these statements."""
    if postgres is None:
        with closing(sqlite3.connect(":memory:")) as raw:
            raw.executescript(sql)
            return shape(raw.execute(SQLITE))
    async with database(postgres) as name:
        other = await asyncpg.connect(**credentials(postgres, json.loads(name)["database"]))
        await other.execute(sql)
        rows = await other.fetch(POSTGRES)
        await other.close()
        return shape(rows)


def differing(one: Shape, other: Shape) -> set[tuple[str, str]]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


async def test_migrations_and_models_agree(city: TestCity, postgres: Path | None) -> None:
    dialect = "sqlite" if postgres is None else "postgres"
    rows = await db.connection().execute_query_dict(SQLITE if postgres is None else POSTGRES)
    migrated = shape(tuple(row.values()) for row in rows)
    models = get_schema_sql(db.connection(), safe=False)
    assert models.count("CREATE TABLE") > 35
    assert len(migrated) > 300
    assert differing(migrated, await made_by(models, postgres)) == BESIDE[dialect]

    tag, token = '"tag" VARCHAR(80) NOT NULL', '"token" VARCHAR(40) NOT NULL UNIQUE'
    assert tag in models
    assert token in models
    for told, planted, where in (
        (tag, '"tag" VARCHAR(81) NOT NULL', "column ledger_entry"),
        (tag, '"tag" VARCHAR(80)', "column ledger_entry"),
        (token, '"token" VARCHAR(40) NOT NULL', "index"),
    ):
        seen = differing(migrated, await made_by(models.replace(told, planted), postgres))
        assert {place for place, _ in seen - BESIDE[dialect]} & {where, f"{where} ledger_entry"}


# A migration that has landed has run somewhere: what it was must stay, a change is another one.
LANDED = dict(
    line.split()
    for line in """\
0001_initial.py 6c031982d8bf1cc60028cbc76cc8b9d44e28163a9b82906ebe1af0f9dd0b3396
0002_beside_the_models.py 5d585b19c8a28fb2aee18f8f11578271172b228d7349edadb233674c70e83174
0003_quorum_at.py 608b88ba2bd065f9edfe098e976d4b95485c6b3fc2eaa5a85cf8899661000c28
0004_by_publication.py 96f046bfc0d6baba06643e40fedfcbf1dea85e959046db8eb3ec8d1d1b3c45de
0005_what_grows.py 17f56711ca421af27754eed5e6455e6fe5766a5896e8b5df2e11746a856dc025
0006_steps_of_a_round.py e9b4d69aa93d082635ce9c3884d2d97cb7d4106b5926c0bd80e1a39982491278
0007_in_publicity.py b5de4893023e70e4de7889c8e336816354291001b97b3923c99b5cd7f3b7a521
0008_rounds_by_state.py 10fbb5543d641ac5eec9df0ff5ea3604e17b1f35da94c28f8eb1c2add67f65d2
0009_envelopes_by_way.py 4a7948ea5037de9b6079634cfe003eccb2bb0f6018d7d18f80d11b113cf5c99b
0010_names_as_compared.py 89d1ecb4694060bec2329639dd9634e1340e2e9b40289db6fc2f771a141e3825
0011_stars_weighed_by_ratings.py 8daadfc713cc41afd2390344f66e16fc75ee97f24c32f6131564bb72cffb81b4
0012_two_hands.py 0d41b07b241705a3f2e54075cd81227f106196f523a2d1323bec118064f0310a
0013_attachments.py e0cc4d987067516b3de7f06b42c99d50457b3b7ea0a5c51ac320cd912dd872bb
0014_two_for_rights.py 35a62ff3d1d1620d3b969b888096af136baafb89b72aa8e66e1690def1c74507
0015_deadlines_that_moved.py 45d21f69f2e7e09de82613f3a5232ead077b8b6396f72c1fdce78e87f825f42b
0016_counted_where.py e36de25134def0a848b1e0229c63706d720b38f34ca04378cdd1d7bbbd7a18c3
0017_for_drafting.py b7464c0b5a57a5f79e911613a0d447567fa459e732e103a56cc8682a159b139b
0018_kept_forms.py 639ff128384d207e24f5106abd09a20e9cff3efe5176f0faa321e2ded53190c9""".splitlines()
)


def changed(folder: Path) -> set[str]:
    """Those that are not what they were."""
    return {
        name
        for name, landed in LANDED.items()
        if not (folder / name).exists()
        or sha256((folder / name).read_bytes()).hexdigest() != landed
    }


def test_landed_migrations_stay_byte_for_byte(tmp_path: Path) -> None:
    folder = Path(migrations.__file__).parent
    assert changed(folder) == set()
    for name in LANDED:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "0001_initial.py").write_bytes((folder / "0001_initial.py").read_bytes() + b"\n")
    (tmp_path / "0007_in_publicity.py").unlink()
    assert changed(tmp_path) == {"0001_initial.py", "0007_in_publicity.py"}
