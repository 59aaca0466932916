"""JSON that others wrote: the same limits in a file, a paste and an answer (the last in `test_crossref`)."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

import pytest
from cli.cli_runs import assert_told, here, listed
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core.foreign_json import DAMAGED, DEEPEST, TooDeep, read_json, read_json_lines

plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
values = st.recursive(
    plain | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: finite(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [finite(inner) for inner in value]
    return None if isinstance(value, float) and not isfinite(value) else value


@given(values)
def test_what_json_can_say_comes_back_and_what_it_cannot_is_null(value: Any) -> None:
    assert read_json(json.dumps(value)) == finite(value)
    assert read_json(json.dumps(value).encode("utf-16")) == finite(value)


@given(st.lists(st.dictionaries(st.text(max_size=3), values, max_size=2), min_size=1, max_size=4))
def test_objects_stand_on_lines_with_or_without_an_array_around_them(objects: list[dict[str, Any]]) -> None:
    lines = [json.dumps(one) for one in objects]
    for text in ("\n".join(lines), "[\n" + ",\n".join(lines) + "\n]\n", "[\r\n" + ",\r\n".join(lines) + ",\n]"):
        assert [one for _, one in read_json_lines(text)] == finite(objects)
    assert DAMAGED in [one for _, one in read_json_lines(f"[{lines[0]}")], "one that is cut off is not whole"
    assert [*read_json_lines("x\n\n" + lines[0])] == [(1, DAMAGED), (3, finite(objects[0]))]


def test_how_deep_how_often_and_how_exact() -> None:
    assert read_json("[" * DEEPEST + "]" * DEEPEST)
    for levels in (DEEPEST + 1, 100_000):
        for begin, end in ("[]", ('{"a":', "}")):
            with pytest.raises(TooDeep):
                read_json(begin * levels + "1" + end * levels)
    assert read_json('{"a": 1, "a": 2}') == {"a": 2}
    assert read_json("[2107.07510, 1e999, NaN, -Infinity, 7]", exact=True) == ["2107.07510", "1e999", None, None, 7]
    for text in ("", "{", "nul", "9" * 100_000, b"\xff", "[1] 2"):
        with pytest.raises(ValueError, match=r"."):
            read_json(text)


DEEP = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)


def test_a_file_and_a_paste_have_the_same_limits() -> None:
    deep = f'[{{"title": "x", "arxiv_id": "1706.03762", "more": {DEEP}}}]'.encode()
    for command in (("import", "-"), ("arxiv", "add", "-"), ("arxiv", "like", "-")):
        assert_told(here(*command, stdin=deep), 2, "nested too deeply")
    file = b'{"_default": {"1": {"title": "a", "title": "b", "n": NaN, "m": 1e999, "due": Infinity, "k": 2.5}}}'
    assert here("import", "-", stdin=file).code == 0
    (idea,) = listed().values()
    assert (idea["title"], idea["due"], idea["notes"]) == ("b", None, "k: 2.5")
