from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from core.core_values import NOW, WORKFLOW, a_board, an_idea, later, titles
from hostile import HOSTILE_TITLES, UNCLEAN_TITLES

from ideaboard.core import changes
from ideaboard.core.board import ARCHIVED, Board
from ideaboard.core.changes import Change, Edit, NewIdea, Sharing
from ideaboard.core.clock import moment
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Response, Share, Step
from ideaboard.core.kinds import CANDIDATE
from ideaboard.errors import InvalidInput, NotFound

AT = moment(NOW)
B, C, D, F, G = (letter * 8 for letter in "bcdfg")


def column(*names: str, stage: str = "idea", **fields: Any) -> Board:
    """Make a board of one column; a name's first letter is its id's."""
    return a_board(
        *(
            an_idea(name[0] * 8, title=name, rank=f"{index:02d}i", stage=stage, **fields)
            for index, name in enumerate(names)
        )
    )


def only(change: Change) -> Idea:
    (idea,) = change.ideas
    return idea


def refusal(call: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        call()
    assert not caught.value.message.endswith(".")
    return caught.value


class TestAdd:
    def test_defaults(self) -> None:
        assert only(changes.add(a_board(), [NewIdea(title=" LoRA ")], [B], NOW)) == Idea(
            id=B,
            title="LoRA",
            kind="project",
            stage="idea",
            created=AT,
            updated=AT,
            rank=only(changes.add(a_board(), [NewIdea(title="x")], [B], NOW)).rank,
            trail=(Step("idea", AT),),
        )

    def test_everything(self) -> None:
        new = NewIdea(
            title="x",
            kind="Paper to code",
            stage="Making",
            tags=("#LoRA", "lora", "time series"),
            notes="a\r\nb\x07",
            url="https://x.org/?utm_source=y",
            due="2026-12-24",
        )
        idea = only(changes.add(a_board(), [new], [B], NOW))
        assert (idea.kind, idea.stage, idea.tags) == ("paper-to-code", "making", ("lora", "time-series"))
        assert (idea.notes, idea.url, idea.due) == ("a\nb", "https://x.org/", "2026-12-24")

    @pytest.mark.parametrize("title", HOSTILE_TITLES)
    def test_hostile_titles_stay_as_they_are(self, title: str) -> None:
        assert only(changes.add(a_board(), [NewIdea(title=title)], [B], NOW)).title == title

    @pytest.mark.parametrize(
        "wrong",
        [
            {"title": ""},
            {"title": "x" * 501},
            {"kind": "novel"},
            {"stage": "done"},
            {"stage": "next"},
            {"tags": ("#",)},
            {"url": "x org"},
            {"due": "24-12-2026"},
        ],
    )
    def test_one_wrong_idea_and_none_is_added(self, wrong: dict[str, Any]) -> None:
        new = [NewIdea(title="good"), NewIdea(**{"title": "bad", **wrong})]
        assert refusal(lambda: changes.add(a_board(), new, [B, C], NOW)).hint

    def test_several_come_in_order_at_the_end_even_when_the_clock_stands_still_or_goes_back(self) -> None:
        board = a_board()
        for number, when in enumerate([NOW, NOW, later(-1), later(-2), later(1)]):
            new = [NewIdea(title=f"{number}{letter}") for letter in "abc"]
            board = changes.add(board, new, [f"{number}{letter}000000" for letter in "zcb"], when).board
        assert titles(board, "idea") == [f"{number}{letter}" for number in range(5) for letter in "abc"]

    def test_mixed_stages_keep_their_order(self) -> None:
        new = [NewIdea(title=str(n), stage=("idea", "making")[n % 2]) for n in range(6)]
        board = changes.add(a_board(), new, [f"{n}0000000" for n in range(6)], NOW).board
        assert (titles(board, "idea"), titles(board, "making")) == (["0", "2", "4"], ["1", "3", "5"])

    def test_one_that_is_shared_already_has_a_date(self) -> None:
        new = [NewIdea(title="a"), NewIdea(title="b", stage="shared")]
        first, second = changes.add(a_board(), new, [B, C], NOW, uids=["urn:uuid:1"]).ideas
        assert first.share is None
        assert second.share == Share(at=AT, date="2026-11-24", uid="urn:uuid:1")


class TestEdit:
    idea = an_idea(
        B, tags=("lora", "Foo", ""), links=(Link("https://a.org"), Link("https://b.org", "b")), url="https://x.org"
    )
    board = a_board(idea, an_idea(C))

    @pytest.mark.parametrize(
        ("edit", "fields"),
        [
            (Edit(title="New\n title"), {"title": "New  title"}),
            (Edit(kind="summary"), {"kind": "summary"}),
            (Edit(notes="a\r\nb"), {"notes": "a\nb"}),
            (Edit(url=""), {"url": None}),
            (Edit(url="https://y.org/a b"), {"url": "https://y.org/a%20b"}),
            (Edit(due="2027-01-01"), {"due": "2027-01-01"}),
            (Edit(draft="posts/x.md"), {"draft": "posts/x.md"}),
            (Edit(private=True), {"private": True}),
            (Edit(tags=("#A", "b c", "a")), {"tags": ("a", "b-c")}),
            (Edit(tags=()), {"tags": ()}),
            (Edit(add_tags=("Bayes", "lora")), {"tags": ("lora", "Foo", "", "bayes")}),
            (Edit(remove_tags=("#LORA",)), {"tags": ("Foo", "")}),
            (Edit(remove_tags=("Foo",)), {"tags": ("lora", "")}),
            (Edit(add_tags=("x",), remove_tags=("x", "lora")), {"tags": ("Foo", "")}),
            (
                Edit(add_links=(Link("https://a.org", " A "),)),
                {"links": (Link("https://b.org", "b"), Link("https://a.org", "A"))},
            ),
            (Edit(remove_links=("https://a.org",)), {"links": (Link("https://b.org", "b"),)}),
        ],
    )
    def test_fields(self, edit: Edit, fields: dict[str, Any]) -> None:
        now = later(1)
        expected = replace(self.idea, **fields, updated=moment(now))
        assert only(changes.edit(self.board, [B], edit, now)) == expected

    @pytest.mark.parametrize(
        "edit",
        [
            Edit(),
            Edit(title="Idea " + B),
            Edit(kind="project"),
            Edit(add_tags=("lora",)),
            Edit(remove_tags=("no",)),
            Edit(due=""),
        ],
    )
    def test_what_is_so_already_changes_nothing(self, edit: Edit) -> None:
        change = changes.edit(self.board, [B], edit, later(1))
        assert not change
        assert change.board is self.board

    def test_a_strange_tag_from_a_file_does_not_stand_in_the_way(self) -> None:
        assert only(changes.edit(self.board, [B], Edit(title="x"), NOW)).tags == ("lora", "Foo", "")

    @pytest.mark.parametrize(
        "edit",
        [
            Edit(title=" "),
            Edit(kind="x"),
            Edit(url="x"),
            Edit(due="x"),
            Edit(add_tags=("",)),
            Edit(add_links=(Link("x"),)),
        ],
    )
    def test_wrong_values(self, edit: Edit) -> None:
        assert refusal(lambda: changes.edit(self.board, [B, C], edit, NOW)).hint

    def test_only_those_that_differ_are_touched(self) -> None:
        change = changes.edit(self.board, [B, C, B], Edit(add_tags=("lora",)), NOW)
        assert [idea.id for idea in change.ideas] == [C]

    @pytest.mark.parametrize(("unclean", "clean"), UNCLEAN_TITLES.items())
    def test_titles_are_cleaned(self, unclean: str, clean: str) -> None:
        assert only(changes.edit(self.board, [B], Edit(title=unclean), NOW)).title == clean

    def test_a_vanished_idea_is_named(self) -> None:
        with pytest.raises(NotFound, match="idea zzzzzzzz is gone"):
            changes.edit(self.board, [B, "zzzzzzzz"], Edit(title="x"), NOW)


class TestTick:
    def test_ticking_turns(self) -> None:
        ticked = changes.tick(a_board(an_idea(B)), B, "a point", NOW)
        assert only(ticked).ticks == ("a point",)
        assert only(changes.tick(ticked.board, B, "a point", NOW)).ticks == ()

    @pytest.mark.parametrize("done", [True, False])
    def test_saying_what_is_wanted_never_turns(self, done: bool) -> None:
        board = a_board(an_idea(B, ticks=("a", "b") if not done else ("b",)))
        change = changes.tick(board, B, "a", NOW, done=done)
        assert ("a" in only(change).ticks) is done
        assert not changes.tick(change.board, B, "a", NOW, done=done)


class TestMove:
    def test_to_a_stage(self) -> None:
        board = a_board(an_idea(B), an_idea(C, stage="making"))
        now = later(1)
        change = changes.move(board, [C, B], "Making", now)
        assert [idea.id for idea in change.ideas] == [B]
        assert only(change).trail == (Step("idea", AT), Step("making", moment(now)))
        assert titles(change.board, "making") == [f"Idea {C}", f"Idea {B}"]

    def test_in_the_order_given_even_when_the_clock_stands_still_or_goes_back(self) -> None:
        board = changes.move(column("b", "c", "d", "f"), [D, B, C], "outline", NOW).board
        board = changes.move(board, [F], "outline", later(-5)).board
        assert titles(board, "outline") == ["d", "b", "c", "f"]

    @pytest.mark.parametrize(
        ("stage", "to", "then"),
        [("idea", "next", "outline"), ("making", "prev", "outline"), (CANDIDATE, "next", "idea")],
    )
    def test_next_and_previous(self, stage: str, to: str, then: str) -> None:
        assert only(changes.move(a_board(an_idea(B, stage=stage)), [B], to, NOW)).stage == then

    @pytest.mark.parametrize(
        ("stage", "to"), [("shared", "next"), ("idea", "prev"), (CANDIDATE, "prev"), ("review", "review")]
    )
    def test_at_the_ends_nothing_happens(self, stage: str, to: str) -> None:
        assert not changes.move(a_board(an_idea(B, stage=stage)), [B], to, NOW)

    def test_each_goes_one_on_from_where_it_is(self) -> None:
        board = a_board(an_idea(B), an_idea(C, stage="making"), an_idea(D, stage="shared"))
        moved = changes.move(board, [B, C, D], "next", NOW).ideas
        assert [idea.stage for idea in moved] == ["outline", "review"]

    def test_to_shared_and_back_and_to_shared_again(self) -> None:
        first = changes.move(a_board(an_idea(B, stage="review")), [B], "shared", NOW, uids=["urn:1"])
        assert only(first).share == Share(at=AT, date="2026-11-24", uid="urn:1")
        back = changes.move(first.board, [B], "prev", later(1))
        again = changes.move(back.board, [B], "next", later(2), uids=["urn:2"])
        assert only(again).share == only(first).share
        assert [step.stage for step in only(again).trail] == ["review", "shared", "review", "shared"]

    def test_unknown_stage(self) -> None:
        assert "shared" in refusal(lambda: changes.move(column("b"), [B], "published", NOW)).hint

    def test_archived(self) -> None:
        board = a_board(an_idea(B, archived=Archived(at=AT, because="parked")))
        assert "ideaboard restore" in refusal(lambda: changes.move(board, [B], "making", NOW)).hint

    def test_all_or_none(self) -> None:
        with pytest.raises(NotFound):
            changes.move(column("b"), [B, "gone0000"], "making", NOW)


class TestPlace:
    @pytest.mark.parametrize(
        ("name", "index", "order"),
        [
            ("b", 0, "bcdf"),
            ("b", 1, "cbdf"),
            ("b", 3, "cdfb"),
            ("b", 99, "cdfb"),
            ("f", 0, "fbcd"),
            ("f", -5, "fbcd"),
            ("c", 2, "bdcf"),
            ("d", 1, "bdcf"),
        ],
    )
    def test_positions(self, name: str, index: int, order: str) -> None:
        change = changes.place(column("b", "c", "d", "f"), name * 8, index, NOW)
        assert "".join(titles(change.board, "idea")) == order
        assert len(change.ideas) == (order != "bcdf")

    def test_equal_ranks_are_told_apart(self) -> None:
        same = a_board(*(an_idea(letter * 8, title=letter, rank="k", created=AT) for letter in "bcdf"))
        change = changes.place(same, D, 1, NOW)
        assert titles(change.board, "idea") == ["b", "d", "c", "f"]
        assert len({idea.rank for idea in change.board.ideas.values()}) == 4

    def test_without_any_rank(self) -> None:
        board = a_board(*(an_idea(letter * 8, title=letter, rank="", created=AT) for letter in "bcd"))
        assert titles(changes.place(board, D, 0, NOW).board, "idea") == ["d", "b", "c"]

    def test_at_the_end_leaves_room_for_what_is_added_after(self) -> None:
        board = changes.place(column("b", "c"), B, 1, NOW).board
        assert titles(changes.add(board, [NewIdea(title="new")], ["n0000000"], NOW).board, "idea") == ["c", "b", "new"]

    @pytest.mark.parametrize(
        "fields", [{"stage": "shared"}, {"stage": CANDIDATE}, {"archived": Archived(at=AT, because="done")}]
    )
    def test_columns_in_order_of_time(self, fields: dict[str, Any]) -> None:
        assert "order of time" in refusal(lambda: changes.place(a_board(an_idea(B, **fields)), B, 0, NOW)).message

    def test_a_hundred_thousand_times_between_the_same_two_would_still_go(self) -> None:
        board = column("b", "c", "d")
        for number in range(300):
            board = changes.place(board, (B, C)[number % 2], 1, NOW).board
            assert titles(board, "idea")[1] == "bc"[number % 2]


class TestReorder:
    @pytest.mark.parametrize(
        ("names", "step", "order"),
        [
            ("c", -1, "cbdfg"),
            ("c", 1, "bdcfg"),
            ("b", -1, "bcdfg"),
            ("g", 1, "bcdfg"),
            ("cd", -1, "cdbfg"),
            ("dc", -1, "cdbfg"),
            ("cd", 1, "bfcdg"),
            ("bc", -1, "bcdfg"),
            ("bd", -1, "bdcfg"),
            ("fg", 1, "bcdfg"),
            ("cg", 1, "bdcfg"),
            ("bcdfg", 1, "bcdfg"),
            ("bdg", -1, "bdcgf"),
        ],
    )
    def test_blocks_stay_blocks_and_edges_hold(self, names: str, step: int, order: str) -> None:
        change = changes.reorder(column(*"bcdfg"), [name * 8 for name in names], step, NOW)
        assert "".join(titles(change.board, "idea")) == order
        assert bool(change) == (order != "bcdfg")

    def test_in_several_columns_at_once(self) -> None:
        board = column(*"bcd").with_changes([an_idea(n * 8, title=n, stage="making", rank=n) for n in "fgh"])
        change = changes.reorder(board, [D, "g" * 8], -1, NOW)
        assert (titles(change.board, "idea"), titles(change.board, "making")) == (["b", "d", "c"], ["g", "f", "h"])

    def test_ties_are_told_apart_and_all_that_changed_is_told(self) -> None:
        same = a_board(*(an_idea(letter * 8, title=letter, rank="k", created=AT) for letter in "bcdf"))
        change = changes.reorder(same, [D, F], -1, NOW)
        assert {idea.id for idea in change.ideas} == {i for i in same.ideas if same.ideas[i] != change.board.ideas[i]}

    def test_up_and_down_again_is_where_it_was(self) -> None:
        board = column(*"bcdfg")
        there = changes.reorder(board, [D, "d" * 8], 1, NOW).board
        assert titles(changes.reorder(there, [D, "d" * 8], -1, NOW).board, "idea") == titles(board, "idea")


class TestArchive:
    def test_there_and_back(self) -> None:
        board = column("b", "c", stage="making")
        put_away = changes.archive(board, [B], "parked", " not\nnow ", later(1))
        assert only(put_away).archived == Archived(at=moment(later(1)), because="parked", note="not now")
        assert only(put_away).stage == "making"
        assert titles(put_away.board, ARCHIVED) == ["b"]
        back = changes.restore(put_away.board, [B], later(2))
        assert titles(back.board, "making") == ["b", "c"]
        assert only(back) == replace(board.find(B), updated=moment(later(2)))

    def test_a_reason_that_does_not_exist(self) -> None:
        assert "parked, dropped" in refusal(lambda: changes.archive(column("b"), [B], "bored", "", NOW)).hint

    def test_again_for_the_same_reason_changes_nothing(self) -> None:
        board = changes.archive(column("b"), [B], "done", "", NOW).board
        assert not changes.archive(board, [B], "done", "", later(1))
        assert only(changes.archive(board, [B], "dropped", "", later(1))).archived == Archived(
            at=moment(later(1)), because="dropped"
        )

    def test_restoring_what_is_on_the_board_changes_nothing(self) -> None:
        assert not changes.restore(column("b"), [B], NOW)

    def test_delete(self) -> None:
        change = changes.delete(column("b", "c"), [B, B])
        assert change.removed == (B,)
        assert titles(change.board, "idea") == ["c"]
        with pytest.raises(NotFound):
            changes.delete(change.board, [B])


class TestShare:
    board = a_board(an_idea(B, stage="review"))

    def test_a_share(self) -> None:
        said = Sharing(url="https://x.org/a b", summary="one\nline", result="v1", channels=("x", "x", " ", "plain"))
        idea = only(changes.share(self.board, B, said, "urn:1", NOW))
        assert idea.stage == "shared"
        assert idea.share == Share(
            at=AT,
            date="2026-11-24",
            url="https://x.org/a%20b",
            summary="one line",
            result="v1",
            channels=("x", "plain"),
            uid="urn:1",
        )

    def test_a_correction_keeps_what_is_not_said_again(self) -> None:
        first = changes.share(self.board, B, Sharing(url="https://x.org", summary="a", channels=("x",)), "urn:1", NOW)
        said = only(changes.share(first.board, B, Sharing(summary="b", channels=("y",)), "urn:2", later(3))).share
        assert said == replace(only(first).share, summary="b", channels=("x", "y"))  # type: ignore[type-var]  # it has one

    def test_said_again_the_same_changes_nothing(self) -> None:
        first = changes.share(self.board, B, Sharing(summary="a"), "urn:1", NOW)
        assert not changes.share(first.board, B, Sharing(summary="a", on="2026-11-24"), "urn:2", later(3))

    def test_another_day(self) -> None:
        said = only(changes.share(self.board, B, Sharing(on="2026-02-03"), "urn:1", NOW)).share
        assert said
        assert said.date == "2026-02-03"
        assert said.at.startswith("2026-02-03T")

    def test_a_future_day_is_refused_and_nothing_moves(self) -> None:
        refused = refusal(lambda: changes.share(self.board, B, Sharing(on="2026-11-25"), "urn:1", NOW))
        assert "future" in refused.message
        assert self.board.find(B).stage == "review"

    @pytest.mark.parametrize("said", [Sharing(url="x org"), Sharing(on="today")])
    def test_wrong_values(self, said: Sharing) -> None:
        assert refusal(lambda: changes.share(self.board, B, said, "urn:1", NOW)).hint

    def test_a_link_can_be_taken_away(self) -> None:
        first = changes.share(self.board, B, Sharing(url="https://x.org"), "urn:1", NOW)
        said = only(changes.share(first.board, B, Sharing(url=""), "urn:1", NOW)).share
        assert said
        assert said.url is None

    def test_withdrawn_and_back(self) -> None:
        first = changes.share(self.board, B, Sharing(withdrawn=True), "urn:1", NOW)
        second = changes.share(first.board, B, Sharing(withdrawn=False), "urn:1", NOW)
        assert [only(change).share.withdrawn for change in (first, second)] == [True, False]  # type: ignore[union-attr]  # both have one

    def test_archived_before_it_was_shared(self) -> None:
        board = changes.archive(self.board, [B], "parked", "", NOW).board
        assert "archived" in refusal(lambda: changes.share(board, B, Sharing(summary="x"), "urn:1", NOW)).message


def question(id: str = "q0000000", **fields: Any) -> Response:
    return Response(**{"id": id, "type": "question", "text": "Why rank 8?", "at": AT, **fields})


class TestResponses:
    board = changes.respond(a_board(an_idea(B), an_idea(C)), B, question(), NOW).board

    def test_a_response_is_cleaned(self) -> None:
        change = changes.respond(self.board, B, question("r", text=" a\nb ", url="https://x.org/ y"), NOW)
        assert only(change).responses[1] == question("r", text="a b", url="https://x.org/%20y")
        assert [one.id for one in only(change).waiting] == ["q0000000", "r"]

    @pytest.mark.parametrize("wrong", [{"type": "praise"}, {"text": " \n"}, {"url": "x org"}])
    def test_what_is_refused(self, wrong: dict[str, Any]) -> None:
        assert refusal(lambda: changes.respond(self.board, B, question(**wrong), NOW)).hint

    def test_followers_do_not_wait(self) -> None:
        assert not only(changes.respond(self.board, C, question(type="follower"), NOW)).waiting

    def test_answering_turns(self) -> None:
        answered = changes.answer(self.board, "q0", later(1))
        assert only(answered).responses[0].answered == moment(later(1))
        assert only(changes.answer(answered.board, "q0", later(2))).responses[0].answered is None

    @pytest.mark.parametrize("answered", [True, False])
    def test_saying_what_is_wanted_never_turns(self, answered: bool) -> None:
        board = self.board if answered else changes.answer(self.board, "q0", NOW).board
        change = changes.answer(board, "q0", NOW, answered=answered)
        assert bool(only(change).responses[0].answered) is answered
        assert not changes.answer(change.board, "q0", later(1), answered=answered)

    def test_a_reply_is_kept_corrected_and_goes_when_it_waits_again(self) -> None:
        answered = changes.answer(self.board, "q0", later(1), reply=" From 3.2\non ")
        assert only(answered).responses[0].reply == "From 3.2 on"
        corrected = changes.answer(answered.board, "q0", later(2), reply="From 3.3 on")
        assert only(corrected).responses[0].reply == "From 3.3 on"
        assert only(corrected).responses[0].answered == moment(later(1))
        assert not changes.answer(corrected.board, "q0", later(3), reply="From 3.3 on")
        again = only(changes.answer(corrected.board, "q0", later(3))).responses[0]
        assert (again.answered, again.reply, again.waits) == (None, "", True)

    def test_a_response_is_corrected(self) -> None:
        edited = changes.edit_response(self.board, "q0", "opportunity", "  A talk? ", "https://example.org/a b", NOW)
        one = only(edited).responses[0]
        assert (one.type, one.text, one.url) == ("opportunity", "A talk?", "https://example.org/a%20b")
        assert not changes.edit_response(edited.board, "q0", one.type, one.text, one.url or "", NOW)
        for type, text, url in (("praise", "x", ""), ("question", " ", ""), ("question", "x", "javascript:1")):
            with pytest.raises(InvalidInput):
                changes.edit_response(self.board, "q0", type, text, url, NOW)

    def test_a_response_becomes_an_idea_that_remembers(self) -> None:
        idea = only(changes.idea_from_response(self.board, "q0", NewIdea(title="", kind="post"), D, NOW))
        assert (idea.title, idea.kind, idea.origin) == ("Why rank 8?", "post", Origin(B, "q0000000"))

    def test_a_long_response_is_cut_in_the_title_and_whole_in_the_notes(self) -> None:
        text = "word " * 200
        board = changes.respond(self.board, C, question("long0000", text=text), NOW).board
        idea = only(changes.idea_from_response(board, "long", NewIdea(title="", notes="mine"), D, NOW))
        assert len(idea.title) <= 500
        assert idea.title.endswith("word…")
        assert idea.notes == f"{text.strip()}\n\nmine"

    def test_prefixes(self) -> None:
        board = changes.respond(self.board, C, question("q1"), NOW).board
        assert changes.find_response(board, " Q1 ")[0].id == C
        with pytest.raises(NotFound, match="fits 2 responses") as caught:
            changes.find_response(board, "q")
        assert "q0000000  Why rank 8?" in caught.value.hint
        for none in ("", "z"):
            with pytest.raises(NotFound, match="there is no response"):
                changes.find_response(board, none)


class TestCandidates:
    board = column("b", "c", stage=CANDIDATE)

    def test_taking(self) -> None:
        change = changes.candidates_to(self.board, [C], "summary", "", NOW)
        assert titles(change.board, "idea") == ["c"]
        change = changes.candidates_to(self.board, [C, B], "summary", "outline", NOW)
        assert titles(change.board, "outline") == ["c", "b"]
        assert {idea.kind for idea in change.ideas} == {"summary"}
        assert all(change.board.ideas[idea.id] == idea for idea in change.ideas)

    def test_skipping(self) -> None:
        change = changes.skip(self.board, [B], NOW)
        assert only(change).archived == Archived(at=AT, because="skipped")
        assert titles(change.board, CANDIDATE) == ["c"]

    @pytest.mark.parametrize(
        "do",
        [
            lambda board: changes.skip(board, [B], NOW),
            lambda board: changes.candidates_to(board, [B], "post", "", NOW),
        ],
    )
    def test_what_is_on_the_board_is_no_candidate(self, do: Any) -> None:
        refused = refusal(lambda: do(column("b", stage="making")))
        assert refused.message == "'b' is on the board already"


def test_putting_whole_ideas() -> None:
    board = column("b", "c")
    same, other = board.find(B), replace(board.find(C), title="other", stage="making")
    change = changes.put(board, [same, other])
    assert change.ideas == (other,)
    assert titles(change.board, "making") == ["other"]
    assert WORKFLOW.first == "idea"
