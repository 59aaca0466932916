"""Changes of persistent containers give what they give of a dict and a tuple, and leave the old ones as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core import persistent
from ideaboard.core.persistent import ChunkedRow, LayeredMap

keys = st.integers(0, 12)
map_steps = st.lists(st.tuples(st.dictionaries(keys, st.text(max_size=2), max_size=4), st.lists(keys, max_size=3)))


def same(layered: LayeredMap[int, str], plain: dict[int, str]) -> None:
    """Show that a map cannot be told from a dict."""
    assert layered == plain
    assert layered == LayeredMap(dict(plain))
    assert (len(layered), set(layered), sorted(layered.values())) == (len(plain), set(plain), sorted(plain.values()))
    assert dict(layered.items()) == plain
    assert layered.keys() == plain.keys()
    assert [layered.get(key, "none") for key in range(13)] == [plain.get(key, "none") for key in range(13)]
    assert [key in layered for key in range(13)] == [key in plain for key in range(13)]


@given(st.dictionaries(keys, st.text(max_size=2)), map_steps)
def test_a_layered_map_is_as_a_dict_after_any_changes(
    start: dict[int, str], steps: list[tuple[dict[int, str], list[int]]]
) -> None:
    layered, plain = LayeredMap(dict(start)), dict(start)
    made = [(layered, dict(plain))]
    for put, gone in steps:
        layered = layered.with_changes(put, gone)
        plain = {**{key: value for key, value in plain.items() if key not in gone}, **put}
        made.append((layered, dict(plain)))
    for old, was in made:
        same(old, was)
        differ = {key for key in was | plain if was.get(key) != plain.get(key)}
        assert (old == layered) == (not differ)
        assert set(old.differing(layered)) >= differ
        # What was put again as the same object is no difference; texts of a run may be equal and two.
        assert {key for key in old.differing(layered) if was.get(key) is plain.get(key)} == set()
    with pytest.raises(KeyError):
        layered[99]


@given(st.lists(st.integers(0, 9), max_size=20), st.lists(st.tuples(st.integers(0, 30), st.integers(-9, 9))))
def test_a_chunked_row_is_as_a_tuple_after_any_changes(start: list[int], steps: list[tuple[int, int]]) -> None:
    row, plain = ChunkedRow(start), tuple(start)
    made = [(row, plain)]
    for place, item in steps:
        if item < 0 and plain:
            place %= len(plain)
            row, plain = row.spliced(place, 1), plain[:place] + plain[place + 1 :]
        else:
            place %= len(plain) + 1
            row, plain = row.spliced(place, 0, item), (*plain[:place], item, *plain[place:])
        made.append((row, plain))
    for old, was in made:
        assert (tuple(old), tuple(reversed(old)), len(old)) == (was, was[::-1], len(was))
        assert repr(old) == repr(was)
        assert old == ChunkedRow(was)
        assert old == was
        assert (old == row) == (was == plain)
        assert [old[place] for place in range(-len(was), len(was))] == [*was, *was]
        for place in (len(was), -len(was) - 1):
            with pytest.raises(IndexError):
                old[place]


@given(st.lists(st.integers(0, 9), max_size=20), st.tuples(*[st.none() | st.integers(-25, 25)] * 2), st.data())
def test_a_slice_of_a_chunked_row(items: list[int], ends: tuple[int | None, int | None], data: st.DataObject) -> None:
    step = data.draw(st.sampled_from([None, 1, 2, -1]))
    assert ChunkedRow(items)[slice(*ends, step)] == tuple(items)[slice(*ends, step)]


@given(st.lists(st.integers(0, 30), max_size=20, unique=True), st.integers(-1, 31))
def test_the_place_of_a_key_in_order(items: list[int], key: int) -> None:
    row = ChunkedRow(sorted(items))
    place = row.place_of(-key, lambda item: -item) if not items else row.place_of(key, lambda item: item)
    assert place == sum(item < key for item in items)


def test_what_a_change_copies_stays_small() -> None:
    row = ChunkedRow(range(300))
    chunks = {id(chunk) for chunk in row._chunks}
    assert sum(id(chunk) not in chunks for chunk in row.spliced(150, 0, 0)._chunks) == 1
    layered = LayeredMap(dict.fromkeys(range(300), "a"))
    assert layered.with_changes({1: "b"}, [2]).base is layered.base
    for number in range(100):
        row = row.spliced(150, 0, number)
        layered = layered.with_changes({number: "c"})
        assert max(map(len, row._chunks)) < 2 * persistent.CHUNK
        assert len(layered.layer) < 10
