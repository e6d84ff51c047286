"""The house keeps its shape: sizes, top level, foreign keys, templates, guards, texts."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from market import schema
from market.cli import check
from market.rooms import ROOMS
from market.routes import ROUTES

ROOT = Path(__file__).parents[2]
FLOORS = tuple(reversed(ROOMS))
PYTHON = sorted(p for f in ("market", "signing") for p in (ROOT / f).rglob("*.py"))
TOP = re.compile(r"market|signing|templates|fixtures|tests|pyproject\.toml|README\.md|\..*")


def tracked() -> list[str]:
    out = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return out.stdout.splitlines()


def test_the_top_level_holds_what_the_plan_says() -> None:
    assert [t for t in {name.split("/")[0] for name in tracked()} if not TOP.fullmatch(t)] == []


def test_no_file_is_longer_than_the_wall_and_most_are_short() -> None:
    sizes = {p: p.read_text("utf-8").count("\n") for p in PYTHON if "migrations" not in p.parts}
    assert {p: n for p, n in sizes.items() if n > 400} == {}
    ordered = sorted(sizes.values())
    assert ordered[len(ordered) // 2] <= 150
    assert sum(n <= 300 for n in ordered) / len(ordered) >= 0.9


def test_every_module_says_what_it_decides() -> None:
    silent = [
        p
        for p in PYTHON
        if "migrations" not in p.parts and not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    assert silent == []


def test_foreign_keys_point_down_the_floors() -> None:
    table = re.compile(r"class (\w+)\(Model\)")
    key = re.compile(r"(?:ForeignKeyField|OneToOneField)\(\s*\"market\.(\w+)\"")
    home: dict[str, str] = {}
    texts: dict[str, str] = {}
    for module in schema.MODELS:
        path = ROOT / (module.replace(".", "/") + ".py")
        if not path.exists():
            path = ROOT / module.replace(".", "/") / "__init__.py"
        room = module.split(".")[1]
        texts[room] = path.read_text("utf-8")
        home |= dict.fromkeys(table.findall(texts[room]), room)
    for room, text in texts.items():
        for target in key.findall(text):
            floor = FLOORS.index(home[target])
            assert floor <= FLOORS.index(room), f"{room} points up to {target}"


def test_templates_mirror_the_rooms() -> None:
    known = {*ROOMS, "layout", "parts", "errors", "ways"}
    assert {p.name for p in (ROOT / "templates").iterdir() if p.is_dir()} <= known


def test_no_template_has_inline_style_script_or_unescaped_text() -> None:
    bad = re.compile(r"\|\s*safe\b|style=\"|<style|<script(?![^>]*\bsrc=)|\son\w+=\"")
    found = [p for p in (ROOT / "templates").rglob("*.html") if bad.search(p.read_text("utf-8"))]
    assert found == []


def test_every_route_is_guarded_named_once_and_keyed_or_harmless() -> None:
    assert all(route.guard.name for route in ROUTES)
    names = [route.name for route in ROUTES]
    assert len(names) == len(set(names))
    unkeyed = {r.name for r in ROUTES if r.writes and not r.keyed}
    allowed = ("trustee.", "demo.", "accounts.", "documents.verify", "documents.timestamp")
    assert {name for name in unkeyed if not name.startswith(allowed)} == set()


CHINESE = re.compile(r"[\u4e00-\u9fff]")
CALL = re.compile(r"(?<![\w.])_\(\s*([\"'])((?:\\.|(?!\1).)*)\1")


def texts_of(locale: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((ROOT / "market" / "locale" / locale / "LC_MESSAGES").glob("*.po")):
        with path.open(encoding="utf-8") as file:
            for message in read_po(file, locale=locale):
                if message.id and message.string:
                    found[str(message.id)] = str(message.string)
    return found


def test_every_text_of_a_template_is_translated() -> None:
    known = texts_of("en")
    missing = {
        text
        for path in (ROOT / "templates").rglob("*.html")
        for _, text in CALL.findall(path.read_text("utf-8"))
        if CHINESE.search(text) and text not in known
    }
    assert missing == set()


def test_one_text_is_translated_one_way() -> None:
    said: dict[str, set[str]] = {}
    for path in (ROOT / "market/locale/en").rglob("*.po"):
        with path.open(encoding="utf-8") as file:
            for message in read_po(file):
                said.setdefault(str(message.id), set()).add(str(message.string))
    assert {text: ways for text, ways in said.items() if text and len(ways) > 1} == {}


def test_no_english_text_holds_chinese_characters() -> None:
    allowed = ("中选通知书", "甲-01")
    left = {
        k: v
        for k, v in texts_of("en").items()
        if CHINESE.search(v) and not any(a in v for a in allowed)
    }
    assert left == {}


def test_keyed_texts_stand_in_both_languages() -> None:
    key = re.compile(r"[a-z_]+(?:\.[\w:-]+)+")
    zh, en = texts_of("zh_CN"), texts_of("en")
    assert {k for k in zh if key.fullmatch(k)} == {k for k in en if key.fullmatch(k)}


@pytest.mark.parametrize("word", ["NotImplementedError", "TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later_in_the_code(word: str) -> None:
    assert [p for p in PYTHON if word in p.read_text("utf-8")] == []


def test_the_import_contract_holds() -> None:
    command = dict(check.CHECKS)["import contract"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
