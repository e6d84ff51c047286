"""``rooms.py`` is the one list: the import contract, the folders and the tables are held to it."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tortoise.fields import BigIntField, ForeignKeyField, OneToOneField
from tortoise.fields.relational import RelationalField
from tortoise.models import Model

from market import schema
from market.rooms import ROOMS

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = {one["name"]: one for one in PROJECT["tool"]["importlinter"]["contracts"]}
FLOORS = CONTRACTS["floors point down"]["layers"]
INSIDE = [
    room for one in CONTRACTS.values() if "inside" in one["name"] for room in one["containers"]
]
BELOW = ("web", "infra", "kernel")
NO_ROOMS = {"migrations", "cli", *BELOW}
GENERAL = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def folders(home: Path) -> set[str]:
    """The packages directly in ``home``."""
    return {path.parent.name for path in home.glob("*/__init__.py")}


def out_of_step(
    rooms: Iterable[str], floors: list[str], inside: list[str], there: set[str]
) -> list[str]:
    """What of contract and folders is not as the list says."""
    listed = list(rooms)
    said = [each.removeprefix("market.") for floor in floors for each in floor.split(" | ")]
    amiss = []
    if [each for each in said if each in listed] != listed:
        amiss.append("the floors of the contract are in another order, or miss a room")
    if sorted(inside) != sorted(f"market.{room}" for room in listed):
        amiss.append("not every room keeps its floors inside")
    if there - NO_ROOMS != set(listed):
        amiss.append("folders and list differ")
    if there - {"migrations"} - set(said):
        amiss.append("a folder stands on no floor")
    return amiss


def test_the_contract_and_the_folders_follow_the_list() -> None:
    assert out_of_step(ROOMS, FLOORS, INSIDE, folders(ROOT / "market")) == []


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        ({"rooms": (ROOMS[1], ROOMS[0], *ROOMS[2:])}, 1),
        ({"rooms": (*ROOMS, "yard")}, 3),
        ({"floors": [one for one in FLOORS if one != "market.audit"]}, 2),
        ({"inside": INSIDE[1:]}, 1),
        ({"there": {*folders(ROOT / "market"), "yard"}}, 2),
    ],
)
def test_a_room_out_of_step_is_seen(planted: dict[str, Any], seen: int) -> None:
    right = {"rooms": ROOMS, "floors": FLOORS, "inside": INSIDE, "there": folders(ROOT / "market")}
    assert len(out_of_step(**right | planted)) == seen


def tables(modules: Iterable[ModuleType]) -> set[type[Model]]:
    """The tables that these modules give, wherever below them they are written."""
    return {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Model) and one is not Model
    }


def keys(models: Iterable[type[Model]]) -> Iterator[tuple[type[Model], str]]:
    """Every foreign key: whose, and to which table."""
    for model in models:
        for field in model._meta.fields_map.values():
            if isinstance(field, RelationalField) and hasattr(field, "model_name"):
                yield model, field.model_name.removeprefix(f"{schema.APP}.")


def room_of(model: type[Model]) -> str:
    return model.__module__.split(".")[1]


def pointing_up(models: set[type[Model]]) -> set[tuple[str, str]]:
    """The keys to a table of a floor above."""
    height = {floor: number for number, floor in enumerate((*ROOMS, *BELOW))}
    home = {model.__name__: height[room_of(model)] for model in models}
    return {
        (model.__name__, target)
        for model, target in keys(models)
        if home[target] < height[room_of(model)]
    }


def test_foreign_keys_point_down_the_floors() -> None:
    models = tables(map(import_module, schema.MODELS))
    written = [
        text
        for path in (ROOT / "market").rglob("*.py")
        if path.parent.name == "models" or path.name == "models.py"
        for text in re.findall(r"ForeignKeyField\(|OneToOneField\(", path.read_text("utf-8"))
    ]
    assert len(models) > 35
    assert len(list(keys(models))) == len(written) > 25
    assert pointing_up(models) == set()


def planted(room: str, name: str, **fields: Any) -> type[Model]:
    """A table in a folder of a room."""
    where = {"__module__": f"market.{room}.models.deep"}
    made = type(name, (Model,), {**where, "id": BigIntField(primary_key=True), **fields})
    assert issubclass(made, Model)
    return made


def test_a_foreign_key_that_points_up_is_seen() -> None:
    high = planted("selection", "High")
    low = planted("audit", "Low", high=ForeignKeyField("market.High", related_name=False))
    one = planted("audit", "One", high=OneToOneField("market.High", related_name=False))
    down = planted("dossiers", "Down", high=ForeignKeyField("market.High", related_name=False))
    assert pointing_up({high, low, one, down}) == {("Low", "High"), ("One", "High")}


def general(paths: Iterable[Path]) -> set[str]:
    """Files and folders with a name that says nothing of what they hold."""
    return {str(path) for path in paths if GENERAL & {*path.with_suffix("").parts}}


def test_no_file_has_a_name_that_says_nothing() -> None:
    paths = [p.relative_to(ROOT) for f in ("market", "signing") for p in (ROOT / f).rglob("*.py")]
    assert len(paths) > 350
    assert general(paths) == set()
    bad = {Path("market/web/utils.py"), Path("signing/common/seal.py")}
    assert general({*bad, Path("market/web/i18n.py")}) == {str(path) for path in bad}
