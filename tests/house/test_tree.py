"""The house keeps its shape: sizes, top level, docstrings, guards, what stays undone, the contract.

Each check is asked about a planted violation too, and says how much it looked at.
"""

import ast
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace

from market.cli import check
from market.routes import ROUTES
from market.web.guards import ANYONE, Guard, GuardedRoute

ROOT = Path(__file__).parents[2]
TOP = re.compile(r"market|signing|templates|fixtures|tests|pyproject\.toml|README\.md|\..*")
UNKEYED = ("trustee.", "demo.", "accounts.", "documents.verify", "documents.timestamp")
LATER = re.compile(r"NotImplementedError|TODO|FIXME|XXX")
CODE = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for folder in ("market", "signing")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
}


def strangers(names: Iterable[str]) -> set[str]:
    """What lies at the top and is not in the plan."""
    return {top for top in {name.split("/")[0] for name in names} if not TOP.fullmatch(top)}


def test_the_top_level_holds_what_the_plan_says() -> None:
    out = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    names = out.stdout.splitlines()
    assert len(names) > 800
    assert strangers(names) == set()
    assert strangers([*names, "tools/x.py", "market.py"]) == {"tools", "market.py"}


def unmerged(folder: Path) -> list[str]:
    """Files of the repository there in which two versions stand side by side."""
    asked = ["git", "grep", "--no-index", "-lE", "^(<{7}|>{7}) ", "--", "."]
    found = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
    return found.stdout.splitlines()


def test_no_file_was_left_half_merged(tmp_path: Path) -> None:
    assert [
        one for part in ("market", "signing", "templates") for one in unmerged(ROOT / part)
    ] == []
    (tmp_path / "a.js").write_text("a\n" + "<" * 7 + " HEAD\nb\n")
    assert unmerged(tmp_path) == ["a.js"]


def test_no_file_is_longer_than_the_wall_and_most_are_short() -> None:
    sizes = sorted(text.count("\n") for text in CODE.values())
    assert len(sizes) > 350
    assert sizes[-1] <= 400
    assert sizes[len(sizes) // 2] <= 150
    assert sum(size <= 300 for size in sizes) / len(sizes) >= 0.9


def silent(code: dict[str, str]) -> set[str]:
    """Modules that do not say what they decide."""
    return {name for name, text in code.items() if not ast.get_docstring(ast.parse(text))}


def test_every_module_says_what_it_decides() -> None:
    assert silent(CODE) == set()
    assert silent({"a.py": "X = 1\n", "b.py": '"""B."""\n', "c.py": ""}) == {"a.py", "c.py"}


def undone(code: dict[str, str]) -> set[str]:
    """Files with something left for later."""
    return {name for name, text in code.items() if LATER.search(text)}


def test_nothing_is_left_for_later_in_the_code() -> None:
    assert undone(CODE) == set()
    left = {"a.py": "# TO" + "DO: x", "b.py": "raise NotImplemented" + "Error", "c.py": "to do"}
    assert undone(left) == {"a.py", "b.py"}


def unguarded(routes: Sequence[GuardedRoute | SimpleNamespace]) -> list[str]:
    """Routes that nobody guards, that share a name, or that write and may come twice."""
    names = [route.name for route in routes]
    return sorted(
        route.name
        for route in routes
        if not route.guard.name
        or names.count(route.name) > 1
        or (route.writes and not route.keyed and not route.name.startswith(UNKEYED))
    )


def test_every_route_is_guarded_named_once_and_keyed_or_harmless() -> None:
    assert len(ROUTES) > 90
    assert unguarded(ROUTES) == []
    good = {"guard": ANYONE, "writes": True, "keyed": True}
    planted = [
        {"name": "good"},
        {"name": "read", "writes": False, "keyed": False},
        {"name": "open", "guard": Guard("")},
        {"name": "twice"},
        {"name": "twice"},
        {"name": "unkeyed", "keyed": False},
    ]
    routes = [SimpleNamespace(**good | each) for each in planted]
    assert unguarded(routes) == ["open", "twice", "twice", "unkeyed"]


def contract(home: Path) -> subprocess.CompletedProcess[str]:
    command = dict(check.CHECKS)["import contract"]
    return subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)


def test_the_import_contract_holds() -> None:
    done = contract(ROOT)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "0 broken" in done.stdout


# What breaks each contract of pyproject.toml, in their order.
AGAINST = {
    "signing/core/hashing.py": "import starlette",
    "market/audit/ledger.py": "import market.selection.states",
    "market/catalogue/queries.py": "import market.catalogue.views",
    "market/selection/publishing/publish.py": "import market.selection.deciding.reveal",
    "market/dossiers/archive.py": "import market.selection.models",
    "market/projects/policy.py": "import tortoise",
    "market/oversight/views.py": "import market.agencies.identity",
    "market/selection/duties.py": "import market.selection.deciding.names",
    "signing/cms/signer.py": "import pyhanko",
    "signing/cms/signed_data.py": "import asn1crypto",
    "market/infra/files.py": "import pikepdf",
    "signing/core/canonical.py": "import signing.verify.checks",
}


def planted(home: Path, more: dict[str, str]) -> None:
    """A copy of the code with lines or files more."""
    for name in CODE.keys() | more.keys():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{CODE.get(name, '')}\n{more.get(name, '')}\n", "utf-8")
    (home / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())


def test_a_module_without_a_place_in_its_room_is_seen(tmp_path: Path) -> None:
    planted(tmp_path, {"market/catalogue/stray.py": "", "market/selection/stray.py": ""})
    done = contract(tmp_path)
    assert "- market.catalogue.stray" in done.stdout, done.stdout[-4000:]
    assert "- market.selection.stray" in done.stdout
    assert "2 broken" in done.stdout


def test_an_import_against_each_contract_is_seen(tmp_path: Path) -> None:
    planted(tmp_path, AGAINST)
    done = contract(tmp_path)
    assert AGAINST.keys() <= CODE.keys()
    assert f"0 kept, {len(AGAINST)} broken" in done.stdout, done.stdout[:4000]
    assert done.returncode == 1
