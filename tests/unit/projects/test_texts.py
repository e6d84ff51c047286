"""Every key that this room can ask for is worded."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

from market.projects.rules.draft import Tie
from market.projects.rules.steps import STEPS
from market.projects.states import Funding, Pool, Stage, State, Way


def _words() -> set[str]:
    with Path("market/locale/zh_CN/LC_MESSAGES/projects.po").open(encoding="utf-8") as file:
        return {str(m.id) for m in read_po(file) if m.id and m.string}


def test_every_key_that_code_and_pages_can_ask_for_is_there() -> None:
    keys = {step.key for step in STEPS}
    for prefix, values in {
        "way": Way,
        "pool": Pool,
        "funding": Funding,
        "tie": Tie,
        "state": State,
        "stage": Stage,
    }.items():
        keys |= {f"project.{prefix}.{v}" for v in values}
        if prefix in {"way", "pool", "funding"}:
            keys |= {f"project.{prefix}.{v}.hint" for v in values}
    for path in Path("market/projects").rglob("*.py"):
        keys |= set(re.findall(r'"(project\.[a-z_.]+[a-z])"', path.read_text("utf-8")))
    assert sorted(keys - _words()) == []
