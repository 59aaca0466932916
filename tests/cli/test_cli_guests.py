"""Guests: what agents and scripts do bears their name, is marked until it was looked at, and is taken back as one."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from cli.cli_runs import add, assert_told, here, listed, shown
from terminal import Terminal

from ideaboard.bootstrap import open_service

BOT = ("--as", "bot")


def look_at(*ids: str) -> None:
    """Do what the board does when the person opens the detail of ideas."""
    service = open_service()
    for id in (*ids, ""):
        service.reads(id)
    service.close()


def test_the_log_names_who_did_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = add("mine")
    theirs = here(*BOT, "add", "theirs").id
    monkeypatch.setenv("IDEABOARD_AS", "cron job")
    here("move", mine, "making")
    monkeypatch.delenv("IDEABOARD_AS")
    log = here("log", "--json").json
    assert [(one["by"], one["said"]) for one in log] == [
        ("cron job", "moved 'mine' to Making"),
        ("bot", "added 'theirs'"),
        ("", "added 'mine'"),
    ]
    assert [one["said"] for one in here("log", "--by", "bot", "--json").json] == ["added 'theirs'"]
    assert "added 'theirs'  bot" in here("log").out
    assert set(listed("is:guest")) == {mine, theirs}
    assert (shown(theirs)["guest"], shown(mine)["guest"]) == ("bot", "cron job")


@pytest.mark.parametrize("name", ["", "a" * 41, "a\nb", " a", "\x1b[1m", "a\u202eb"])
def test_a_name_is_a_short_line(name: str) -> None:
    done = here("--as", name, "add", "x")
    if name:
        assert_told(done, 2, "--as")
        assert listed() == {}
    else:
        assert done.code == 0, "an empty one is none"


def test_the_name_may_stand_anywhere_and_wins_over_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEABOARD_AS", "cron")
    id = here("add", "x", "--as", "bot").id
    assert shown(id)["guest"] == "bot"


def test_all_that_a_guest_did_is_taken_back_as_one_step() -> None:
    mine, other = add("mine", "-t", "a"), add("other")
    before = {id: shown(id) for id in (mine, other)}
    for title in ("one", "two"):
        here(*BOT, "add", title)
    here(*BOT, "edit", mine, "--title", "renamed", "--tag", "b")
    here(*BOT, "delete", other, "-y")
    here(*BOT, "arxiv", "watch", "add", "w", "lora")
    here("--as", "else", "add", "of another")
    here("edit", mine, "--notes", "the person's")
    done = here("undo", "--by", "bot", "--json").json
    assert done["said"] == "took back 5 changes of 'bot'"
    now = listed()
    assert {idea["title"] for idea in now.values()} == {"mine", "other", "of another"}
    assert now[mine]["tags"] == ["a"]
    assert now[mine]["notes"] == "the person's"
    assert now[mine]["guest"] == ""
    assert now[other]["created"] == before[other]["created"]
    assert here("arxiv", "watch", "list", "--json").json == []
    assert_told(here("undo", "--by", "bot"), 2, "nothing of 'bot'")
    assert here("check").code == 0
    log = here("log", "--json").json
    assert {one["by"] for one in log if one["undone"]} == {"bot"}
    assert sum(one["undone"] for one in log) == 5
    assert log[0]["said"] == "took back what 'bot' did to 4 ideas"
    told = here("log", "-n", "1").out
    assert "one → –" in told
    assert "kind" not in told
    assert "guest" not in here("log").out, "the name stands behind each line"
    here("undo")
    assert {idea["title"] for idea in listed().values()} == {"one", "two", "renamed", "of another"}
    assert not [one for one in here("log", "--json").json if one["by"] and one["undone"]]
    here("redo")
    assert {idea["title"] for idea in listed().values()} == {"mine", "other", "of another"}


def test_nothing_is_taken_back_when_a_person_changed_the_same_since() -> None:
    mine = add("mine")
    new = here(*BOT, "add", "new").id
    here(*BOT, "edit", mine, "--title", "theirs")
    here("edit", mine, "--title", "mine again")
    lines = os.stat(os.environ["IDEABOARD_BOARD"]).st_size  # noqa: PTH116  # its size is enough
    assert_told(here("undo", "--by", "bot"), 6, "'title'", mine, "opened on the board")
    assert os.stat(os.environ["IDEABOARD_BOARD"]).st_size == lines  # noqa: PTH116  # as above
    assert set(listed()) == {mine, new}


def test_what_was_looked_at_is_the_persons_to_keep() -> None:
    seen, unseen = (here(*BOT, "add", title).id for title in ("seen", "unseen"))
    look_at(seen)
    assert set(listed("is:guest")) == {unseen}
    assert here("undo", "--by", "bot", "--json").json["said"] == "took back 1 change of 'bot'"
    assert set(listed()) == {seen}
    here(*BOT, "edit", seen, "--title", "again")
    assert shown(seen)["guest"] == "bot", "what comes after the look is new"
    here("undo", "--by", "bot")
    assert shown(seen)["title"] == "seen"


def test_of_one_action_on_several_ideas_those_that_were_looked_at_stay() -> None:
    for title in ("kept", "first", "second"):
        add(title)
    here(*BOT, "add", "-", stdin=b"good\nbad\nworse")
    here(*BOT, "move", *listed(), "making")
    good, kept = (next(id for id, idea in listed().items() if idea["title"] == title) for title in ("good", "kept"))
    look_at(good, kept)
    done = here("undo", "--by", "bot", "--json").json
    assert done["said"] == "took back 2 changes of 'bot'"
    stages = {idea["title"]: idea["stage"] for idea in listed().values()}
    assert stages == {"kept": "making", "first": "idea", "second": "idea", "good": "making"}
    assert listed("is:guest") == {}
    assert_told(here("undo", "--by", "bot"), 2, "nothing of 'bot'")
    here("undo")
    assert {idea["title"] for idea in listed("is:guest").values()} == {"bad", "worse", "first", "second"}
    look_at(next(id for id, idea in listed().items() if idea["title"] == "bad"))
    here("undo", "--by", "bot")
    assert {idea["title"] for idea in listed().values()} == {"kept", "first", "second", "good", "bad"}


def test_a_person_looks_at_what_a_guest_did_on_the_command_line() -> None:
    seen, unseen = (here(*BOT, "add", title).id for title in ("seen", "unseen"))
    for look in (("show", seen), ("show", seen, "--json"), ("list",), (*BOT, "show", seen)):
        assert here(*look).code == 0
        assert set(listed("is:guest")) == {seen, unseen}, "a program reads, or a guest, or it is no look"
    for line in (("show", seen, "--json"), (*BOT, "show", seen), ("show", seen)):
        assert set(listed("is:guest")) == {seen, unseen}, line
        with Terminal(*line) as terminal:
            assert terminal.wait_for_exit() == 0
    assert re.search(r"^guest +bot$", terminal.text(), re.MULTILINE)
    assert set(listed("is:guest")) == {unseen}
    assert here("undo", "--by", "bot").code == 0
    assert set(listed()) == {seen}


def test_a_look_at_a_board_that_takes_no_change_is_no_failure() -> None:
    seen = here(*BOT, "add", "seen").id
    board = Path(os.environ["IDEABOARD_BOARD"])
    board.write_bytes(board.read_bytes() + b"damage\n{}\n")
    with Terminal("show", seen) as terminal:
        assert terminal.wait_for_exit() == 0
        assert "seen" in terminal.text()
    assert set(listed("is:guest")) == {seen}


def test_what_one_guest_did_is_listed_by_its_name() -> None:
    theirs, others = here(*BOT, "add", "x").id, here("--as", "cron job", "add", "y").id
    add("mine")
    assert set(listed("guest:bot")) == set(listed("guest:BO")) == {theirs}
    assert set(listed('guest:"cron j"')) == {others}
    assert set(listed("is:guest", "--", "-guest:bot")) == {others}
    look_at(theirs)
    assert listed("guest:bot") == {}


def test_nobodys_name_takes_nothing_back() -> None:
    add("mine")
    assert_told(here("undo", "--by", ""), 2, "no name")
    assert len(listed()) == 1


def test_a_guest_takes_back_and_does_again_only_what_it_did_itself() -> None:
    theirs = here(*BOT, "add", "theirs").id
    mine = add("mine")
    here("--as", "else", "add", "of another")
    assert here(*BOT, "undo", "--json").json["said"] == "took back: added 'theirs'"
    assert_told(here(*BOT, "undo"), 2, "'bot' did nothing")
    here("undo")
    assert len(listed()) == 1, "the person takes back what came last, whoever did it"
    assert here(*BOT, "redo", "--json").json["said"] == "did again: added 'theirs'"
    assert_told(here(*BOT, "redo"), 2, "'bot' took back nothing")
    assert set(listed()) == {mine, theirs}
    here("undo", "--by", "bot")
    assert_told(here(*BOT, "redo"), 2, "'bot' took back nothing")
    assert_told(here(*BOT, "undo"), 2, "did nothing")
    assert_told(here("--as", "else", "undo", "--by", "bot"), 6, "not for 'else'")
    assert set(listed()) == {mine}


def test_a_guest_does_not_do_again_what_the_person_took_back() -> None:
    theirs = here(*BOT, "add", "theirs").id
    here(*BOT, "undo")
    here(*BOT, "redo")
    here("undo")
    assert_told(here(*BOT, "redo"), 2, "'bot' took back nothing")
    assert set(listed()) == set()
    here("redo")
    assert set(listed()) == {theirs}


def test_what_compaction_left_of_a_guest_can_be_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ideaboard.storage.upkeep.KEPT_ACTIONS", 2)
    old = here(*BOT, "add", "old").id
    for title in ("older", "oldest"):
        here(*BOT, "edit", old, "--title", title)
    add("mine")
    add("mine too")
    assert here("compact").code == 0
    assert_told(here("undo", "--by", "bot"), 2, "nothing of 'bot'", "compacted")
    here(*BOT, "edit", old, "--tag", "a")
    new = here(*BOT, "add", "new").id
    assert here("undo", "--by", "bot", "--json").json["said"] == "took back 2 changes of 'bot'"
    assert {id: idea["tags"] for id, idea in listed().items() if id in (old, new)} == {old: []}


def test_what_a_guest_did_on_two_machines_is_taken_back_after_the_merge(tmp_path: Path) -> None:
    board, other = Path(os.environ["IDEABOARD_BOARD"]), tmp_path / "other.jsonl"
    mine = add("mine")
    other.write_bytes(board.read_bytes())
    for name in (board, other):
        here("--board", str(name), *BOT, "arxiv", "watch", "add", "w", "lora")
        here("--board", str(name), *BOT, "edit", mine, "--tag", name.stem)
        here("--board", str(name), *BOT, "add", name.stem)
        here("--board", str(name), "edit", mine, "--notes", name.stem)
    board.write_bytes(board.read_bytes() + b"".join(other.read_bytes().splitlines(keepends=True)[1:]))
    assert here("check").code == 0
    assert len(listed("is:guest")) == 3
    assert here("undo", "--by", "bot", "--json").json["said"] == "took back 6 changes of 'bot'"
    assert {id: (idea["tags"], idea["notes"]) for id, idea in listed().items()} == {mine: ([], "other")}
    assert here("arxiv", "watch", "list", "--json").json == []
    assert here("check").code == 0


def test_one_paper_of_two_machines_is_looked_at_as_one(tmp_path: Path) -> None:
    board, other = Path(os.environ["IDEABOARD_BOARD"]), tmp_path / "other.jsonl"
    add("arXiv:2106.09685")
    here("--board", str(other), *BOT, "add", "arXiv:2106.09685")
    board.write_bytes(board.read_bytes() + b"".join(other.read_bytes().splitlines(keepends=True)[1:]))
    (id,) = listed("is:guest")
    here(*BOT, "edit", id, "--tag", "kept")
    look_at(id)
    assert_told(here("undo", "--by", "bot"), 2, "nothing of 'bot'")
    here(*BOT, "edit", id, "--tag", "not-kept")
    assert here("undo", "--by", "bot", "--json").json["said"] == "took back 1 change of 'bot'"
    assert shown(id)["tags"] == ["kept"]


@pytest.mark.parametrize("format", ["json", "board"])
def test_a_strangers_guest_is_nobody_here(format: str, tmp_path: Path) -> None:
    here(*BOT, "add", "theirs")
    theirs = tmp_path / "theirs"
    if format == "json":
        theirs.write_text(here("export", "json").out, "utf-8")
    else:
        theirs.write_bytes(Path(os.environ["IDEABOARD_BOARD"]).read_bytes())
    mine = ("--board", str(tmp_path / "mine.jsonl"))
    add("mine", *mine)
    assert here(*mine, "import", str(theirs), "--yes").code == 0
    assert len(listed(*mine)) == 2
    assert listed(*mine, "is:guest") == {}
    again = here(*mine, "import", str(theirs), "--yes", "--json").json
    assert (again["added"], again["updated"]) == ([], [])
    here(*mine, *BOT, "import", str(theirs), "--yes")
    assert listed(*mine, "is:guest") == {}, "nothing came"


@pytest.mark.parametrize("seed", range(12))
def test_without_a_guest_the_board_is_as_if_it_had_never_been_there(seed: int, tmp_path: Path) -> None:
    """Work of a guest and a person between each other, on fields of their own, against the person's work alone."""

    def day(path: Path, *, with_guest: bool) -> dict[str, tuple[object, ...]]:
        chance = random.Random(seed)
        on = ("--board", str(path))
        for name in "abc":
            add(f"mine {name}", *on)
        for number in range(14):
            guest = chance.random() < 0.6
            what, which, into = chance.randrange(7), chance.randrange(10), chance.choice(["idea", "making", "review"])
            if guest and not with_guest:
                continue
            own = sorted((idea["title"], id) for id, idea in listed(*on).items() if idea["title"].startswith("mine"))
            id = own[which % len(own)][1] if own else "none"
            if guest:
                lines = [
                    ["add", f"theirs {number}"],
                    ["add", "-"],
                    ["edit", id, "--tag", f"t{number}"],
                    ["edit", id, "--url", f"https://x.org/{number}"],
                    ["response", "add", id, "question", f"why {number}"],
                    ["arxiv", "watch", "add", f"w{number}", "lora"],
                    ["undo"],
                ]
            else:
                lines = [
                    ["add", f"mine {number}"],
                    ["edit", id, "--notes", f"n{number}"],
                    ["move", id, into],
                    ["edit", id, "--kind", "post"],
                    ["edit", id, "--due", "2027-01-01"],
                    ["archive", id],
                    ["list"],
                ]
            done = here(*on, *(BOT if guest else ()), *lines[what], stdin=b"theirs a\ntheirs b")
            assert done.code in (0, 2, 3), done.err
        if with_guest:
            assert here(*on, "undo", "--by", "bot").code in (0, 2)
            assert here(*on, "check").code == 0
            assert listed(*on, "is:guest", "--archived") == {}
        assert here(*on, "arxiv", "watch", "list", "--json").json == []
        whole = {**listed(*on), **listed(*on, "--archived")}.values()
        kept = ("kind", "stage", "tags", "notes", "due", "url", "responses", "guest")
        return {idea["title"]: (*(idea[name] for name in kept), bool(idea["archived"])) for idea in whole}

    assert day(tmp_path / "both.jsonl", with_guest=True) == day(tmp_path / "alone.jsonl", with_guest=False)


def test_a_look_is_no_change_that_undo_takes_back_or_the_log_tells() -> None:
    id = here(*BOT, "add", "x").id
    here("edit", id, "--title", "y")
    here("undo")
    look_at(id)
    assert "looked" not in here("log").out
    assert here("redo", "--json").json["said"] == "did again: changed 'y'"
    here("undo")
    assert here("undo", "--json").json["said"] == "took back: added 'x'"
    assert listed() == {}


def test_a_guest_cannot_look_for_the_person() -> None:
    id = here(*BOT, "add", "x").id
    service = open_service(by="bot")
    service.reads(id)
    service.reads()
    service.close()
    assert shown(id)["guest"] == "bot"


def test_the_last_answer_of_undo_by_a_name_that_nobody_has() -> None:
    add("x")
    assert_told(here("undo", "--by", "nobody"), 2, "nobody")
    assert len(listed()) == 1
