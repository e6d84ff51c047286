"""Every text of the room is worded in both languages."""

import re
from pathlib import Path

import pytest

from market.jobs import JOBS
from market.selection.machine import STATES
from market.web.i18n import LOCALES, catalogue, say
from signing.blind_audit.messages import FAULTS

ROOT = Path(__file__).parents[3]
PAGES = sorted((ROOT / "templates/oversight").glob("*.html"))
SHOWN = re.compile(r'_\("((?:[^"\\]|\\.)*)"')
WAITS = {
    *("contribution", "boxes", "accepting", "deadline", "closing", "witness", "shares"),
    *("frozen", "decided", "explanation", "explanation.mine", "verdict", "verdict.mine"),
    *("silent", "silent.mine", "publicity", "concluding", "announced", "concluded", "failed"),
}


def texts() -> set[str]:
    found = {text for page in PAGES for text in SHOWN.findall(page.read_text("utf-8"))}
    assert len(found) > 100
    return found


def keys() -> set[str]:
    found = {f"selection.wait.{one}" for one in WAITS}
    found |= {f"oversight.state.{state}" for state in STATES}
    found |= {f"oversight.job.{job.name.replace(' ', '_')}" for job in JOBS}
    found |= {f"oversight.health.{one}" for one in ("well", "quiet", "gone")}
    return found | {f"selection.audit.fault.{one}" for one in FAULTS}


def test_every_text_has_its_english() -> None:
    assert [text for text in sorted(texts()) if catalogue("en").gettext(text) == text] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_key_is_worded(locale: str) -> None:
    assert len(keys()) > 30
    assert [key for key in sorted(keys()) if say(locale, key) == key] == []
