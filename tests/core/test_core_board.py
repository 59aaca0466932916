from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from core.core_values import NOW, WORKFLOW, a_board, an_idea, boards, ideas, later, titles
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.core import changes
from ideaboard.core.board import ARCHIVED, Board, Marks
from ideaboard.core.changes import Change, Edit, NewIdea
from ideaboard.core.clock import moment
from ideaboard.core.ideas import Archived, Idea, Share
from ideaboard.core.kinds import ARCHIVE_REASONS, CANDIDATE, Kind, Stage, Workflow
from ideaboard.errors import IdeaboardError, InvalidInput, NotFound

DAYS = ("", "2025-10-01", "2026-01-01", "2026-02-03")
COLUMNS = {CANDIDATE, *WORKFLOW.stage_keys, ARCHIVED}


def sound(board: Board) -> None:
    """Show that a board is what `Board.of` makes of its ideas, each in one column."""
    built = Board.of(board.ideas.values(), board.workflow)
    assert (board.columns, board.waiting) == (built.columns, built.waiting)
    assert board.shows_the_same(built)
    assert [board.shared_since(day) for day in DAYS] == [built.shared_since(day) for day in DAYS]
    assert set(board.columns) == COLUMNS
    shown = [idea.id for column in board.columns.values() for idea in column]
    assert sorted(shown) == sorted(board.ideas)
    assert [idea.id for idea in board] == [
        idea.id for key in (*WORKFLOW.stage_keys, CANDIDATE, ARCHIVED) for idea in board.column(key)
    ]
    assert all(id == idea.id for id, idea in board.ideas.items())
    assert len(board) == len(board.ideas)
    assert all(board.column(board.column_of(idea))[board.index_of(idea)] is idea for idea in board)
    assert board.in_order({"notthere", *board.ideas}) == [*board]


@given(boards, st.lists(ideas, max_size=30), st.data())
def test_a_changed_board_is_as_one_built_anew(board: Board, changed: list[Idea], data: st.DataObject) -> None:
    gone = data.draw(st.lists(st.sampled_from(sorted(board.ideas)), max_size=2)) if board.ideas else []
    again = [replace(idea, title="changed", stage="review") for idea in list(board.ideas.values())[:2]]
    assert all(board.shared_since(day) >= 0 for day in DAYS)  # from now on they are kept up
    result = board.with_changes([*changed, *again], [*gone, "notthere"])
    sound(result)
    expected = {id: idea for id, idea in board.ideas.items() if id not in gone}
    assert result.ideas == expected | {idea.id: idea for idea in (*changed, *again)}
    assert result.shows_the_same(board) == (result.ideas == board.ideas)


@pytest.mark.parametrize("count", [1, 300])
def test_few_and_many_changes_at_once(count: int) -> None:
    board = a_board(*(an_idea(f"k{number:07d}", rank=f"{number:03d}i") for number in range(100)))
    changed = [an_idea(f"k{number:07d}", stage="making") for number in range(1, count + 1)]
    result = board.with_changes(changed, ["k0000000"])
    sound(result)
    assert len(result) == max(99, count)
    assert "k0000000" not in result.ideas
    assert len(result.column("making")) == count


@given(boards)
def test_a_change_leaves_the_board_before_it_as_it_was(board: Board) -> None:
    before = {key: tuple(column) for key, column in board.columns.items()}
    board.with_changes([an_idea("00000000")], list(board.ideas)[:1])
    assert before == board.columns
    sound(board)


STEPS = ("add", "edit", "move", "place", "reorder", "archive", "restore", "delete", "share", "tick", "skip", "take")


def _step(board: Board, what: str, pick: Any, now: datetime, number: int) -> Change:
    """Do something at random to ideas at random."""
    some = pick(sorted(board.ideas), 3)
    stage = pick([CANDIDATE, *WORKFLOW.stage_keys, "next", "prev"], 1)[0]
    step = pick([-1, 1], 1)[0]
    if what == "add" or not some:
        stage = stage if stage not in ("next", "prev") else ""
        new = [NewIdea(title=f"new {number}", stage=stage), NewIdea(title="second", tags=("a",))]
        return changes.add(board, new, [f"n{number:07d}", f"m{number:07d}"], now)
    return {
        "edit": lambda: changes.edit(board, some, Edit(title=f"edited {number}", add_tags=("b",)), now),
        "move": lambda: changes.move(board, some, stage, now),
        "place": lambda: changes.place(board, some[0], number % 5 - 1, now),
        "reorder": lambda: changes.reorder(board, some, step, now),
        "archive": lambda: changes.archive(board, some, pick(ARCHIVE_REASONS, 1)[0], "", now),
        "restore": lambda: changes.restore(board, some, now),
        "delete": lambda: changes.delete(board, some[:1]),
        "share": lambda: changes.share(board, some[0], changes.Sharing(summary=f"s {number}"), "urn:x", now),
        "tick": lambda: changes.tick(board, some[0], "a point", now),
        "skip": lambda: changes.skip(board, some, now),
        "take": lambda: changes.candidates_to(board, some, "post", "", now),
    }[what]()


