"""What the board says names keys, not options and commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sentences import OF_THE_COMMAND_LINE, sentences
from ui.board_pilot import MakeService, RunBoard, said, saved, screen_of, type_text, wait_until

from ideaboard.core.changes import Sharing
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.telling import in_keys

ONLY_THERE = {
    "--again": "D opens the draft that is there",
    "-o or --into": "a table of [[publish]] names its file",
    "'ideaboard list --help'": "a filter of the board is never refused",
    "'ideaboard add' starts one": "the board makes its file itself",
    "ideaboard check": "there is no key for mending a file",
    "'ideaboard keys'": "a problem of the config, which is mended outside",
    "'ideaboard export": "no screen imports",
    "'ideaboard trust": "asked before the board opens",
    "ideaboard --board FILE": "no screen imports",
    "ideaboard arxiv add - < FILE": "no screen imports",
    "'ideaboard log --json' shows their ids": "no screen asks for an action by its name",
    "'ideaboard log' shows who did what": "no screen takes back all that a guest did",
    "'ideaboard arxiv like": "no screen lists liked papers",
    "leave out --format": "no screen asks for one",
    "another file with --board": "said before the board opens",
    "ideaboard import 'x'": "said before the board opens",
}
"""Words that no screen comes to say, and why."""


def test_no_use_case_says_on_the_board_what_is_typed_in_a_shell() -> None:
    found = {text for text in sentences() if OF_THE_COMMAND_LINE.search(text)}
    assert len(found) > 5
    left = {text for text in found if not any(words in text for words in ONLY_THERE)}
    assert {text for text in left if OF_THE_COMMAND_LINE.search(in_keys(text, Keymap()))} == set()


async def test_sharing_without_link_and_line_names_the_key(make_service: MakeService, run_board: RunBoard) -> None:
    Path(os.environ["IDEABOARD_CONFIG"]).write_text("[keys]\n'card.share' = 'f4'\n", "utf-8")
    service = make_service({"review": ["A"]})
    async with run_board(service) as pilot:
        screen, current = screen_of(pilot), service.board.column("review")[0]
        screen.picture.act(lambda: service.sharing.share(current.id, Sharing()))
        await saved(pilot)
        (told,) = said(pilot)
        assert told.startswith("It has no link yet; F4 adds one")
        assert "--" not in told


@pytest.mark.parametrize(("keys", "words"), [("L", "A shows what was archived")])
async def test_a_change_of_an_idea_that_others_archived_names_the_key(
    make_service: MakeService, run_board: RunBoard, keys: str, words: str
) -> None:
    service = make_service({"idea": ["A"]})
    async with run_board(service) as pilot:
        other = make_service()
        other.ideas.archive([next(iter(other.board)).id])
        await pilot.press(keys)
        await wait_until(pilot, lambda: any("archived" in one for one in said(pilot)))
        assert not any("ideaboard restore" in one for one in said(pilot)), words


async def test_what_is_typed_is_found_under_its_words(make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service({"idea": ["A"]})) as pilot:
        await pilot.press("a")
        await type_text(pilot, "#only-a-tag")
        await pilot.press("enter")
        assert said(pilot)
        assert not any(OF_THE_COMMAND_LINE.search(one) for one in said(pilot))
