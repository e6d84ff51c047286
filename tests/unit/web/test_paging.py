"""Pages cut by value: nothing twice, nothing missing, in both directions, whatever is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.kernel.errors import MarketError
from market.web.paging import Cursor, Page, cut, read_cursor

NUMBERS = st.sets(st.integers(0, 10**9), max_size=60).map(sorted)


def page_of(rows: list[int], cursor: Cursor | None, size: int) -> Page[int]:
    if cursor is None:
        found = rows
    elif cursor.backwards:
        found = [r for r in reversed(rows) if r < cursor.number]
    else:
        found = [r for r in rows if r > cursor.number]
    return cut(found[: size + 1], cursor, lambda row: row, size)


@given(NUMBERS, st.integers(1, 9))
def test_forward_every_row_is_shown_once(rows: list[int], size: int) -> None:
    shown: list[int] = []
    cursor: Cursor | None = None
    while True:
        page = page_of(rows, cursor, size)
        shown += page.rows
        if page.next is None:
            break
        cursor = read_cursor(str(page.next))
    assert shown == rows


@given(NUMBERS, st.integers(1, 9))
def test_back_leads_to_where_one_came_from(rows: list[int], size: int) -> None:
    first = page_of(rows, None, size)
    assert first.previous is None
    if first.next:
        second = page_of(rows, first.next, size)
        assert second.previous is not None
        again = page_of(rows, second.previous, size)
        assert again.rows == first.rows
        assert again.previous is None
        assert again.next == first.next


@pytest.mark.parametrize("text", ["x", "a", "a.", ".5", "c.5", "a.\0", "b." + "9" * 300, "%", "-1"])
def test_a_cursor_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(MarketError) as refusal:
        read_cursor(text)
    assert refusal.value.key == "paging.cursor"


@pytest.mark.parametrize("value", ["x", "-5", "1e9", "9" * 19, "５", "1.5"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(MarketError):
        _ = Cursor(value).number


def test_no_cursor_is_the_first_page() -> None:
    assert read_cursor(None) is None
    assert read_cursor("") is None
