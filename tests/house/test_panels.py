"""What rooms contribute to pages leads somewhere and is worded; a planted violation is found."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from market import rooms
from market.kernel.actors import Role
from market.routes import ROUTES
from market.web.data import data
from market.web.i18n import catalogue
from market.web.panels import (
    DESK,
    OPEN,
    MenuLine,
    below,
    desk_of,
    public_menu,
    quick_actions,
    rooms_of,
)

PAGES = {route.path for route in ROUTES if not route.writes}
NOBODYS = {Role.ANYONE, Role.TRUSTEE, Role.CLOCK}  # no person acts as one of these


def astray(hrefs: Iterable[str]) -> set[str]:
    """Addresses that no room has."""
    return set(hrefs) - PAGES


def unworded(texts: Iterable[str]) -> set[str]:
    """Texts without an English one."""
    return {text for text in texts if text and catalogue("en").gettext(text) == text}


def test_the_menu_leads_to_pages_and_is_worded() -> None:
    lines: list[MenuLine] = rooms.gathered("panels", "MENU")
    assert astray(line.href for line in lines) == set()
    assert astray(["/nowhere"]) == {"/nowhere"}
    assert unworded(text for line in lines for text in (line.label, line.text)) == set()
    assert unworded(["账簿"]) == {"账簿"}
    for under in {line.under for line in lines} - {""}:
        assert astray([under]) == set()
        assert all(line.text for line in below(under))


def test_the_public_menu_is_the_same_for_everybody_and_short() -> None:
    assert [line.href for line in public_menu()] == ["/projects", "/agencies", "/items", "/open"]
    assert {line.href for line in below(OPEN)} >= {"/oversight", "/verify", "/log/"}


@pytest.mark.parametrize("role", list(Role))
def test_every_person_has_a_desk_and_its_rooms_and_few_first_steps(role: Role) -> None:
    rooms_first = [line.href for line in rooms_of(role)]
    if role in NOBODYS:
        assert (desk_of(role), rooms_first) == ("/", [])
        return
    assert desk_of(role) == rooms_first[0] == DESK
    assert 2 <= len(rooms_first) <= 6
    assert len({line.place for line in rooms_of(role)}) == len(rooms_first)
    quick = quick_actions(role)
    assert 1 <= len(quick) <= 3
    assert astray(one.href for one in quick) == set()
    assert unworded(text for one in quick for text in (one.label, one.text)) == set()


CARD = re.compile(r"\bCard\(\s*\"([^\"]+)\"")


def without_template(code: str) -> set[str]:
    """The cards of the code that no template shows."""
    return {name for name in CARD.findall(code) if not (data("templates") / name).exists()}


def test_every_card_has_its_template() -> None:
    rooms_code = "".join(
        Path(str(one.__file__)).read_text("utf-8") for one in rooms.parts("panels")
    )
    assert len(CARD.findall(rooms_code)) >= 3
    assert without_template(rooms_code) == set()
    assert without_template('Card(\n    "nobody/card.html", None)') == {"nobody/card.html"}
