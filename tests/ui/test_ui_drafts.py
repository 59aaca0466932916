"""Drafts on the board: asked for before anything is written, opened, and honest about what an undo leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static
from ui.board_pilot import (
    MakeService,
    RunBoard,
    make_idea,
    messages_of,
    on_disk,
    saved,
    screen_of,
    text_of,
    wait_until,
)

from ideaboard.core.changes import Edit, put
from ideaboard.core.ideas import Idea
from ideaboard.ui.app import IdeaboardApp
from ideaboard.ui.screens.drafts import DraftScreen, PathSuggester

CODE = make_idea("bcdf2345", "LoRA on one GPU", kind="paper-to-code")
POST = make_idea("bcdf2346", "Why [b] matters", kind="post")


def editor(pilot: Pilot[None]) -> list[Path]:
    """Return what is opened in the editor from now on."""
    opened: list[Path] = []
    app = pilot.app
    assert isinstance(app, IdeaboardApp)
    vars(app)["edit_file"] = opened.append  # no editor in a test
    return opened


def last_said(pilot: Pilot[None]) -> str:
    return messages_of(pilot).kept[-1].text


async def asked(pilot: Pilot[None], folder: Path | None = None) -> DraftScreen:
    """Open the form, with a folder in it, and wait until it says what would be written."""
    await pilot.press("D")
    await wait_until(pilot, lambda: isinstance(pilot.app.screen, DraftScreen))
    form = pilot.app.screen
    assert isinstance(form, DraftScreen)
    if folder is not None:
        form.query_one("#folder", Input).value = str(folder)
    await wait_until(pilot, lambda: form._planned and form._planned.folder == form._asked()[1])
    return form


def what(form: DraftScreen) -> str:
    return str(form.query_one("#what", Static).content)


async def test_nothing_is_written_before_the_answer(
    make_service: MakeService, run_board: RunBoard, board_path: Path, tmp_path: Path
) -> None:
    service = make_service()
    service._session.commit("import", lambda board: put(board, [CODE, POST]))
    here = tmp_path / "code"
    async with run_board(service, size=(80, 24)) as pilot:
        opened = editor(pilot)
        form = await asked(pilot, here)
        assert "with 10 files" in what(form)
        assert "WRITEUP.md" in what(form)
        await pilot.press("escape", "y")
        await pilot.pause()
        assert not here.exists()
        assert not opened
        await asked(pilot, here)
        await pilot.press("enter")
        await wait_until(pilot, lambda: opened)
        await saved(pilot)
        assert opened == [here / "lora-on-one-gpu" / "WRITEUP.md"]
        assert [Path(idea.draft) for idea in on_disk(board_path) if idea.draft] == [here / "lora-on-one-gpu"]
        assert "draft" in text_of(pilot), "the card shows it"
        await pilot.press("D")
        await wait_until(pilot, lambda: len(opened) == 2)
        assert pilot.app.screen is screen_of(pilot), "one that is there is opened at once"


async def test_a_place_is_remembered_for_the_kind_alone(
    make_service: MakeService, run_board: RunBoard, tmp_path: Path
) -> None:
    service = make_service()
    service._session.commit("import", lambda board: put(board, [CODE, POST]))
    async with run_board(service) as pilot:
        editor(pilot)
        form = await asked(pilot, tmp_path / "code")
        await pilot.press("enter")
        await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))
        await pilot.press("j")
        form = await asked(pilot)
        assert form._asked()[1] != tmp_path / "code"
        assert form._asked()[0] == "plain"
        await pilot.press("escape")
    service = make_service()
    other = make_idea("bcdf2347", "Another", kind="paper-to-code")
    service._session.commit("import", lambda board: put(board, [other]))
    async with run_board(service) as pilot:
        await pilot.press("G")
        form = await asked(pilot)
        assert form._asked() == ("repository", tmp_path / "code")


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("idea", [CODE, POST])
async def test_undo_names_what_stays_and_an_untouched_draft_is_taken_again(
    make_service: MakeService, run_board: RunBoard, board_path: Path, tmp_path: Path, touched: bool, idea: Idea
) -> None:
    service = make_service()
    service._session.commit("import", lambda board: put(board, [idea]))
    here = tmp_path / "work"
    async with run_board(service) as pilot:
        opened = editor(pilot)
        await asked(pilot, here)
        await pilot.press("enter")
        await wait_until(pilot, lambda: opened)
        await pilot.press("u")
        await pilot.pause()
        (first,) = here.iterdir()
        assert last_said(pilot).endswith(f"what was written stays at {first}")
        if touched:
            opened[0].write_text("mine", "utf-8")
        form = await asked(pilot)
        assert ("takes " in what(form)) == (not touched)
        await pilot.press("enter")
        await wait_until(pilot, lambda: len(opened) == 2)
        await saved(pilot)
        assert len(list(here.iterdir())) == 1 + touched
        if touched:
            assert opened[0].read_text("utf-8") == "mine"
        else:
            assert opened[0] == opened[1]
        (kept,) = on_disk(board_path)
        assert kept.draft == str(first if not touched else first.with_name(f"{first.stem}-2{first.suffix}"))


async def test_a_folder_that_cannot_be_written_is_said(
    make_service: MakeService, run_board: RunBoard, tmp_path: Path
) -> None:
    service = make_service()
    service._session.commit("import", lambda board: put(board, [POST]))
    (tmp_path / "file").write_text("")
    async with run_board(service) as pilot:
        opened = editor(pilot)
        form = await asked(pilot, tmp_path / "file")
        await pilot.press("enter")
        await wait_until(pilot, lambda: messages_of(pilot).kept)
        assert messages_of(pilot).kept[-1].style == "alert"
        assert not opened
        assert form.is_active, "the folder can be mended"


async def test_what_a_draft_still_lacks_is_one_key(
    make_service: MakeService, run_board: RunBoard, tmp_path: Path
) -> None:
    service = make_service()
    service._session.commit("import", lambda board: put(board, [POST]))
    async with run_board(service) as pilot:
        await pilot.press("percent_sign")
        assert "has no draft" in last_said(pilot)
        draft = tmp_path / "draft.md"
        draft.write_text("# A\n\n[dead](gone.png)\n", "utf-8")
        service.ideas.edit([POST.id], Edit(draft=str(draft)))
        await saved(pilot)
        await pilot.press("percent_sign")
        await wait_until(pilot, lambda: "Check the draft of" in text_of(pilot))
        assert "draft.md:3" in text_of(pilot)


async def test_paths_are_completed_by_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "post.txt").write_text("")
    (tmp_path / ".hidden").mkdir()
    folders, files = PathSuggester(), PathSuggester(files=True)
    assert await folders.get_suggestion(f"{tmp_path}/po") == f"{tmp_path}/posts/"
    assert await files.get_suggestion(f"{tmp_path}/po") == f"{tmp_path}/post.txt"
    assert await folders.get_suggestion(f"{tmp_path}/") == f"{tmp_path}/posts/"
    assert await folders.get_suggestion(f"{tmp_path}/nothing/x") is None
    assert await folders.get_suggestion("po") is None
