"""A sample of points at which processes die leaves out what is the same, and nothing else."""

from tests.factories.points import every, one_of_each

WAY = [
    "before execute BEGIN IMMEDIATE",
    "after execute BEGIN IMMEDIATE",
    'before execute_fetchall SELECT "state" FROM "round"',
    'before execute_fetchall SELECT "about" FROM "round"',
    'before execute_insert INSERT INTO "ledger_act" ("token") VALUES (?)',
    'after execute_insert INSERT INTO "ledger_act" ("token") VALUES (?)',
    "before commit ",
    "after commit ",
    "before fsync",
    "before execute BEGIN IMMEDIATE",
    'before execute UPDATE "round" SET "state"=?',
    "before commit ",
    "after commit ",
    "before http.response.start",
    "after http.response.start",
]


def test_both_sides_of_every_commit_every_table_and_one_reading_are_chosen() -> None:
    assert one_of_each(WAY) == [0, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    assert every(WAY) == list(range(len(WAY)))


def test_a_transaction_that_comes_again_and_again_is_one_kind_with_its_like_before_it() -> None:
    again = WAY[4:9]
    assert one_of_each(again * 2) == one_of_each(again * 9)


def test_what_a_fault_cuts_in_two_dies_between_the_halves() -> None:
    begin, write, other, *end = WAY[0], WAY[4], *WAY[10:13]
    whole = [begin, write, other, *end]
    halves = [begin, write, "before execute COMMIT", begin, other, *end]
    assert {7, 8} <= set(one_of_each(whole + halves))
