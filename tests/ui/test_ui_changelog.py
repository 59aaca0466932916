"""The changelog screen: the bytes of the command, its options, notes in place, what is written, and shown before."""

from __future__ import annotations

import os
import stat
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli.cli_runs import here
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from ui.board_pilot import (
    NOW,
    MakeService,
    RunBoard,
    ago,
    lines_of,
    make_idea,
    said,
    settled,
    text_of,
    type_fast,
    type_text,
    wait_until,
)

from ideaboard.bootstrap import open_service
from ideaboard.core.board import Board
from ideaboard.core.changes import put
from ideaboard.core.ideas import Idea, Share
from ideaboard.core.kinds import Workflow
from ideaboard.paths import trust
from ideaboard.service import Service
from ideaboard.service.sharing import Shares
from ideaboard.ui.drawing.cells import width_of
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.screens.changelog import ChangelogScreen
from ideaboard.ui.screens.changelog_options import OPTIONS, Chosen, Option, step
from ideaboard.ui.screens.changelog_preview import HEAD
from ideaboard.ui.screens.changelog_rows import note_rows

WIDE, MIDDLE, SMALL = (160, 48), (80, 24), (40, 12)
BLOCK = "# Ada\n\n## Shared\n\n<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n"
TABLES = '[[publish]]\ninto = "README.md:shared"\n\n[[publish]]\noutput = "shared.md"\n'


def shared_idea(id: str, title: str, day: str, **fields: Any) -> Idea:
    at = f"{day}T09:00:00.000Z"
    share = Share(at=at, date=day, url=f"https://example.org/{id}", summary="One line", uid=f"urn:uuid:{id}")
    return replace(make_idea(id, title, "shared"), share=share, **fields)


IDEAS = (
    shared_idea("bbbb2345", "Why [red] dropout", "2026-11-12", kind="post", tags=("bayes",)),
    shared_idea("cccc2345", "A small ensemble", "2026-11-02", kind="competition", tags=("vision", "bayes")),
    shared_idea("dddd2345", "An atlas of kernels", "2026-06-20", kind="project"),
    shared_idea("ffff2345", "A book, read", "2025-12-30", kind="summary", tags=("vision",)),
    shared_idea("gggg2345", "Hush hush", "2026-11-20", kind="post", tags=("secret",), private=True),
    make_idea("hhhh2345", "Half done", "making"),
)


