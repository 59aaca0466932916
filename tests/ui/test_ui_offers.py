"""What screens put before a person: proposals in lines, keys that do something, and words on what cannot be done."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input
from ui.board_pilot import (
    PAPER,
    RICH,
    SHARED,
    MakeService,
    RunBoard,
    lines_of,
    make_idea,
    said,
    saved,
    screen_of,
    search,
    search_of,
    settled,
    text_of,
    type_text,
    wait_until,
)

from ideaboard.core.changes import NewIdea, put
from ideaboard.places import typed_path
from ideaboard.service import Service
from ideaboard.ui.dialogs.archive import ArchiveScreen
from ideaboard.ui.dialogs.dialog import KeysLine
from ideaboard.ui.dialogs.share import ShareScreen
from ideaboard.ui.dialogs.statistics import StatisticsScreen
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.prompt import Fed, TypedLine
from ideaboard.ui.listing import ListScreen
from ideaboard.ui.screens.drafts import DraftScreen, PathSuggester
from ideaboard.ui.screens.importing import ImportScreen
from ideaboard.ui.screens.watches import WatchesScreen

WIDE = (140, 30)
SIZES = [(160, 48), (80, 24), (40, 12)]
OVER = {"s": "search", "c": "candidates", "w": "waiting", "W": "watches", "A": "archive", "i": "statistics", "C": "log"}


def hinted(pilot: Pilot[None]) -> str:
    """Return the last line of the open screen, all lines of the keys of a dialog."""
    screen = pilot.app.screen
    if keys := screen.query(KeysLine):
        region = keys.first().region
        return " ".join(lines_of(pilot)[region.y : region.bottom])
    return lines_of(pilot)[-1]


def key(name: str) -> events.Key:
    return events.Key(name, name if len(name) == 1 else None)


def typed(line: TypedLine, *keys: str) -> str:
    for one in keys:
        line.feed(key(one))
    return line.text


# Proposals


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("x", "y"), "xy"),
        (("backspace", "x"), "x"),
        (("delete",), ""),
        (("ctrl+w",), ""),
        (("end", "x"), "old wordsx"),
        (("right", "x"), "old wordsx"),
        (("left", "x"), "xold words"),
        (("home", "x"), "xold words"),
        (("up", "down", "x"), "x"),
        (("f5", "x"), "x"),
    ],
)
def test_what_is_typed_takes_the_place_of_a_proposal_unless_the_cursor_goes_into_it(
    keys: tuple[str, ...], text: str
) -> None:
    assert typed(TypedLine("old words", selected=True), *keys) == text


def test_a_paste_takes_the_place_of_a_proposal_and_enter_takes_it_as_it_is() -> None:
    line = TypedLine("old", selected=True)
    line.insert("new words")
    assert line.text == "new words"
    line = TypedLine("old", selected=True)
    assert line.feed(key("enter")) is Fed.ENTER
    assert line.text == "old"


async def test_the_name_of_a_new_watch_is_a_proposal_and_that_of_an_old_one_is_not(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    async with run_board(service, size=WIDE) as pilot:
        await pilot.press("W", "a")
        await type_text(pilot, "deep learning")
        await pilot.press("enter")
        assert lines_of(pilot)[0].startswith(" Name deep learning ")
        await type_text(pilot, "dl")
        assert lines_of(pilot)[0].startswith(" Name dl ")
        await pilot.press("enter")
        await saved(pilot)
        await wait_until(pilot, lambda: [watch.name for watch in service.watches.all()] == ["dl"])
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, WatchesScreen) and pilot.app.screen.current)
        await pilot.press("quotation_mark")
        await type_text(pilot, "!")
        assert lines_of(pilot)[0].startswith(" Name dl! ")


async def test_a_first_share_proposes_and_a_correction_keeps_what_was_written(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    fresh = make_idea("bcdf2345", "Why dropout", url="https://example.org/dropout")
    service._session.commit("import", lambda board: put(board, [fresh, SHARED]))
    async with run_board(service, size=WIDE) as pilot:
        for idea, link in ((fresh, "x"), (SHARED, f"{SHARED.share.url if SHARED.share else ''}x")):
            screen_of(pilot).go_to_idea(idea.id)
            await pilot.press("S")
            await wait_until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
            form = pilot.app.screen
            assert isinstance(form, ShareScreen)
            form.go_to("url")
            await settled(pilot)
            await pilot.press("x")
            assert form.query_one("#url", Input).value == link
            await pilot.press("escape", "y")
            await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))


# The last root wins


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("~/notes//tmp/x", "/tmp/x"),
        ("~/notes/~/x", "~/x"),
        ("~/notes//tmp/~/x", "~/x"),
        ("~/notes/~/x//tmp", "/tmp"),
        ("~/notes//", "/"),
        ("~/notes/x", "~/notes/x"),
        ("/tmp", "/tmp"),
        ("//tmp", "//tmp"),
        ("notes/~x", "notes/~x"),
        ("file:///tmp/x", "/tmp/x"),
        ("", ""),
    ],
)
def test_of_two_paths_in_one_line_the_one_with_the_last_root_is_meant(text: str, path: str) -> None:
    assert typed_path(text) == path


async def test_a_whole_path_behind_the_folder_of_the_last_import_is_taken(
    make_service: MakeService, run_board: RunBoard, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "ideas.md").write_text("- [ ] One\n- [ ] Two\n", "utf-8")
    async with run_board(make_service(), size=WIDE) as pilot:
        await screen_of(pilot).run_action("board_import_file")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, ImportScreen))
        screen = pilot.app.screen
        assert isinstance(screen, ImportScreen)
        await type_text(pilot, f"{other}/id")
        shown = lines_of(pilot)[0].partition(" means ")[2].rstrip("… ")  # as much of it as there is room for
        assert shown
        assert f"{other}/id".startswith(shown)
        assert list(screen.rows.keys) == ["ideas.md"]
        await pilot.press("enter")
        await wait_until(pilot, lambda: screen.planned)
        assert screen._path == str(other / "ideas.md")


async def test_a_draft_goes_to_a_whole_path_behind_the_proposed_folder(
    make_service: MakeService, run_board: RunBoard, tmp_path: Path
) -> None:
    (tmp_path / "drafts").mkdir()
    assert await PathSuggester().get_suggestion(f"~/posts/{tmp_path}/dr") == f"~/posts/{tmp_path}/drafts/"
    async with run_board(make_service({"idea": ["Why dropout"]}), size=WIDE) as pilot:
        await pilot.press("D")
        await wait_until(pilot, lambda: isinstance(pilot.app.screen, DraftScreen))
        form = pilot.app.screen
        assert isinstance(form, DraftScreen)
        await type_text(pilot, f"{tmp_path}/drafts")
        assert form._asked()[1] == tmp_path / "drafts"


# A long message leaves the keys


@pytest.mark.parametrize("width", [80, 100, 160])
async def test_a_long_message_leaves_the_first_keys_and_ends_at_a_word(
    make_service: MakeService, run_board: RunBoard, width: int
) -> None:
    async with run_board(make_service({"idea": ["A"]}), size=(width, 24)) as pilot:
        pilot.app.notify("Consideration " * 20, severity="warning")
        await pilot.pause()
        line = lines_of(pilot)[-1]
        assert line.startswith(" a add  Enter detail ")
        assert " ? help  q quit " in line
        assert line.endswith("Consideration… ! all ")


@pytest.mark.parametrize("size", SIZES)
async def test_a_long_message_in_a_dialog_names_the_key_that_shows_it_whole(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service({"idea": ["A"]}), size=size) as pilot:
        await pilot.press("A")
        await settled(pilot)
        for text, end in (("Consideration " * 20, "Consideration… ! all"), ("Short [b] news", "Short [b] news")):
            pilot.app.notify(text, severity="warning")
            await pilot.pause()
            line = lines_of(pilot)[pilot.app.screen.query_one(KeysLine).region.y]
            assert line.strip(" │").endswith(end)
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert "Consideration" in text_of(pilot)


# Keys that do something


def offers(hints: Iterable[Hint]) -> set[str]:
    return {word for _, word, _ in hints}


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_is_offered_to_be_taken_back_where_nothing_was_done(
    make_service: MakeService, run_board: RunBoard, size: tuple[int, int]
) -> None:
    async with run_board(make_service(), size=size) as pilot:
        for opens in OVER:
            await pilot.press(opens)
            await settled(pilot)
            assert "undo" not in hinted(pilot), opens
            await pilot.press("escape", "escape", "q")
            await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))


async def test_undo_is_offered_once_something_was_done_there(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service({"idea": ["A", "B"]})
    service.ideas.archive([idea.id for idea in service.board])
    async with run_board(service, size=WIDE) as pilot:
        await pilot.press("A")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ArchiveScreen)
        for does, is_offered in (("j", False), ("enter", True), ("u", False)):
            await pilot.press(does)
            await settled(pilot)
            assert ("undo" in offers(screen.keys())) is is_offered, does


async def test_a_candidate_without_a_paper_offers_no_pdf_and_is_copied_all_the_same(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    service.ideas.add([NewIdea(title="A rough idea", stage="candidate")])
    async with run_board(service, size=(200, 30)) as pilot:
        await pilot.press("c")
        await wait_until(pilot, lambda: "A rough idea" in text_of(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, ListScreen)
        assert not offers(screen.hints()) & {"PDF", "abstract", "later"}
        await pilot.press("O")
        assert said(pilot)[-1] == "It is no paper, and has no PDF"
        await pilot.press("o")
        assert said(pilot)[-1] == "It has no link"
        await pilot.press("y")
        await settled(pilot)
        await pilot.press("t")
        assert said(pilot)[-1] == "Copied A rough idea"


async def test_only_what_waits_is_offered_to_be_kept_in_the_statistics(
    make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    ideas = [make_idea("bcdf2345", "Old", days=90), make_idea("bcdf2346", "Half done", "making")]
    service._session.commit("import", lambda board: put(board, ideas))
    async with run_board(service, size=WIDE) as pilot:
        await pilot.press("i")
        await settled(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, StatisticsScreen)
        for keys, kept in (("g", True), ("j", False)):
            await pilot.press(keys)
            await settled(pilot)
            assert ("keep" in offers(screen.keys())) is kept
            assert ("keep" in hinted(pilot)) is kept


async def test_a_search_for_ids_offers_no_watch(arxiv: object, make_service: MakeService, run_board: RunBoard) -> None:
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("s")
        await search(pilot, "testing")
        assert "watch" in offers(search_of(pilot).hints())
        await search(pilot, "1706.03762")
        assert search_of(pilot).rows.keys
        assert "watch" not in offers(search_of(pilot).hints())


# What was done is said with its way back, and what cannot be done with its reason


def board_with(make_service: MakeService) -> Service:
    service = make_service({"idea": ["A"]})
    service._session.commit("import", lambda board: put(board, [RICH, SHARED]))
    return service


async def test_the_board_says_the_key_that_takes_back_as_lists_do(
    make_service: MakeService, run_board: RunBoard
) -> None:
    async with run_board(make_service({"idea": ["A", "B"]}), size=WIDE) as pilot:
        await pilot.press("d", "d")
        await settled(pilot)
        assert said(pilot)[-1] == "Archived 'A' as dropped · u"
        await pilot.press("u")
        await settled(pilot)
        assert said(pilot)[-1].startswith("Took back")
        assert not said(pilot)[-1].endswith("· u")


def damage(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:1], b"rubbish\n", *lines[1:]]))


@pytest.mark.parametrize("size", SIZES)
async def test_lists_in_dialogs_say_that_the_board_can_only_be_read(
    make_service: MakeService, run_board: RunBoard, board_path: Path, size: tuple[int, int]
) -> None:
    service = board_with(make_service)
    service.ideas.archive([idea.id for idea in service.board if idea.title == "A"])
    service.close()
    damage(board_path)
    async with run_board(make_service(), size=size) as pilot:
        for opens in ("A", "i", "ampersand"):
            if opens == "ampersand":
                screen_of(pilot).go_to_idea(SHARED.id)
            await pilot.press(opens)
            await wait_until(pilot, lambda: pilot.app.screen is not screen_of(pilot))
            await settled(pilot)
            assert "read-only" in text_of(pilot), opens
            assert "· ideaboard check --repair" in text_of(pilot), opens
            await pilot.press("escape")
            await wait_until(pilot, lambda: pilot.app.screen is screen_of(pilot))


@pytest.mark.parametrize(
    "keys",
    [
        "i d",
        "i a",
        "A X",
        "A enter",
        "w a",
        "w e",
        "w enter",
        "w space",
        "W a",
        "W e",
        "W quotation_mark",
        "W d",
        "C e",
    ],
)
async def test_a_key_that_changes_a_board_that_can_only_be_read_says_why_before_anything_is_typed(
    make_service: MakeService, run_board: RunBoard, board_path: Path, keys: str
) -> None:
    service = board_with(make_service)
    service.ideas.archive([idea.id for idea in service.board if idea.title == "A"])
    service.watches.add("robots", "robot")
    service.close()
    damage(board_path)
    opens, does = keys.split()
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press(opens)
        await wait_until(pilot, lambda: pilot.app.screen is not screen_of(pilot))
        screen = pilot.app.screen
        await settled(pilot)
        await pilot.press(does)
        await settled(pilot)
        await wait_until(pilot, lambda: any("damaged" in one for one in said(pilot)))
        assert pilot.app.screen is screen, "nothing else was opened"
        assert not (isinstance(screen, ListScreen) and screen.opened)


async def test_papers_cannot_be_taken_onto_a_board_that_can_only_be_read(
    make_service: MakeService, run_board: RunBoard, board_path: Path
) -> None:
    service = make_service()
    service.arxiv.add_papers([PAPER], stage="candidate")
    service.close()
    damage(board_path)
    async with run_board(make_service(), size=WIDE) as pilot:
        await pilot.press("c")
        await settled(pilot)
        screen = pilot.app.screen
        for does in ("enter", "s", "x"):
            await pilot.press(does)
            await settled(pilot)
            assert "damaged" in said(pilot)[-1], does
            assert pilot.app.screen is screen


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("T", "Enter take it"),
        ("W a", "Enter its name"),
        ("i", "8 in flight · 12 to…"),
        ("question_mark", " press a key to find it "),
        ("ctrl+p g o n e", "  archived"),
    ],
)
async def test_a_tiny_terminal_leaves_out_no_key_that_does_it_and_cuts_no_word_unseen(
    make_service: MakeService, run_board: RunBoard, keys: str, wanted: str
) -> None:
    service = make_service({"making": [f"M{n}" for n in range(8)], "idea": ["A", "B", "C", "gone"], "shared": ["S"]})
    shared, gone = ([idea.id for idea in service.board if idea.title == title] for title in ("S", "gone"))
    service.ideas.archive(gone)
    for n in range(12):
        service.sharing.respond(shared[0], "question", f"Why {n}?")
    async with run_board(service, size=(40, 12)) as pilot:
        await pilot.press(*keys.split())
        await settled(pilot)
        await wait_until(pilot, lambda: wanted in text_of(pilot))
