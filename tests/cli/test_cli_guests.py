"""Guests: what agents and scripts do bears their name, is marked until it was looked at, and is taken back as one."""

from __future__ import annotations

import os

import pytest
from cli.cli_runs import add, assert_told, here, listed, shown

from ideaboard.bootstrap import open_service

BOT = ("--as", "bot")


def look_at(*ids: str) -> None:
    """Do what the board does when the person opens the detail of ideas."""
    service = open_service()
    for id in ids:
        service.look_at(id)
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
    assert "edit" in {one["action"] for one in here("log", "--by", "bot", "--json").json if one["undone"]}


def test_nothing_is_taken_back_when_a_person_changed_the_same_since() -> None:
    mine = add("mine")
    new = here(*BOT, "add", "new").id
    here(*BOT, "edit", mine, "--title", "theirs")
    here("edit", mine, "--title", "mine again")
    lines = os.stat(os.environ["IDEABOARD_BOARD"]).st_size  # noqa: PTH116  # its size is enough
    assert_told(here("undo", "--by", "bot"), 6, "'title'", mine)
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


def test_a_look_is_no_change_that_undo_takes_back_or_the_log_tells() -> None:
    id = here(*BOT, "add", "x").id
    here("edit", id, "--title", "y")
    here("undo")
    look_at(id, id)
    assert "looked" not in here("log").out
    assert here("redo", "--json").json["said"] == "did again: changed 'y'"
    here("undo")
    assert here("undo", "--json").json["said"] == "took back: added 'x'"
    assert listed() == {}


def test_a_guest_cannot_look_for_the_person() -> None:
    id = here(*BOT, "add", "x").id
    service = open_service(by="bot")
    service.look_at(id)
    service.close()
    assert shown(id)["guest"] == "bot"


def test_the_last_answer_of_undo_by_a_name_that_nobody_has() -> None:
    add("x")
    assert_told(here("undo", "--by", "nobody"), 2, "nobody")
    assert len(listed()) == 1
