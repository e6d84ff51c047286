"""What is installed is used, and what is used is asked for by name.

A dependency that only configuration or another library uses says so in pyproject.toml, in a
comment `not imported: …` behind it.
"""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
OURS = {"market", "signing", "tests", *sys.stdlib_module_names}
IMPORT = re.compile(
    r"^ *(?:from (\w+)[\w.]* import |import (\w+)[\w.]*(?: as \w+)?(?:$|  #))", re.MULTILINE
)
DEPENDENCY = re.compile(r'  "([a-z0-9-]+)(?:\[\w+\])?==[^"]+",(?:  # (.+))?')


def dependencies(*sections: str) -> dict[str, str]:
    """Give the direct dependencies of these lists, each with the comment behind it."""
    blocks = [PROJECT.split(f"\n{each} = [\n")[1].split("\n]")[0] for each in sections]
    rows = [DEPENDENCY.fullmatch(line) for block in blocks for line in block.split("\n")]
    assert all(rows)
    return {row[1]: row[2] or "" for row in rows if row}


def imported(*folders: str) -> set[str]:
    """Give the distributions that the modules of these folders import."""
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return distributions("\n".join(path.read_text("utf-8") for path in paths))


def distributions(code: str) -> set[str]:
    known = packages_distributions()
    names = {one or other for one, other in IMPORT.findall(code)} - OURS
    return {known.get(name, [name])[0].lower().replace("_", "-") for name in names}


def amiss(asked: dict[str, str], used: set[str]) -> set[str]:
    """Give those that are used unasked, idle without a reason, or used in spite of one."""
    idle = {name for name, comment in asked.items() if comment.startswith("not imported: ")}
    return (used - asked.keys()) | ((asked.keys() - used) ^ idle)


def test_what_the_product_imports_is_what_it_asks_for() -> None:
    assert amiss(dependencies("dependencies"), imported("market", "signing")) == set()


def test_what_only_tests_import_is_asked_for_by_them() -> None:
    product = dependencies("dependencies")
    assert amiss(dependencies("dev", "bench"), imported("tests") - product.keys()) == set()


def test_an_idle_a_borrowed_and_a_wrongly_excused_dependency_are_noticed() -> None:
    said = "import os\nimport click\n    from jinja2.utils import x\nfrom .near import y\n"
    used = distributions(said + "    import what it likes from anywhere\n")
    assert used == {"click", "jinja2"}
    asked = {"jinja2": "not imported: x", "idle": "", "excused": "not imported: y"}
    assert amiss(asked, used) == {"click", "jinja2", "idle"}