@given(boards, st.lists(st.sampled_from(STEPS), max_size=12), st.data())
def test_any_sequence_of_changes_gives_a_sound_board(board: Board, steps: list[str], data: st.DataObject) -> None:
    def pick(among: Any, most: int) -> Any:
        return data.draw(st.lists(st.sampled_from(among), min_size=1, max_size=most, unique=True)) if among else []

    now = NOW
    refusals: list[str] = []
    for number, what in enumerate(steps):
        now = later(seconds=number // 2)
        before = board
        try:
            change = _step(board, what, pick, now, number)
        except InvalidInput as error:
            refusals.append(error.message)
            continue
        board = change.board
        sound(board)
        changed = {id for id, idea in board.ideas.items() if before.ideas.get(id) != idea}
        assert changed == {idea.id for idea in change.ideas}
        assert set(before.ideas) - set(board.ideas) == set(change.removed)
        assert all(board.ideas[idea.id] == idea for idea in change.ideas)
        assert all(idea.updated == moment(now) for idea in change.ideas)
    assert all(refusal[0] in "'t" and not refusal.endswith(".") for refusal in refusals)


def test_the_order_of_the_columns() -> None:
    def at(days: float) -> str:
        return moment(later(days))

    board = a_board(
        an_idea("bbbbbbbb", rank="2"),
        an_idea("cccccccc", rank="1"),
        an_idea("dddddddd", stage="shared", share=Share(at=at(1), date="2026-11-25")),
        an_idea("ffffffff", stage="shared", share=Share(at=at(2), date="2026-11-26")),
        an_idea("gggggggg", stage=CANDIDATE, created=at(1), rank="1"),
        an_idea("hhhhhhhh", stage=CANDIDATE, created=at(2), rank="1"),
        an_idea("jjjjjjjj", archived=Archived(at=at(1), because="parked")),
        an_idea("kkkkkkkk", archived=Archived(at=at(2), because="done"), stage="shared"),
    )
    assert [[idea.id[0] for idea in board.column(key)] for key in ("idea", "shared", CANDIDATE, ARCHIVED)] == [
        ["c", "b"],
        ["f", "d"],
        ["h", "g"],
        ["k", "j"],
    ]
    assert board.column("no such column") == ()


def test_what_was_shared_since_a_day() -> None:
    """An idea that was shared long ago and written down today is not of today."""
    days = ("2026-02-01", "2026-01-05", "2025-12-30")
    shared = [
        an_idea(f"k000000{number}", stage="shared", share=Share(at=moment(NOW), date=day))
        for number, day in enumerate(days)
    ]
    board = a_board(*shared, an_idea("kother00"))
    assert [board.shared_since(day) for day in ("2025-12-01", "2026-01-01", "2026-02-01")] == [3, 2, 1]
    fewer = board.with_changes([replace(shared[0], stage="review")], [shared[2].id])
    assert [fewer.shared_since(day) for day in ("2025-12-01", "2026-01-01", "2026-02-01")] == [1, 1, 0]
    assert board.shared_since("2026-01-01") == 2


def test_equal_ranks_and_moments_have_one_order() -> None:
    same = [an_idea(id, rank="k", title="same") for id in ("dddddddd", "bbbbbbbb", "cccccccc")]
    assert a_board(*same).columns == a_board(*reversed(same)).columns


class TestFind:
    board = a_board(an_idea("bcdfghjk", title="One"), an_idea("bcdf0000", title="Two"), an_idea("zzz00000"))

    @pytest.mark.parametrize("typed", ["bcdfg", "bcdfghjk", " BCDFG ", "bcdfghj"])
    def test_a_unique_prefix_is_enough(self, typed: str) -> None:
        assert self.board.find(typed).title == "One"

    def test_several_hits_are_named(self) -> None:
        with pytest.raises(NotFound, match="'bcdf' fits 2 ideas") as caught:
            self.board.find("bcdf")
        assert "  bcdfghjk  One" in caught.value.hint
        assert "  bcdf0000  Two" in caught.value.hint

    def test_many_hits_are_counted(self) -> None:
        board = a_board(*(an_idea(f"k{number:07d}") for number in range(50)))
        with pytest.raises(NotFound, match="fits 50 ideas") as caught:
            board.find("k")
        assert caught.value.hint.endswith("and 30 more")

    @pytest.mark.parametrize("typed", ["", "  ", "q", "bcdfghjkk", "One"])
    def test_no_hit(self, typed: str) -> None:
        with pytest.raises(NotFound, match="there is no idea"):
            self.board.find(typed)

    @given(st.lists(st.text("bc0", min_size=8, max_size=8), min_size=1, unique=True))
    def test_the_prefixes_that_are_shown_are_enough_and_no_longer_than_needed(self, ids: list[str]) -> None:
        board = a_board(*map(an_idea, ids))
        lengths = board.prefix_lengths()
        assert set(lengths) == set(ids)
        for id, length in lengths.items():
            assert board.find(id[:length]).id == id
            if length > 3:
                with pytest.raises(NotFound):
                    board.find(id[: length - 1])


class TestLimits:
    def test_a_column_over_its_limit(self) -> None:
        two = [an_idea(id, stage="making") for id in ("bbbbbbbb", "cccccccc")]
        assert not a_board(*two).over_limit("making")
        assert a_board(*two, an_idea("dddddddd", stage="making")).over_limit("making")

    def test_columns_without_a_limit(self) -> None:
        many = a_board(*(an_idea(f"k{number:07d}") for number in range(50)))
        assert not many.over_limit("idea")
        assert not many.over_limit("no such stage")

    def test_what_is_archived_does_not_count(self) -> None:
        put_away = Archived(at=moment(NOW), because="parked")
        board = a_board(*(an_idea(f"k{n:07d}", stage="making", archived=put_away if n else None) for n in range(5)))
        assert not board.over_limit("making")


class TestAfterAChangeOfTheConfig:
    smaller = Workflow(
        stages=(Stage("idea", "Idea"), Stage("shared", "Shared")), kinds=(Kind("poem", "Poem", "Poems"),)
    )

    def test_an_unknown_stage_is_drawn_in_the_first_column_and_kept(self) -> None:
        board = Board.of([an_idea(stage="making", kind="post")], self.smaller)
        assert titles(board, "idea") == ["Idea bcdfghjk"]
        assert board.column_of(board.find("bcd")) == "idea"
        assert board.find("bcd").stage == "making"
        edited = changes.edit(board, ["bcdfghjk"], Edit(title="x"), NOW).board.find("bcd")
        assert (edited.stage, edited.kind) == ("making", "post")

    def test_it_can_be_moved_reordered_and_archived(self) -> None:
        board = Board.of([an_idea(stage="making"), an_idea("cccccccc", rank="zz")], self.smaller)
        assert titles(changes.reorder(board, ["bcdfghjk"], 1, NOW).board, "idea") == ["Idea cccccccc", "Idea bcdfghjk"]
        assert changes.move(board, ["bcdfghjk"], "next", NOW).ideas[0].stage == "shared"
        assert changes.move(board, ["bcdfghjk"], "idea", NOW).ideas[0].stage == "idea"
        assert changes.archive(board, ["bcdfghjk"], "parked", "", NOW).board.column("idea")

    def test_names_of_unknown_kinds_and_stages(self) -> None:
        assert self.smaller.kind_label("post") == "post"
        assert self.smaller.stage_label("making") == "making"
        assert self.smaller.stage_label(CANDIDATE) == "Candidate"
        with pytest.raises(InvalidInput, match="there is no kind 'post'") as caught:
            self.smaller.kind("post")
        assert caught.value.hint == "use one of poem"


class TestWorkflow:
    @pytest.mark.parametrize(
        ("typed", "key"), [("making", "making"), (" Making ", "making"), ("Candidate", "candidate")]
    )
    def test_stages_are_found_by_key_or_name(self, typed: str, key: str) -> None:
        assert WORKFLOW.stage(typed).key == key

    def test_a_key_goes_before_the_name_of_another(self) -> None:
        flow = Workflow(stages=(Stage("idea", "Shared"), Stage("outline", "Idea"), Stage("shared", "Outline")))
        assert [flow.stage(key).key for key in ("idea", "outline", "shared")] == ["idea", "outline", "shared"]
        kinds = Workflow(kinds=(Kind("a", "b", "As"), Kind("b", "a", "Bs")))
        assert [kinds.kind(key).key for key in ("a", "b")] == ["a", "b"]

    def test_unknown_ones_are_refused_with_the_list(self) -> None:
        with pytest.raises(InvalidInput, match="there is no stage 'x'") as caught:
            WORKFLOW.stage("x")
        assert caught.value.hint == "use one of candidate, idea, outline, making, review, shared"

    @pytest.mark.parametrize(
        ("stage", "step", "to"),
        [
            ("idea", 1, "outline"),
            ("idea", -1, "idea"),
            ("shared", 1, "shared"),
            ("shared", -1, "review"),
            (CANDIDATE, 1, "idea"),
            (CANDIDATE, -1, CANDIDATE),
            ("unknown", 1, "outline"),
        ],
    )
    def test_neighbours(self, stage: str, step: int, to: str) -> None:
        assert WORKFLOW.neighbour(stage, step) == to


def test_marks() -> None:
    marks = Marks().toggle("bcdfghjk").toggle("gone0000")
    assert marks.on(a_board(an_idea())).ids == {"bcdfghjk"}
    archived = a_board(an_idea(archived=Archived(at="x", because="parked")))
    assert marks.on(archived).ids == {"bcdfghjk"}
    assert marks.shown(archived).ids == set()
    assert marks.shown(archived, archived=True).ids == {"bcdfghjk"}
    assert not marks.toggle("bcdfghjk").toggle("gone0000")


def test_every_refusal_is_one_of_ours() -> None:
    with pytest.raises(IdeaboardError):
        changes.move(a_board(), ["bcdfghjk"], "making", NOW)
