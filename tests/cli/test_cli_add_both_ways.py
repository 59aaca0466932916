"""Every line of `add` run both ways: without reading the board, and the ordinary way. All that can be seen is equal."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cli.cli_runs import Done, at_once, here
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ideaboard import bootstrap
from ideaboard.cli import fast_add
from ideaboard.storage import open_db
from ideaboard.storage.system import System
from ideaboard.storage.upkeep import check_file

CONFIG = """
default_kind = "zine"
[stages]
order = ["idea", "outline", "lab", "making", "review", "shared"]
lab.label = "Making"
outline.label = "STRAẞE"
review.label = "Candidate"
[kinds]
zine.label = "Post"
post.label = "Candidate"
"""
"""Kinds and stages of which some are called as others' keys."""


@pytest.fixture(autouse=True)
def young_configs_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast_add, "_SETTLED", -(10**18))


ODD = ["", " ", "-", "--", "–", "\u3164", "\u200b", "a\tb", "a\n", " a", "x" * 501, "a\ud800", "e\u0301", "\u202ea"]
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=12), st.text("ab1\"\\ #,'é😀", max_size=12))
KINDS = st.sampled_from(["", " ", "post", "POST", " project ", "Paper to code", "candidate", "zine", "?", "strasse"])
STAGES = st.sampled_from(["", "idea", " Outline", "making", "lab", "straße", "shared", "candidate", "no", "\t"])
LINKS = """
https://example.org http://a.b/c-d/e.f?x=1 https://a..b https://a_b.c mailto:a@b.c https://é.org https://a.b/ ://a.b
https://a.b/2106.09685 HTTPS://a.b https://a.b//x ftp://a.b https://a.b/(x) https://a.b/?utm_source=x
"""
DUES = "2026-12-24 2026-02-29 2028-02-29 2026-13-01 2026-1-1 0000-01-01 2026-04-31 x fri 3w ２０２６-12-24 2026-12-24-1"
TAME = st.text("abcXYZ019\"\\'.:/@é日😀", min_size=1, max_size=8)
NAMED = {
    ("-k", "--kind"): (st.sampled_from(["post", "POST", "Paper to code", " project "]), KINDS),
    ("-t", "--tag"): (TAME, TEXTS),
    ("-s", "--stage"): (st.sampled_from(["idea", "Outline", " review"]), STAGES),
    ("--url",): (
        st.just("https://a.b/c"),
        st.one_of(st.sampled_from(["", *LINKS.split()]), TEXTS.map("https://a.b/".__add__)),
    ),
    ("--notes",): (TAME, st.one_of(TEXTS, st.just("x" * 5000))),
    ("--due",): (st.just("2026-12-24"), st.one_of(st.sampled_from(["", *DUES.split()]), st.dates().map(str))),
    ("--as",): (TAME, st.one_of(TEXTS, st.just("x" * 41))),
}
"""The names of each option, and its values: those that are usual, and all others."""


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """Lines with options in all forms and places, as people write them and as nobody would."""
    odd = draw(st.booleans())
    words = [[draw(TEXTS if odd else TAME)] for _ in range(draw(st.integers(0, 2)))]
    words.append([draw(st.sampled_from(["Reproduce LoRA", "x", "größer", "a (2026)", "10.1103/xyz", 'say "a\\b"']))])
    for names in draw(st.lists(st.sampled_from([*NAMED, ("-t", "--tag")]), max_size=4)):
        name, value = draw(st.sampled_from(names)), draw(NAMED[names][odd])
        words.append([f"{name}={value}"] if name.startswith("--") and draw(st.booleans()) else [name, value])
    if odd:
        words.append(draw(st.sampled_from([[], [], ["--quick"], ["--json"], ["-x"], ["--"], ["--help"], ["add"]])))
    before = draw(st.sampled_from([[], ["--as", "me"], ["--as", " x"] if odd else []]))
    return [*before, "add", *itertools.chain(*draw(st.permutations(words)))]


