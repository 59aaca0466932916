"""Undo and redo are inverse, whatever was done: any walk over all kinds of actions, there and back again."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from cli.cli_runs import add, here, listed

from ideaboard.storage import open_db

BIB = "@misc{a, title = {A paper of others}, eprint = {1706.03762}}"
LIST = b"- [ ] one of a list\n- [x] another\n"
BOT = ("--as", "bot")
GUESTS = ((), (), BOT, ("--as", "else"))
# What is done, where ID is an idea on the board; each changes something unless it is refused.
ACTIONS: dict[str, tuple[str, ...]] = {
    "add": ("add", "an idea", "-t", "a"),
    "several": ("add", "-"),
    "edit": ("edit", "ID", "--title", "renamed N", "--notes", "N"),
    "tag": ("edit", "ID", "--tag", "tN"),
    "move": ("move", "ID", "making"),
    "next": ("move", "ID", "next"),
    "archive": ("archive", "ID", "--because", "dropped"),
    "restore": ("restore", "ID"),
    "delete": ("delete", "ID", "-y"),
    "share": ("share", "ID", "--url", "https://x.org/N", "--summary", "s"),
    "withdraw": ("share", "ID", "--withdraw"),
    "response": ("response", "add", "ID", "question", "why N"),
    "answer": ("response", "answer", "RID"),
    "idea of a response": ("response", "idea", "RID"),
    "note": ("changelog", "note", "2026-10", "N"),
    "watch": ("arxiv", "watch", "add", "wN", "lora"),
    "unwatch": ("arxiv", "watch", "remove", "WATCH"),
    "like": ("arxiv", "like", "BIB"),
    "forget": ("arxiv", "like", "--forget", "BIB"),
    "import": ("import", "LIST", "-y"),
    "draft": ("draft", "ID"),
    "take back": ("undo", "--by", "bot"),
    "take back of another": ("undo", "--by", "else"),
}


def state() -> dict[str, Any]:
    """Return all that the file holds, without what undo and redo keep book of."""
    with open_db(Path(os.environ["IDEABOARD_BOARD"]), read_only=True) as file:
        tables = {name: {id: dict(one) for id, one in file.documents(name).items()} for name in file.tables()}
    for document in tables.get("ideas", {}).values():
        for name in ("updated", "guest"):
            document.pop(name, None)
    return {name: json.loads(json.dumps(documents)) for name, documents in tables.items() if documents}


def line(chance: random.Random, name: str, number: int, files: dict[str, str]) -> list[str]:
    ideas = [*listed().values(), *listed("--archived").values()]
    idea = chance.choice(ideas) if ideas else {"id": "none"}
    responses = [one["id"] for one in here("response", "list", "--json").json]
    watches = [one["name"] for one in here("arxiv", "watch", "list", "--json").json]
    known = {
        "ID": idea["id"],
        "RID": chance.choice(responses or ["none"]),
        "WATCH": chance.choice(watches or ["none"]),
        **files,
    }
    return [known.get(word, word.replace("N", str(number)) if "N" in word else word) for word in ACTIONS[name]]


@pytest.mark.parametrize("guests", [GUESTS, [BOT]], ids=["all", "a guest alone"])
@pytest.mark.parametrize("seed", range(8))
def test_undo_and_redo_are_inverse_for_every_kind_of_action(
    seed: int, guests: Sequence[tuple[str, ...]], tmp_path: Path
) -> None:
    who = guests[0]
    chance = random.Random(seed)
    files = {"BIB": str(tmp_path / "a.bib"), "LIST": str(tmp_path / "a.md")}
    Path(files["BIB"]).write_text(BIB)
    Path(files["LIST"]).write_bytes(LIST)
    add("there from the start")
    now = state()
    behind: list[dict[str, Any]] = []
    ahead: list[dict[str, Any]] = []
    names = [*ACTIONS]
    chance.shuffle(names)
    while names or behind:
        turn = chance.random()
        if names and turn < 0.6:
            name = names.pop()
            done = here(*chance.choice(guests), *line(chance, name, len(names), files), stdin=b"one\ntwo")
            after = state()
            if after != now:
                behind, ahead, now = [*behind, now], [], after
        elif behind and (turn < 0.8 or not names):
            done = here(*who, "undo")
            assert done.code == 0, done.err
            ahead.append(now)
            now = behind.pop()
            assert state() == now
        elif ahead:
            done = here(*who, "redo")
            assert done.code == 0, done.err
            behind.append(now)
            now = ahead.pop()
            assert state() == now
    assert here("check").code == 0
    while ahead:
        assert here(*who, "redo").code == 0
        now = ahead.pop()
        assert state() == now
