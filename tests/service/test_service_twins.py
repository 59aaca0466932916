"""One paper that two machines added is one idea after a merge: nothing is lost, and undo takes back what was done."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from service.service_boards import HandClock, a_service
from storage.board_files import lines_of, write_union

from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.ideas import Idea, Link, Paper
from ideaboard.errors import InvalidInput
from ideaboard.service import Service
from ideaboard.storage import encode_id, open_db

PAPER = Paper(arxiv_id="2106.09685", version="v1", title="LoRA: Low-Rank Adaptation", abstract="x", authors=("E. Hu",))


def on(path: Path, minutes: float = 0) -> Service:
    clock = HandClock()
    clock.now += timedelta(minutes=minutes)
    return a_service(path, clock=clock)


def add(service: Service, paper: Paper = PAPER, stage: str = "") -> str:
    (idea,) = service.arxiv.add_papers([paper], stage=stage).ideas
    return idea.id


def merged(folder: Path, *paths: Path) -> list[Path]:
    """Unite boards in every order, and with lines that come twice."""
    results = []
    for number, order in enumerate(itertools.permutations(paths)):
        result = folder / f"merged-{number}.jsonl"
        write_union(result, *(lines_of(path) for path in order))
        results.append(result)
    return results


def the_idea(path: Path) -> Idea:
    (idea,) = on(path, 100).board
    return idea


def test_the_same_paper_on_two_machines_is_one_with_all_of_both(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    first = on(one)
    id = add(first)
    first.ideas.edit([id], Edit(notes="what I think", add_tags=("lora",), add_links=(Link("https://a.example/"),)))
    first.ideas.move([id], "making")
    first.sharing.respond(id, "question", "does it scale?")
    second = on(other, 10)
    other_id = add(second, replace(PAPER, version="v2"))
    second.ideas.edit([other_id], Edit(title="LoRA for me", notes="and I", add_tags=("peft", "lora"), private=True))
    second.ideas.move([other_id], "outline")
    second.sharing.respond(other_id, "follower", "follows along")
    seen = [the_idea(path) for path in merged(tmp_path, one, other)]
    assert seen[0] == seen[1]
    idea = seen[0]
    assert (idea.id, idea.title, idea.stage, idea.private) == (id, "LoRA for me", "making", True)
    assert idea.notes == "what I think\n\nand I"
    assert set(idea.tags) == {"lora", "peft"}
    assert [link.url for link in idea.links] == ["https://a.example/"]
    assert [step.stage for step in idea.trail] == ["idea", "making", "outline"]
    assert {response.text for response in idea.responses} == {"does it scale?", "follows along"}
    assert idea.paper
    assert idea.paper.version == "v2"


def test_either_id_names_it_and_it_is_changed_and_deleted_as_one(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    id, other_id = add(on(one)), add(on(other, 10))
    path = merged(tmp_path, one, other)[0]
    service = on(path, 20)
    assert service.board.find(other_id).id == service.board.find(id).id == service.board.find(other_id[:6]).id == id
    service.ideas.edit([id], Edit(add_tags=("a", "b"), notes="n"))
    service.ideas.edit([id], Edit(remove_tags=("a",), notes=""))
    service.ideas.move([id], "making")
    service.ideas.move([id], "idea")
    assert (service.board.ideas[id].tags, service.board.ideas[id].notes) == (("b",), "")
    assert the_idea(path) == service.board.ideas[id]
    assert the_idea(path).stage == "idea"
    assert {entry.said for entry in service.history.log(other_id)} >= {f"moved '{PAPER.title}' to Making"}
    service.ideas.delete([id])
    assert len(on(path, 30).board) == 0
    service.history.undo()
    assert the_idea(path).tags == ("b",)


def test_undo_takes_back_what_one_side_did(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    id = add(on(one))
    second = on(other, 10)
    other_id = add(second)
    second.ideas.move([other_id], "making")
    path = merged(tmp_path, one, other)[0]
    service = on(path, 20)
    service.ideas.edit([id], Edit(add_tags=("both",)))
    for expected in (("making", ()), ("idea", ()), ("idea", ())):
        service.history.undo()
        idea = the_idea(path)
        assert (idea.stage, idea.tags) == expected
        assert service.board.ideas == {idea.id: idea}
    service.history.undo()
    assert len(on(path, 30).board) == 0
    for _ in range(4):
        service.history.redo()
    assert (the_idea(path).stage, the_idea(path).tags) == ("making", ("both",))


def test_the_open_board_sees_a_merge_and_an_older_copy_still_counts(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    id, stale = add(on(one)), on(other, 10)
    stale_id = add(stale)
    service = on(one, 20)
    lines = lines_of(other)
    write_union(one, lines_of(one), lines)
    service.poll()
    assert list(service.board.ideas) == [id]
    service.ideas.edit([id], Edit(add_tags=("here",)))
    stale.ideas.edit([stale_id], Edit(add_tags=("there",), notes="late"))
    write_union(one, lines_of(one), lines_of(other))
    service.poll()
    idea = service.board.ideas[id]
    assert (set(idea.tags), idea.notes) == ({"here", "there"}, "late")
    assert the_idea(one) == idea


def test_a_paper_that_was_skipped_on_one_machine_does_not_come_back(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    first = on(one)
    first.ideas.skip([add(first, stage="candidate")])
    add(on(other, 10), stage="candidate")
    for path in merged(tmp_path, one, other):
        assert the_idea(path).archived
        assert on(path, 20).arxiv.rows([PAPER])[0].on_board


def test_two_shares_are_one_with_both_links(tmp_path: Path) -> None:
    paths = [tmp_path / "one.jsonl", tmp_path / "other.jsonl"]
    for number, path in enumerate(paths):
        service = on(path, number)
        service.sharing.share(add(service), Sharing(url=f"https://example.org/{number}", summary=str(number)))
    idea = the_idea(merged(tmp_path, *paths)[0])
    assert idea.share
    assert {idea.share.url, *(link.url for link in idea.links)} == {"https://example.org/0", "https://example.org/1"}


def test_the_same_watch_is_one_and_both_remember(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    for path, seen in ((one, "a"), (other, "b")):
        on(path).watches.add("LoRA", "low rank")
        with open_db(path) as db:
            db.table("watches").update({"seen": [seen], "found": [seen]})
    with open_db(other) as db:  # as an older version may have kept it
        db.table("watches").insert({"name": "lora", "query": "low rank", "seen": ["c"]})
    for path in merged(tmp_path, one, other):
        service = on(path)
        (watch,) = service.watches.all()
        assert (set(watch.seen), set(watch.found)) == ({"a", "b", "c"}, {"a", "b"})
        service.watches.remove("lora")
        assert service.watches.all() == []


def test_the_same_response_is_one_after_a_merge(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    said = {"type": "question", "text": "does it scale?", "url": "https://example.org/1"}
    with open_db(path) as db:
        same = [{**said, "id": encode_id(number), "at": f"2026-0{number}-01T00:00:00.000Z"} for number in (1, 2)]
        same[1]["answered"] = "2026-03-01T00:00:00.000Z"
        db.table("ideas").insert({"title": "a", "responses": [*same, {"id": "x", "type": "question", "text": "other"}]})
    (idea,) = on(path).board
    assert [(response.text, bool(response.answered)) for response in idea.responses] == [
        (said["text"], True),
        ("other", False),
    ]


def test_three_of_one_paper_are_one_too(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jsonl" for number in range(3)]
    for number, path in enumerate(paths):
        service = on(path, number)
        service.ideas.edit([add(service)], Edit(add_tags=(str(number),)))
    for path in merged(tmp_path, *paths):
        assert the_idea(path).tags == ("0", "1", "2")
        service = on(path, 10)
        service.ideas.delete([the_idea(path).id])
        assert len(on(path, 20).board) == 0


def test_a_snapshot_keeps_each_by_itself(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    add(on(one))
    add(on(other, 10))
    path = merged(tmp_path, one, other)[0]
    service = on(path, 20)
    before = the_idea(path)
    service.keep_snapshot()
    assert the_idea(path) == before


STEPS: list[Callable[[Service, str], object]] = [
    lambda service, idea: service.ideas.edit([idea], Edit(add_tags=("a", "b"))),
    lambda service, idea: service.ideas.edit([idea], Edit(remove_tags=("a",))),
    lambda service, idea: service.ideas.edit([idea], Edit(notes=f"note {len(service.board.ideas[idea].notes)}")),
    lambda service, idea: service.ideas.edit([idea], Edit(title="Another title")),
    lambda service, idea: service.ideas.move([idea], "next"),
    lambda service, idea: service.ideas.archive([idea], "dropped"),
    lambda service, idea: service.ideas.restore([idea]),
    lambda service, idea: service.sharing.respond(idea, "question", "what?"),
    lambda service, _id: service.history.undo(),
]
SIDES = st.lists(st.integers(0, len(STEPS) - 1), max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(sides=st.tuples(SIDES, SIDES), after=st.lists(st.integers(0, len(STEPS) - 2), max_size=3))
def test_whatever_both_did_they_agree_and_undo_goes_all_the_way_back(
    tmp_path_factory: pytest.TempPathFactory, sides: tuple[Sequence[int], Sequence[int]], after: Sequence[int]
) -> None:
    folder = tmp_path_factory.mktemp("twins")
    paths = [folder / "one.jsonl", folder / "other.jsonl"]
    for minutes, (path, steps) in enumerate(zip(paths, sides, strict=True)):
        service = on(path, minutes)
        id = add(service)
        service.ideas.edit([id], Edit(add_tags=(f"side-{minutes}",)))
        for step in steps:
            with suppress(InvalidInput):  # an archived idea is not moved
                STEPS[step](service, id)
            if id not in service.board.ideas:
                id = add(service)
    results = merged(folder, *paths)
    ideas = [list(on(path, 100).board) for path in results]
    assert ideas[0] == ideas[1]
    assert len(ideas[0]) == 1
    before = ideas[0][0]
    path = results[0]
    shutil.copy(path, folder / "copy.jsonl")
    service = on(path, 100)
    done = 0
    for step in after:
        lines = len(lines_of(path))
        with suppress(InvalidInput):
            STEPS[step](service, before.id)
        done += len(lines_of(path)) > lines
    assert service.board.ideas == on(path, 200).board.ideas
    for _ in range(done):
        service.history.undo()
    assert list(on(path, 200).board) == [before]
    assert service.board.ideas == {before.id: before}