@pytest.fixture
def repository(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a board, trusted, and a README with a block."""
    top = own_home / "ada"
    for folder in (".git", ".ideaboard"):
        (top / folder).mkdir(parents=True)
    (top / "README.md").write_text(BLOCK)
    monkeypatch.delenv("IDEABOARD_BOARD")
    monkeypatch.chdir(top)
    with board(IDEAS):
        pass
    trust(str(top))
    return top


@contextmanager
def board(ideas: tuple[Idea, ...] = ()) -> Iterator[Service]:
    service = open_service(board=".ideaboard/board.jsonl", clock=lambda: NOW)
    if ideas:
        service._session.commit("import", lambda board: put(board, ideas))
    yield service
    service.stop_saving(5)
    service.close()


def screen_of(pilot: Pilot[None]) -> ChangelogScreen:
    found = [screen for screen in pilot.app.screen_stack if isinstance(screen, ChangelogScreen)]
    assert found, pilot.app.screen_stack
    return found[0]


def preview_of(pilot: Pilot[None]) -> str:
    """Return all of the preview, seen or not."""
    return "\n".join(row.plain for row in screen_of(pilot).preview.shown_rows.rows)


async def at_rest(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await wait_until(pilot, lambda: screen_of(pilot).at_rest)


async def press(pilot: Pilot[None], *keys: str) -> str:
    """Press keys, wait until all that they ask for is shown, and return the screen."""
    type_fast(pilot, *(key if len(key) == 1 else f"<{key}>" for key in keys))
    await settled(pilot)
    await at_rest(pilot)
    return text_of(pilot)


# What is shown

SHOWN = (
    ("", ""),
    ("2 2", "--by week"),
    ("minus", "--style sections"),
    ("1 1 3", "--style sections --by kind"),
    ("1 2", ""),
    ("3 2 2", "--by quarter"),
    ("4 4 minus", "--kind project"),
    ("5 5", "--tag vision"),
    ("6 6 6 6", "--since 2025"),
    ("1 4 4 4 4 4 5 6 6 7", "--style list --kind post --tag bayes --since 2026-Q4 --in-progress"),
)


async def test_every_option_shows_the_bytes_of_the_command(repository: Path, run_board: RunBoard) -> None:
    with board() as service:
        service.sharing.note("2026-11", "A month of *doubt*.")
        async with run_board(service, WIDE) as pilot:
            await press(pilot, "C")
            for keys, options in SHOWN:
                screen = screen_of(pilot)
                screen.action_all()
                screen._last = OPTIONS[0]
                await press(pilot, *keys.split(), "y")
                expected = here("changelog", *options.split())
                assert expected.code == 0
                assert pilot.app.clipboard == expected.out, keys
                assert "Hush" not in text_of(pilot)
                assert "<!--" not in preview_of(pilot)


@pytest.mark.parametrize(
    ("size", "there", "not_there"),
    [
        (WIDE, ("Options", "1 Style       periods", "Written to", "README.md:shared"), ()),
        (MIDDLE, ("1 periods  2 month  3 mixed  4 all kinds  5 all tags  6 any time  7 shared",), ("Options",)),
        (SMALL, (), ("Options", "1 periods")),
    ],
)
async def test_the_options_stand_where_there_is_room(
    repository: Path, run_board: RunBoard, size: tuple[int, int], there: tuple[str, ...], not_there: tuple[str, ...]
) -> None:
    (repository / ".ideaboard/publish.toml").write_text(TABLES)
    with board() as service:
        async with run_board(service, size) as pilot:
            text = await press(pilot, "C")
            assert all(words in text for words in ("4 shared", "Newest first", "November 2026", "q board", *there))
            assert not any(words in text for words in not_there)
            await press(pilot, "4", "4", "4")
            assert "competition solution" in text_of(pilot)
            assert "A small ensemble" in preview_of(pilot)
            assert "Why [red] dropout" not in preview_of(pilot)


async def test_periods_are_stepped_through_and_followed(repository: Path, run_board: RunBoard) -> None:
    with board() as service:
        async with run_board(service, SMALL) as pilot:
            assert "November 2026  1 of 3" in await press(pilot, "C")
            assert "June 2026  2 of 3" in await press(pilot, "l")
            assert "December 2025  3 of 3" in await press(pilot, "right", "l", "l")
            assert "June 2026  2 of 3" in await press(pilot, "h")
            assert "November 2026  1 of 3" in await press(pilot, "left", "g")
            await press(pilot, "j", "j", "j", "j", "pagedown", "G")
            assert screen_of(pilot).preview.period > 0
            assert "A book, read" in text_of(pilot)
            await press(pilot, "1", "l")
            assert any("no periods here; 1 brings them back" in one for one in said(pilot))


async def test_a_board_without_anything_shared_names_the_key(own_home: Path, run_board: RunBoard) -> None:
    (own_home / ".ideaboard").mkdir()
    Path(os.environ["IDEABOARD_CONFIG"]).write_text("[keys]\n'card.share' = 'f4'\n", "utf-8")
    with board(IDEAS[-2:]) as service:
        async with run_board(service, SMALL) as pilot:
            text = await press(pilot, "C", "l", "e")
            assert "Nothing shared yet." in text
            assert "F4 shares an idea" in " ".join(preview_of(pilot).split())
            assert "Hush" not in text
            await press(pilot, "y")
            assert pilot.app.clipboard == here("--board", ".ideaboard/board.jsonl", "changelog").out


async def test_options_that_leave_nothing_say_how_to_go_back(repository: Path, run_board: RunBoard) -> None:
    with board() as service:
        async with run_board(service, MIDDLE) as pilot:
            assert "0 takes them back" in await press(pilot, "C", "4", "4")
            assert "An atlas" in await press(pilot, "0")


# Large boards, and keys meanwhile

MANY = tuple(shared_idea(f"m{number:07d}", f"Thing {number}", f"{2026 - number // 30}-01-02") for number in range(300))


async def test_a_large_board_shows_its_head_first_and_keys_wait_for_nothing(
    repository: Path, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    write = Shares.written_out

    def slow(self: Shares, changelog: object, *arguments: object) -> str:
        text = write(self, changelog, *arguments)  # type: ignore[arg-type]  # handed on as it is
        if text.count("\n- ") > HEAD:
            assert go_on.wait(20)
        return text

    monkeypatch.setattr(Shares, "written_out", slow)
    with board(MANY) as service:
        async with run_board(service, MIDDLE) as pilot:
            await pilot.press("C")
            await wait_until(pilot, lambda: screen_of(pilot).preview.made)
            made = screen_of(pilot).preview.made
            assert made is not None
            assert (made.entries, made.is_whole) == (HEAD, False)
            head = made.text
            await pilot.press("l", "j", "k", "y", "G")
            assert not pilot.app.clipboard
            go_on.set()
            await at_rest(pilot)
            assert pilot.app.clipboard == here("changelog").out
            assert "Thing 299" in text_of(pilot)  # the end, as was asked for
            start = head.index("\n## "), head.index("\n<!-- ideaboard:shared:end")
            assert pilot.app.clipboard[start[0] :].startswith(head[start[0] : start[1]].rstrip("\n"))


async def test_leaving_waits_for_nothing(
    repository: Path, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Shares, "written_out", lambda *_: str(go_on.wait(20)))
    with board() as service:
        async with run_board(service, MIDDLE) as pilot:
            await pilot.press("C", "1", "2", "j", "q")
            await pilot.pause()
            assert len(pilot.app.screen_stack) == 1
            go_on.set()


# Notes


@pytest.mark.parametrize("size", [WIDE, MIDDLE, SMALL])
@pytest.mark.parametrize("keep", ["enter", "ctrl+s"])
async def test_a_note_is_typed_in_its_place_kept_and_taken_back(
    repository: Path, run_board: RunBoard, size: tuple[int, int], keep: str
) -> None:
    with board() as service:
        async with run_board(service, size) as pilot:
            await press(pilot, "C", "l", "e")
            await type_text(pilot, "qC=  mine")
            lines = text_of(pilot).splitlines()
            at = next(number for number, line in enumerate(lines) if "qC=  mine" in line)
            assert "June 2026" in "".join(lines[at - 2 : at])
            x, y = pilot.app.cursor_position
            assert (lines[y][:x].endswith("mine"), lines[y][x]) == (True, " ")
            await press(pilot, keep)
            assert "qC= mine" in text_of(pilot)
            assert "Kept the note for 2026-06 · u" in said(pilot)
            await press(pilot, "y")
            assert "\n## June 2026\n\nqC= mine\n" in pilot.app.clipboard
            await press(pilot, "u")
            assert "qC= mine" not in text_of(pilot)
            assert service.sharing.notes() == {}
            await press(pilot, "U")
            with board() as other:
                assert other.sharing.notes() == {"2026-06": "qC=  mine"}


async def test_a_note_is_changed_taken_away_or_left_as_it_was(repository: Path, run_board: RunBoard) -> None:
    with board() as service:
        service.sharing.note("2026-11", "Old words that are long enough for two lines of a small terminal.")
        async with run_board(service, SMALL) as pilot:
            await press(pilot, "C")
            await press(pilot, "e", "!", "escape", "y")
            assert service.sharing.notes()["2026-11"].endswith("terminal.")
            await press(pilot, "e", "!", "enter")
            assert service.sharing.notes()["2026-11"].endswith("terminal.!")
            assert "terminal.!" in preview_of(pilot)
            await press(pilot, "e", "ctrl+u", "enter")
            assert service.sharing.notes().get("2026-11", "") == ""
            await press(pilot, "2", "e", "Q", "enter")
            assert service.sharing.notes()["2026-Q4"] == "Q"


@given(st.text(max_size=60), st.integers(0, 60), st.integers(2, 30))
def test_what_is_typed_is_all_there_and_the_cursor_stands_where_it_is(text: str, cursor: int, width: int) -> None:
    line = TypedLine()
    line.insert(text)
    line.cursor = min(cursor, len(line.text))
    rows, caret = note_rows(line, width)
    pieces = [piece for row in rows for piece in row.pieces]
    before = line.text[: line.cursor]
    carets = [number for number, (_, style) in enumerate(pieces) if style == "caret"]
    assert len(carets) == 1
    assert any(style == "caret" for _, style in rows[caret].pieces)
    if line.text.isascii():
        assert "".join(text for text, _ in pieces) == f"{line.text} "
        assert "".join(text for text, _ in pieces[: carets[0]]) == before
        assert all(width_of(row.plain) <= width for row in rows)


@given(st.lists(st.tuples(st.sampled_from(OPTIONS), st.sampled_from([1, -1])), max_size=12))
def test_any_steps_through_the_options_give_a_changelog_and_can_be_gone_back(steps: list[tuple[Option, int]]) -> None:
    ideas, chosen = Board.of(IDEAS, Workflow()), Chosen()
    for option, by in steps:
        before, chosen = chosen, step(option, chosen, by, ideas, NOW)
        chosen.options()  # raises for what no changelog can show
        assert chosen != before
        if before.has_periods:
            assert step(option, chosen, -by, ideas, NOW) == before or not chosen.has_periods


# The files


def places(top: Path) -> dict[str, str]:
    return {name: (top / name).read_text() for name in ("README.md", "shared.md") if (top / name).exists()}


async def test_what_is_written_is_named_by_its_file_where_its_folders_have_no_room(
    repository: Path, run_board: RunBoard
) -> None:
    folder = repository / "a folder with a long name"
    folder.mkdir()
    (folder / "README.md").write_text("<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n")
    (repository / ".ideaboard/publish.toml").write_text(f'[[publish]]\ninto = "{folder.name}/README.md:shared"\n')
    with board() as service:
        async with run_board(service, MIDDLE) as pilot:
            await press(pilot, "C")
            assert lines_of(pilot)[-1].startswith(" Enter writes …/README.md:shared (+")


@pytest.mark.parametrize(("size", "shows"), [(WIDE, ""), (MIDDLE, ""), (SMALL, "enter")])
async def test_what_would_change_is_shown_and_one_key_writes_it(
    repository: Path, run_board: RunBoard, size: tuple[int, int], shows: str
) -> None:
    (repository / ".ideaboard/publish.toml").write_text(TABLES)
    before = places(repository)
    with board() as service:
        async with run_board(service, size) as pilot:
            await press(pilot, "C", *filter(None, [shows]))
            text = text_of(pilot)
            assert all(words in text for words in ("Write this?  Enter writes 2 files (+", "README.md:shared +7 -1"))
            what = " Enter writes 2 files (+" if size[0] >= 60 else " Enter write "
            assert text.splitlines()[-1].startswith(what), "it is said before it is pressed"
            assert "\n  +" in text
            assert places(repository) == before
            await press(pilot, "enter")
            assert "Wrote 2 files" in said(pilot)
            assert "Why [red] dropout" in places(repository)["README.md"]
            assert "Hush" not in "".join(places(repository).values())
            assert here("publish", "--check").code == 0
            written = places(repository)
            await press(pilot, "enter")
            assert "Nothing to write: all 2 places are up to date" in said(pilot)
            assert places(repository) == written
            assert "Newest first" in text_of(pilot)


async def test_the_difference_has_its_colours_and_the_whole_screen_when_asked_for(
    repository: Path, run_board: RunBoard
) -> None:
    (repository / ".ideaboard/publish.toml").write_text(TABLES)
    with board() as service:
        async with run_board(service, MIDDLE) as pilot:
            await press(pilot, "C", "equals_sign")
            difference = screen_of(pilot).difference
            styles = {
                row.plain[:1]: row.pieces[0][1]
                for row in difference.shown_rows.rows
                if row.plain[:1].strip() and row.plain[0] in "+-@"
            }
            assert styles == {"+": "good", "-": "hot", "@": "quiet"}
            assert "Newest first" not in text_of(pilot)
            assert "end -->" in await press(pilot, "G")
            assert "Newest first" in await press(pilot, "escape")
            await pilot.press("escape")
            await pilot.pause()
            assert len(pilot.app.screen_stack) == 1


async def test_what_changed_since_it_was_shown_is_not_written(repository: Path, run_board: RunBoard) -> None:
    (repository / ".ideaboard/publish.toml").write_text(TABLES)
    with board() as service:
        async with run_board(service, WIDE) as pilot:
            await press(pilot, "C")
            (repository / "README.md").write_text("New words.\n\n" + BLOCK)
            before = places(repository)
            await press(pilot, "enter")
            assert any("not what you saw" in one for one in said(pilot))
            assert places(repository) == before
            await press(pilot, "enter")
            assert "New words." in places(repository)["README.md"]
            assert "An atlas" in places(repository)["README.md"]


async def test_a_block_edited_by_hand_is_explained_and_only_written_over_after_a_question(
    repository: Path, run_board: RunBoard
) -> None:
    (repository / ".ideaboard/publish.toml").write_text(TABLES)
    here("publish")
    (repository / "README.md").write_text(places(repository)["README.md"].replace("An atlas", "My own atlas"))
    (repository / "shared.md").unlink()
    before = places(repository)
    with board() as service:
        async with run_board(service, SMALL) as pilot:
            await press(pilot, "C", "equals_sign")
            shown = "\n".join(row.plain for row in screen_of(pilot).difference.shown_rows.rows)
            assert "is not what ideaboard wrote there" in " ".join(shown.split())
            assert "press F to write over" in " ".join(shown.split())
            assert "--force" not in shown
            await press(pilot, "enter")
            assert places(repository) == before
            assert "Nothing is written" in text_of(pilot)
            assert lines_of(pilot)[-1].startswith(" Enter look again"), "it writes nothing"
            await pilot.press("F")
            await pilot.pause()
            assert "'README.md:shared'" in text_of(pilot).replace("│", " ")
            await press(pilot, "n")
            assert places(repository) == before
            await pilot.press("F")
            await pilot.pause()
            await press(pilot, "y")
            assert "My own" not in places(repository)["README.md"]
            assert here("publish", "--check").code == 0
            await press(pilot, "F")
            assert "Nothing here was edited by hand" in said(pilot)


def _missing(top: Path) -> None:
    (top / ".ideaboard/publish.toml").unlink()


def _untrusted(top: Path) -> None:
    trust(str(top), remove=True)


def _outside(top: Path) -> None:
    (top / ".ideaboard/publish.toml").write_text('[[publish]]\noutput = "../outside.html"\n')


def _link(top: Path) -> None:
    (top / "README.md").unlink()
    (top / "README.md").symlink_to(top.parent / "README.md")


def _no_block(top: Path) -> None:
    (top / "README.md").write_text("# Ada\n")


def _other_format(top: Path) -> None:
    (top / ".ideaboard/publish.toml").write_text('[[publish]]\ninto = "README.html"\n')
    (top / "README.html").write_text(BLOCK)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            _missing,
            '[[publish]] into = "README.md:shared" and|<!-- ideaboard:shared:start --> <!-- ideaboard:shared:end -->',
        ),
        (_untrusted, "somebody else may have written it|ideaboard trust"),
        (_outside, "inside of the repository|docs/shared.html"),
        (_link, "link"),
        (_no_block, "There is no block 'shared' in the file|'<!-- ideaboard:shared:start -->'"),
        (_other_format, 'is HTML|Name it with output, and format = "html", in its table'),
    ],
)
async def test_what_cannot_be_written_is_explained_and_mended_outside(
    repository: Path, run_board: RunBoard, make: Callable[[Path], None], words: str
) -> None:
    good = '[[publish]]\ninto = "README.md:shared"\n'
    (repository / ".ideaboard/publish.toml").write_text(good)
    (repository.parent / "README.md").write_text(BLOCK)
    make(repository)
    before = places(repository)
    with board() as service:
        async with run_board(service, (100, 40)) as pilot:
            await press(pilot, "C", "enter")
            shown = " ".join(" ".join(row.plain for row in screen_of(pilot).difference.shown_rows.rows).split())
            for one in words.split("|"):
                assert one in shown
            assert "--" not in shown.replace("<!--", "").replace("-->", "")
            assert places(repository) == before
            if make is _untrusted:
                return  # that is read when the board is opened
            (repository / ".ideaboard/publish.toml").write_text(good)
            (repository / "README.md").unlink()
            (repository / "README.md").write_text(BLOCK)
            await press(pilot, "enter")
            assert "Write this?" in text_of(pilot)
            await press(pilot, "enter")
            assert "An atlas" in places(repository)["README.md"]


async def test_places_of_the_own_config_are_named_and_written(
    own_home: Path, make_service: MakeService, run_board: RunBoard
) -> None:
    service = make_service()
    service._session.commit("import", lambda board: put(board, IDEAS))
    async with run_board(service, (100, 40)) as pilot:
        await press(pilot, "C", "enter")
        shown = " ".join(" ".join(row.plain for row in screen_of(pilot).difference.shown_rows.rows).split())
        assert "config.toml" in shown.replace(" ", ""), "a long path is broken where the line ends"
        assert 'into = "~/profile/README.md:shared"' in shown
        assert "start the board again; Enter shows" in shown
    (own_home / "README.md").write_text(BLOCK)
    table = f'[[publish]]\ninto = "{own_home}/README.md:shared"\nfilter = "#vision"\n'
    Path(os.environ["IDEABOARD_CONFIG"]).write_text(table)
    async with run_board(make_service(), MIDDLE) as pilot:
        await press(pilot, "C")
        await press(pilot, "enter")
        written = (own_home / "README.md").read_text()
        assert "A small ensemble" in written
        assert "An atlas" not in written


# The page


async def test_the_page_opens_from_a_private_folder_of_its_own(
    repository: Path, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    before = sorted(repository.rglob("*"))
    with board() as service:
        async with run_board(service, WIDE) as pilot:
            await press(pilot, "C", "4", "4", "4", "o")
            await wait_until(pilot, lambda: opened)
    path = Path(opened[0].removeprefix("file://"))
    assert repository not in path.parents
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert path.read_text("utf-8") == here("changelog", "--format", "html", "-k", "competition").out
    assert "Hush" not in path.read_text("utf-8")
    assert sorted(repository.rglob("*")) == before


async def test_without_a_browser_the_page_is_named(
    repository: Path, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    with board() as service:
        async with run_board(service, WIDE) as pilot:
            await press(pilot, "C", "o")
            await wait_until(pilot, lambda: any("it lies at" in one.lower() for one in said(pilot)))


async def test_what_is_shared_meanwhile_stands_there(repository: Path, run_board: RunBoard) -> None:
    (repository / ".ideaboard/publish.toml").write_text(TABLES)
    with board() as service:
        async with run_board(service, WIDE) as pilot:
            await press(pilot, "C", "enter")
            with board((shared_idea("kkkk2345", "Brand new", ago(0)[:10]),)):
                pass
            await wait_until(pilot, lambda: "Brand new" in text_of(pilot) and "Write this?" in text_of(pilot))