class TwoWays:
    """A board on which lines are run at once, and copies of it on which they are run the ordinary way, at one moment
    and with one chance.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.board, self.now, self.chance = Path(os.environ["IDEABOARD_BOARD"]), datetime.now(UTC), 0
        self.other = self.board.with_name("other.jsonl")
        here("add", "there")
        patch.setattr(System, "random", lambda _: self.chance)
        patch.setattr(fast_add, "_micros", lambda: int(self.now.timestamp()) * 10**6 + self.now.microsecond)
        patch.setattr(bootstrap, "open_service", partial(bootstrap.open_service, clock=lambda: self.now))
        patch.setattr(fast_add, "_PATIENCE", 60)

    def run(self, line: list[str]) -> Done | None:
        """Run a line both ways, and compare all that can be seen of it; returns what came of it at once."""
        self.now += timedelta(seconds=1, microseconds=137_137)
        self.chance += 10**10 + 7
        before = self.board.read_bytes()
        done = at_once(*line)
        after = self.board.read_bytes()
        if done is None:
            assert after == before
            return None
        self.other.write_bytes(before)
        assert here("--board", str(self.other), *line) == done
        assert self.other.read_bytes() == after
        return done


@pytest.mark.parametrize("config", ["", CONFIG])
def test_both_ways_write_the_same_line_and_say_the_same(config: str) -> None:
    Path(os.environ["IDEABOARD_CONFIG"]).write_text(config)
    with pytest.MonkeyPatch.context() as patch:
        two = TwoWays(patch)
        at_once_or_not: list[bool] = []

        @settings(max_examples=100)
        @given(lines())
        @example(["add", "x", "-s", "candidate"])
        @example(["add", "Why", "it works", "-k", "post", "-t", "LoRA", "--tag=lora", "-t", "a", "--notes", '"\\ é'])
        @example(["--as", "claude", "add", "x", "--url", "https://a.b/c.d", "--due", "2026-12-24", "-s", "review"])
        def compare(line: list[str]) -> None:
            at_once_or_not.append(two.run(line) is not None)

        compare()
        assert sum(at_once_or_not) > 5
        assert check_file(two.board).sound
        ids = {document.doc_id for document in open_db(two.board).table("ideas").all()}
        assert len(ids) == 1 + sum(at_once_or_not)


YEARS = "2026 (2021) 1999, [2106] '0704: 2106 v2 ICML arXiv arXiv: eprint 10. 10 doi: abs/ [math] math -"
PAPERS = "2106.09685 hep-th/9901001 10.1103/x https://doi.org/10.1103/x 2023arXiv230100001S (2106.09685) 2106. 0301001"


@given(st.lists(st.sampled_from([*YEARS.split(), *YEARS.split(), *PAPERS.split()]), min_size=1, max_size=5))
@example(["2106", "09685"])
@example(["arXiv:", "2106", "2026"])
@example(["10.", "1103", "2026"])
def test_a_year_names_no_paper(words: list[str]) -> None:
    for file in (*Path(os.environ["IDEABOARD_BOARD"]).parent.glob("*"), *Path(os.environ["IDEABOARD_CACHE"]).glob("*")):
        file.unlink()
    with pytest.MonkeyPatch.context() as patch:
        done = TwoWays(patch).run(["add", "--", "the", *words])
    assert (done is not None) == (not {*words} & {*PAPERS.split(), "09685"})


@pytest.mark.parametrize("name", ["claude", 'a "b" \\ é', "", " x", "x" * 41])
def test_a_guest_of_the_environment(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.MonkeyPatch.context() as patch:
        two = TwoWays(patch)
        patch.setenv("IDEABOARD_AS", name)
        assert (two.run(["add", "x"]) is None) == (name in (" x", "x" * 41))
        assert (b'"by":' in two.board.read_bytes()) == (name in ("claude", 'a "b" \\ é'))
        assert two.run(["add", "x", "--as", "me"]) is not None
