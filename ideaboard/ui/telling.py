"""What screens ask of the app, and the one way in which they say what was done and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from textual.events import Key
from textual.screen import Screen
from textual.widget import Widget

from ideaboard.core.board import Board
from ideaboard.core.text import counted
from ideaboard.errors import BoardFileError, IdeaboardError, InvalidInput
from ideaboard.files import failed
from ideaboard.service import Outcome
from ideaboard.ui.drawing.cells import tame, width_of
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.keymap import Keymap, keymap_of
from ideaboard.ui.messages import Messages

T = TypeVar("T")
A = TypeVar("A")

_IN_KEYS = (
    (r"share it again to add one", "{card.share} adds one"),
    (r"bring it back with 'ideaboard restore [^']*'", "{view.archive} shows what was archived and brings it back"),
    (r"'ideaboard response list' shows their ids", "it may be deleted; the detail shows those that are there"),
    (r"'ideaboard undo' may bring", "{board.undo} may bring"),
    (r"'ideaboard (?:undo|log) \w+' (?=x|brings|has)", "the log ({view.log}) "),
    (r"(?:start|make) one with:? '?ideaboard draft (?:ID|[^']*)'?", "{card.draft} starts one"),
    (r"'ideaboard list has:paper' shows", "{view.filter} with has:paper shows"),
    (r"'ideaboard arxiv add' brings papers onto the board", "{arxiv.search} finds papers"),
    (r"'ideaboard list' shows the ids", "{view.filter} finds ideas by words"),
    (r"look at it with `ideaboard log`", "the detail of the idea shows its log"),
    (r"wait until 'not saved' is gone from the header", "wait until 'not saved' is gone from the top"),
    (r"take another folder with --dir, or move it away", "move it away, or start the board in another folder"),
    (r"choose another folder with --dir", "start the board in another folder"),
    (r"try again later, or allow more time with --wait", "try again later"),
    (r"see ideaboard arxiv categories", "the search screen lists them"),
    (r"add a paper by its link with: ideaboard arxiv add LINK", "paste a link alone to look its paper up"),
    (r"'ideaboard arxiv check' fills", "{arxiv.candidates}, then {papers.again}, fills"),
    (r"or 'ideaboard add' each as an idea", "or {card.add} adds each as an idea"),
    (r"'ideaboard add' keeps it as an idea until then", "{card.add} keeps it as an idea until then"),
    (r"'arxiv watch remove [^']*' takes it away", "{arxiv.watches} shows it"),
    (r"'ideaboard import --help' names what comes in; .*", "boards, tables, lists and bibliographies come in"),
    (r"'ideaboard import' reads", "Import, in the palette, reads"),
    (r"bring it in with 'ideaboard import'", "bring it in with Import, in the palette"),
    (r"'ideaboard keys' lists them", "{board.help} lists them"),
    (r"or use --force to write over", "or press {changelog.write_over} to write over"),
    (r"put the changelog into a block with --into", "say into in place of output, for a block of it"),
    (r"add --format html", 'name it with output, and format = "html", in its table'),
    (r"add --format \w+", "name it with output and its format in its table"),
    (r"or write a page with --format html", 'or say format = "html" and output in its table'),
    (r"write other formats to a file with -o", "say output in place of into in its table"),
)
"""What the use cases say with commands and options, and how it is done with keys; `{id}` is the key of an action."""

_ID = re.compile(r"\{([a-z_.]+)\}")
_SHOWN = 60


class Host(Protocol):
    """What the app does for its screens, besides what every Textual app does; screens do not import the app.

    What opens another program raises `InvalidInput` when that may not be, or fails.
    """

    messages: Messages

    def make_inks(self) -> Inks: ...
    def open_link(self, url: str) -> None: ...
    def open_page(self, text: str) -> Path: ...
    def edit_outside(self, text: str) -> str: ...
    def edit_file(self, path: Path) -> None: ...
    def show_help(self, screen: str) -> None: ...
    def show_messages(self) -> None: ...
    def show_palette(self, screen: str) -> None: ...
    def show_themes(self) -> None: ...
    async def action_quit(self) -> None: ...


def host_of(widget: Widget) -> Host:
    """Return the app of a widget as what our screens know of it."""
    return cast("Host", widget.app)


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def in_keys(text: str, keymap: Keymap) -> str:
    """Say with keys what a use case says with the words of the command line."""
    for pattern, instead in _IN_KEYS:
        said = _ID.sub(lambda found: keymap.shown(found[1]), instead)
        text = re.sub(pattern, said.replace("\\", r"\\"), text)
    return text


def read_only(refusal: BoardFileError) -> tuple[str, str]:
    """Return in few words why a board takes no change, and what to do about it."""
    reason = re.sub(r"^'.*?' (?:is )?", "", refusal.message).removesuffix(", so it can only be read")
    commands = re.findall("`([^`]+)`", refusal.hint)
    return f"read-only: {reason}", commands[-1] if commands else refusal.hint


def read_only_in(refusal: BoardFileError, room: int) -> str:
    """Say on one line of so many cells that a board takes no change, and what to do; the reason goes first."""
    what, remedy = map(tame, read_only(refusal))
    whole = f"{what} · {remedy}"
    return whole if width_of(whole) <= room else f"read-only · {remedy}"


def tell(widget: Widget, text: str, *, warning: bool = False) -> None:
    """Say something, as plain text, in the one line of messages."""
    widget.notify(text, severity="warning" if warning else "information", markup=False)


def too_long(left_out: int) -> str:
    """Say that the end of a paste found no place."""
    return f"The paste is too long: {counted(left_out, 'character')} at its end are left out"


def paste_into(widget: Widget, line: TypedLine, text: str) -> None:
    """Paste a text into a line that is typed, and say what found no place there."""
    if left_out := line.insert(text):
        tell(widget, too_long(left_out), warning=True)


def tell_error(widget: Widget, error: IdeaboardError) -> None:
    said = sentence(error.message) + (f"\n{in_keys(error.hint, keymap_of(widget))}" if error.hint else "")
    widget.notify(said, severity="error", markup=False)


def told(error: Exception) -> IdeaboardError:
    """Return what a person hears of a failure, so that the work of a thread ends in words whatever ended it."""
    if isinstance(error, IdeaboardError):
        return error
    if isinstance(error, OSError):
        return failed(error)
    what = " ".join(str(error).split()) or "no reason given"
    return IdeaboardError(f"that went wrong inside: {type(error).__name__}, {what}", "please report this")


def attempt(widget: Widget, do: Callable[[], T]) -> T | None:
    """Run a use case; a failure becomes a notification, and None."""
    try:
        return do()
    except (IdeaboardError, OSError) as error:
        tell_error(widget, told(error))
        return None


def ask(widget: Widget, dialog: Screen[T | None], then: Callable[[T], object]) -> None:
    """Open a dialog and go on with its answer; None means that the person thought better of it."""

    def answered(result: T | None) -> None:
        if result is not None:
            then(result)

    widget.app.push_screen(dialog, answered)


class Taking(Protocol[A]):
    """A dialog in which something is typed: it closes once what it gives was taken, so that nothing typed is lost."""

    take: Callable[[A], object] | None


def ask_until_done(
    widget: Widget, dialog: Screen[A | None], do: Callable[[A], T | None], then: Callable[[T], object] | None = None
) -> None:
    """Open a dialog that stays as it is until something could be done with its answer; then go on with what came of it.

    `do` says itself why something could not be done, and gives None.
    """
    done: list[T] = []

    def take(answer: A) -> bool:
        done.extend(one for one in [do(answer)] if one is not None)
        return bool(done)

    cast("Taking[A]", dialog).take = take
    ask(widget, dialog, lambda _: [then(one) for one in done] if then else None)


def act(widget: Widget, do: Callable[[], Outcome], *, say: bool = True, turns: bool = False) -> Outcome | None:
    """Change the board, and say what to know besides, why not, and what was done unless the screen shows it.

    Behind what was done stands the key that takes it back, unless it takes back or does again itself (`turns`).
    """
    outcome = attempt(widget, do)
    if outcome is not None:
        said, warning = outcome.said if say else "", in_keys(outcome.warning, keymap_of(widget))
        tell_done(widget, said, warning, turns=turns)
    return outcome


def tell_done(widget: Widget, said: str, warning: str = "", *, turns: bool = False) -> None:
    """Say what was done, what to know besides, and the key that takes it back."""
    undo = keymap_of(widget).shown("board.undo") if said and not turns else ""
    parts = [*map(sentence, filter(None, (said, warning))), *filter(None, (undo,))]
    if parts:
        tell(widget, "\n".join(parts), warning=bool(warning))


def turned(board: Board, turn: Callable[[], Outcome]) -> Outcome:
    """Take back or do again; that there is nothing is no error, only a word."""
    try:
        return turn()
    except InvalidInput as error:
        return Outcome(board, said=error.message)


async def do_at_once(
    screen: Screen[Any], event: Key, type_key: Callable[[Key], bool], actions: Mapping[str, str]
) -> None:
    """Type a key into the line of a screen, if there is one, or do what the key says.

    Textual would send it on to the app and look its binding up there, while the next key is already on its way here: of
    a quick `aTitle` the T would change the theme. A key that comes after one that opened another screen was meant for
    that screen.
    """
    if not screen.is_active:
        screen.app.post_message(Key(event.key, event.character))
    elif not type_key(event):
        if event.key not in actions:
            return
        await screen.run_action(actions[event.key])
    event.stop()
    event.prevent_default()


def copy(widget: Widget, text: str, what: str = "") -> None:
    """Put a text on the clipboard, and say what it is, or how it begins."""
    widget.app.copy_to_clipboard(text)
    first = what or next(iter(text.splitlines()), "")
    tell(widget, f"Copied {first if len(first) <= _SHOWN else first[: _SHOWN - 1] + '…'}")


def open_link(widget: Widget, url: str) -> None:
    attempt(widget, lambda: host_of(widget).open_link(url))
