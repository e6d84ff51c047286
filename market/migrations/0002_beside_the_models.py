"""What the models cannot say: when a key is checked, the search index, places that tell nothing.

The first version made these at its start, outside of its migration: here they are found or made.
"""

from tortoise import migrations

from market.infra.migration import Statements

KEPT_WITH_ITS_ENTRY = (
    # An act is promised before its entry is written, and neither is kept without the other.
    Statements(
        "DROP TABLE IF EXISTS ledger_act",
        "CREATE TABLE ledger_act (token VARCHAR(40) NOT NULL PRIMARY KEY"
        " REFERENCES ledger_entry (token) DEFERRABLE INITIALLY DEFERRED)",
        dialect="sqlite",
        unless="SELECT 1 FROM sqlite_master WHERE name = 'ledger_act' AND sql LIKE '%DEFERRABLE%'",
    ),
    Statements(
        "ALTER TABLE ledger_act ADD CONSTRAINT act_has_entry FOREIGN KEY (token)"
        " REFERENCES ledger_entry (token) DEFERRABLE INITIALLY DEFERRED",
        dialect="postgres",
        unless="SELECT 1 FROM pg_constraint WHERE conname = 'act_has_entry'"
        " AND conrelid = 'ledger_act'::regclass",
    ),
    Statements(
        "INSERT INTO ledger_head (id, size) VALUES (1, 0)",
        unless="SELECT 1 FROM ledger_head WHERE id = 1",
    ),
)

# ``market/infra/search_index.py`` reads it.
SEARCHED = (
    Statements(
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE INDEX IF NOT EXISTS agencies_agency_words ON agencies_agency"
        " USING gin (words gin_trgm_ops)",
        dialect="postgres",
    ),
    Statements(
        "CREATE VIRTUAL TABLE IF NOT EXISTS agencies_agency_words_by_stars_rank"
        " USING fts5(words, content='agencies_agency', content_rowid='stars_rank',"
        " detail='none', tokenize='trigram')",
        "CREATE TRIGGER IF NOT EXISTS agencies_agency_words_by_stars_rank_in"
        " AFTER INSERT ON agencies_agency BEGIN"
        " INSERT INTO agencies_agency_words_by_stars_rank (rowid, words)"
        " VALUES (new.stars_rank, new.words); END",
        "CREATE TRIGGER IF NOT EXISTS agencies_agency_words_by_stars_rank_out"
        " AFTER DELETE ON agencies_agency BEGIN"
        " INSERT INTO agencies_agency_words_by_stars_rank"
        " (agencies_agency_words_by_stars_rank, rowid, words)"
        " VALUES ('delete', old.stars_rank, old.words); END",
        "CREATE TRIGGER IF NOT EXISTS agencies_agency_words_by_stars_rank_over"
        " AFTER UPDATE OF words, stars_rank ON agencies_agency BEGIN"
        " INSERT INTO agencies_agency_words_by_stars_rank"
        " (agencies_agency_words_by_stars_rank, rowid, words)"
        " VALUES ('delete', old.stars_rank, old.words);"
        " INSERT INTO agencies_agency_words_by_stars_rank (rowid, words)"
        " VALUES (new.stars_rank, new.words); END",
        "INSERT INTO agencies_agency_words_by_stars_rank (agencies_agency_words_by_stars_rank)"
        " VALUES ('rebuild')",
        dialect="sqlite",
        unless="SELECT 1 FROM sqlite_master WHERE name = 'agencies_agency_words_by_stars_rank_over'",
    ),
)

# The n-th row of these would be that of the n-th asking (``market/selection/models/uploads.py``).
WITHOUT_ORDER = Statements(
    *(
        f"CREATE TRIGGER IF NOT EXISTS {table}_anywhere AFTER INSERT ON {table} BEGIN"
        f" UPDATE {table} SET rowid = abs(random() % 4611686018427387904)"
        " WHERE rowid = new.rowid; END"
        for table in ("selection_admitted", "selection_nullifier", "selection_envelope")
    ),
    dialect="sqlite",
)


class Migration(migrations.Migration):
    dependencies = [("market", "0001_initial")]
    operations = [*KEPT_WITH_ITS_ENTRY, *SEARCHED, WITHOUT_ORDER]
