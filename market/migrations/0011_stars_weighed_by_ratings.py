"""Stars rank by how many have given them as well (``market/agencies/rules.py``)."""

from tortoise import migrations

from market.infra.migration import Statements

# As if five more had given three stars each; nobody's rating is no rank.
RANK = (
    "(5000 - CASE WHEN {a}ratings = 0 THEN 0"
    " ELSE 100 * (150 + {a}stars * {a}ratings) / (5 + {a}ratings) END)"
    " * CAST(1000000000000 AS BIGINT) + {a}number"
)


class Migration(migrations.Migration):
    dependencies = [("market", "0010_names_as_compared")]
    operations = [
        Statements(
            f"UPDATE agencies_agency SET stars_rank = {RANK.format(a='')}",  # noqa: S608 - our own names and numbers
            "UPDATE agencies_offer SET stars_rank = (SELECT a.stars_rank FROM agencies_agency a"
            " WHERE a.code = agencies_offer.agency_id)",
        )
    ]
