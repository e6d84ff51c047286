"""Everything that lies in the database, as one text, whichever database it is."""

from tortoise import Tortoise


async def dumped() -> str:
    """Every column of every row of every table."""
    rows = []
    for model in Tortoise.apps["market"].values():
        rows += [(model.__name__, row) for row in await model.all().values()]
    return repr(rows)
