"""The address of the list: read, written, read again the same; hostile values never raise."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.agencies.filters import MAX_COMPARED, Filters, Sort, must_be_known, read, read_codes
from market.agencies.states import Standing
from market.kernel.errors import MarketError
from market.web.paging import Cursor

ITEMS, REGIONS = ["eia", "surveying"], ["511702", "511703"]
STATES = st.builds(
    Filters,
    query=st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60),
    item=st.sampled_from(["", *ITEMS]),
    regions=st.lists(st.sampled_from(REGIONS), unique=True).map(tuple),
    standings=st.lists(st.sampled_from(Standing), unique=True).map(tuple),
    stars=st.sampled_from(["", "3", "4", "4.5"]),
    red=st.booleans(),
    able=st.booleans(),
    sort=st.sampled_from(Sort),
    compared=st.lists(st.from_regex(r"ag-[0-9]{4}", fullmatch=True), unique=True, max_size=4).map(
        tuple
    ),
)


def again(address: str) -> Filters:
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    return read(pairs, ITEMS, REGIONS)


@given(STATES)
def test_an_address_means_what_it_was_made_from(state: Filters) -> None:
    assert again(state.address()) == state


@given(STATES, st.integers(0, 10**15))
def test_a_page_keeps_its_filters_and_a_new_filter_begins_at_the_first(
    state: Filters, value: int
) -> None:
    on_page = again(state.address(cursor=Cursor(str(value))))
    assert on_page.cursor == Cursor(str(value))
    assert again(on_page.address(red=True)).cursor is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["q", "item", "region", "stars", "red", "able", "sort", "standing", "compare", "x"]
            ),
            st.text(max_size=80),
        )
    )
)
def test_any_values_are_read_and_the_unknown_are_named(pairs: list[tuple[str, str]]) -> None:
    found = read(pairs, ITEMS, REGIONS)
    assert found.item in {"", *ITEMS}
    assert set(found.ignored) <= {"item", "region", "stars", "red", "able", "sort", "standing"}


def test_programs_are_refused_what_pages_leave_out() -> None:
    with pytest.raises(MarketError) as refusal:
        must_be_known(read([("stars", "9"), ("region", "1")], ITEMS, REGIONS))
    assert refusal.value.key == "agencies.filter_unknown"
    assert refusal.value.facts == {"names": "region, stars"}


def test_at_most_four_are_compared_and_the_last_chosen_stay() -> None:
    state = Filters(compared=("ag-0001", "ag-0002", "ag-0003", "ag-0004"))
    assert again(state.toggled("ag-0005")).compared == ("ag-0002", "ag-0003", "ag-0004", "ag-0005")
    assert again(state.toggled("ag-0001")).compared == ("ag-0002", "ag-0003", "ag-0004")


@given(st.lists(st.text(max_size=50)))
def test_codes_are_codes(texts: list[str]) -> None:
    codes = read_codes([*texts, "ag-0001", "ag-0001"])
    assert len(codes) <= MAX_COMPARED
    assert all(c.isascii() and len(c) <= 40 for c in codes)
