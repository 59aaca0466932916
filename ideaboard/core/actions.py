"""Every key of every screen, once: the action's id, its default keys, name and help, and the screens it works on.

The bindings of all screens, their footers, the help, the command palette, `ideaboard keys`, the check of remapped keys
in the config and the table in the README are all made from this registry. Key names are Textual's (`core/keys.py`).
A letter means one thing everywhere; the few that mean two are listed with their reasons in
`tests/core/test_core_keys.py`.
We check remapped keys ourselves: Textual accepts unknown names and hides clashes in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ideaboard.core.keys import SAME_BYTE, canonical_key

BOARD = "board"
DETAIL = "detail"
SEARCH = "search"
CANDIDATES = "candidates"
ARCHIVE = "archive"
STATISTICS = "statistics"
CHANNELS = "channels"
WAITING = "waiting"
WATCHES = "watches"
CHANGELOG = "changelog"
LOG = "log"
IMPORT = "import"
LIST = "list"
"""Any other list of rows: what a screen without a name of its own gets."""

PAPERS = (SEARCH, CANDIDATES)
SCREENS: Mapping[str, str] = {
    BOARD: "Board",
    DETAIL: "Detail",
    SEARCH: "Search arXiv",
    CANDIDATES: "Candidates",
    ARCHIVE: "Archive",
    STATISTICS: "Statistics",
    CHANNELS: "Channels",
    CHANGELOG: "Changelog",
    WAITING: "Waiting",
    WATCHES: "Watches",
    LOG: "Log",
    IMPORT: "Import",
    LIST: "List",
}
"""The screens, and what they are called in the help; what is a key of all of them works on a new one at once."""
_OVER = tuple(screen for screen in SCREENS if screen not in (BOARD, DETAIL))
"""What opens over the board."""
_ALL = tuple(SCREENS)


class Action(NamedTuple):
    """Something that a key does on one screen or several."""

    id: str
    """The name in the config's `[keys]`: `card.next_stage`."""
    keys: tuple[str, ...]
    """None for what is only in the palette, unless the config gives it some."""
    name: str
    """Short, as in the footer and the palette."""
    help: str
    """One sentence, as in the help and as a tooltip."""
    group: str
    screens: tuple[str, ...] = (BOARD,)
    does: str = ""
    """The action of other screens than the board: `move(1)` is `action_move`; else it is named as the id ends."""

    @property
    def method(self) -> str:
        """The board screen's action: `card.next_stage` is `card_next_stage`, `go.column_3` is `go_column(3)`."""
        name, _, number = self.id.replace(".", "_").rpartition("_")
        return f"{name}({number})" if number.isdigit() else self.id.replace(".", "_")

    def on(self, screen: str) -> str:
        """Return what the key runs on a screen, as Textual writes actions."""
        return self.method if screen == BOARD else self.does or self.id.partition(".")[2]


_Row = tuple[str, str, str, str, str, tuple[str, ...]]
"""An action without its group: id, keys, name, help, what it does, and its screens where the group has others."""


def _key(id: str, keys: str, name: str, help: str, does: str = "", *, on: tuple[str, ...] = ()) -> _Row:
    return id, keys, name, help, does, on


def _opens(id: str, keys: str, name: str, help: str, screen: str) -> _Row:
    """Describe a key that opens a screen from the board, and leaves it there."""
    return id, keys, name, help, "leave", (BOARD, screen)


def _numbers(id: str, name: str, help: str, does: str = "", last: int = 9, on: tuple[str, ...] = ()) -> list[_Row]:
    """Describe the keys from 1 on; `#` stands for the number."""
    digits = map(str, range(1, last + 1))
    return [(f"{id}_{n}", n, name.replace("#", n), help.replace("#", n), does.replace("#", n), on) for n in digits]


def _section(group: str, screens: tuple[str, ...], *rows: _Row) -> Iterator[Action]:
    """Give the actions of a group, each on these screens unless it names its own."""
    for id, keys, name, help, does, on in rows:
        yield Action(id, tuple(keys.split()), name, help, group, on or screens, does)


GO = "Go"
CARD = "Card"
VIEW = "View"
SOURCE = "Find and share"
ON_BOARD = "Board"
_OPENED = "What is open"
_ON_PAPERS = "Search and candidates"

_ROWS = (BOARD, DETAIL, *_OVER)
_BUT_DETAIL = (BOARD, *_OVER)
_PERIODS = (BOARD, CHANGELOG)
_LINKED = (BOARD, DETAIL, *PAPERS, WAITING, CHANGELOG, CHANNELS, LIST)
_PREVIEWED = (*PAPERS, WAITING, WATCHES, LOG, IMPORT)
_MARKED = (BOARD, *PAPERS, ARCHIVE)
_FILTERED = (BOARD, *PAPERS, WAITING, ARCHIVE, LOG)

_OPTIONS = 7
"""How many options the changelog has."""

# A table: a row takes one line, and a few take more.
# fmt: off
ACTIONS: tuple[Action, ...] = (
    *_section(
        GO,
        _ROWS,
        _key("go.left", "h left", "Left", "Go to the column on the left, or the period before.", "period(-1)",
            on=_PERIODS),
        _key("go.down", "j down", "Down", "Go to the card or the row below.", "move(1)"),
        _key("go.up", "k up", "Up", "Go to the card or the row above.", "move(-1)"),
        _key("go.right", "l right", "Right", "Go to the column on the right, or the next period.", "period(1)",
            on=_PERIODS),
        _key("go.top", "g home", "Top", "Go to the first card or row.", "go(0)"),
        _key("go.bottom", "G end", "Bottom", "Go to the last card or row.", "go(-1)"),
        _key("go.page_down", "pagedown ctrl+f ctrl+d", "Page down", "Go one screen down.", "page(1)"),
        _key("go.page_up", "pageup ctrl+b", "Page up", "Go one screen up.", "page(-1)"),
        *_numbers("go.column", "Column #", "Go to column #.", on=(BOARD,)),
    ),
    *_section(
        CARD,
        (BOARD,),
        _key("card.open", "enter", "Detail", "Show everything about the idea, beside the board or over it."),
        _key("card.add", "a n", "Add",
            "Add an idea, on the board in the focused column; where responses or watches are listed, one of them.",
            on=(BOARD, *PAPERS, WAITING, WATCHES, ARCHIVE, STATISTICS, LOG)),
        _key("card.edit", "e", "Edit",
            "Edit the idea in a form; in the changelog, the note of the period; in a list, what the cursor is on.",
            on=(BOARD, CHANGELOG, WAITING, WATCHES)),
        _key("card.edit_notes", "E", "Notes", "Edit the notes in your editor."),
        _key("card.next_stage", "L shift+right", "Next stage", "Move the card, or all marked, one stage on."),
        _key("card.previous_stage", "H shift+left", "Previous stage", "Move the card, or all marked, one stage back."),
        _key("card.move_down", "J shift+down", "Lower", "Move the card down in its column."),
        _key("card.move_up", "K shift+up", "Higher", "Move the card up in its column."),
        _key("card.move_to", "m", "Move to", "Pick the stage to move to.", on=(BOARD, IMPORT)),
        _key("card.tags", "t", "Tags", "Change the tags.", on=(BOARD, IMPORT)),
        _key("card.kind", "at", "Kind", "Change the kind, of all marked as one step.", on=(BOARD, IMPORT)),
        _key("card.due", "dollar_sign", "Due", "Change the due date, of all marked as one step."),
        _key("card.mark", "space v", "Mark", "Mark it, so that the next action is for all marked.", on=_MARKED),
        _key("card.mark_all", "V", "Mark all", "Mark all that the filter shows here, or none.", on=_MARKED),
        _key("card.archive", "d", "Archive", "Archive it, or take the watch away; undo brings it back.",
            on=(BOARD, STATISTICS, WATCHES, IMPORT)),
        _key("card.yank", "y", "Copy", "Copy the link, the id, the text or the BibTeX.", on=_LINKED),
        _key("card.open_link", "o", "Open link", "Open the link in the browser; with several, pick one.", "open",
            on=_LINKED),
    ),
    *_section(
        SOURCE,
        (BOARD,),
        _key("card.share", "S", "Share", "Share: a link and one line, then texts for each channel."),
        _key("card.texts", "ampersand", "Texts", "Show the texts for the channels again."),
        _key("card.response", "r", "Response", "Write down a follower, a question or an opportunity.",
            on=(BOARD, WAITING)),
        _key("card.draft", "D", "Draft", "Open the draft, or start one from the template of the kind."),
        _key("card.check_draft", "percent_sign", "Check draft", "Show what the draft still lacks."),
        _key("arxiv.search", "s", "Search arXiv", "Search arXiv for papers worth a summary or code."),
        _opens("arxiv.candidates", "c", "Candidates", "Go through the suggested papers, one key each.", CANDIDATES),
        _opens("arxiv.watches", "W", "Watches", "Show the searches that are kept, and what is new in them.", WATCHES),
    ),
    *_section(
        VIEW,
        (BOARD,),
        _key("view.filter", "slash", "Filter", "Filter as you type; in the search, type the query.", on=_FILTERED),
        _key("view.clear", "escape", "Clear", "Take back the filter, then the marks, then what is open.", "close",
            on=_ALL),
        _key("view.order", "b", "Order", "Sort the column for the eye: by due date, kind, time, and back by hand."),
        _key("view.collapse", "z", "Collapse", "Collapse the column; its number opens it again."),
        _key("view.expand", "Z", "Open columns", "Open all collapsed columns again."),
        _opens("view.archive", "A", "Archived", "Show what was archived.", ARCHIVE),
        _opens("view.statistics", "i", "Statistics", "Show what was shared, what is in flight and what waits.",
            STATISTICS),
        _opens("view.changelog", "C", "Changelog", "See the changelog, and write it where others read it.", CHANGELOG),
        _opens("view.waiting", "w", "Waiting", "Show what came back, what waits for an answer first.", WAITING),
        _opens("view.log", "ctrl+l", "Log", "Show all that was done, and take it back up to a line.", LOG),
    ),
    *_section(
        ON_BOARD,
        (BOARD,),
        _key("board.undo", "u", "Undo", "Take back the last change that was made here.", on=_BUT_DETAIL),
        _key("board.redo", "U ctrl+r", "Redo", "Do again what was taken back.", on=_BUT_DETAIL),
        _key("board.bring_back", "B", "Bring back", "Put back what a replaced board file lacks."),
        _key("board.problems", "exclamation_mark", "Messages", "Show what is wrong, and all that was said, whole.",
            on=_BUT_DETAIL),
        _key("board.sync", "", "Sync", "Bring a board in git in step with its other copies."),
        _key("board.inbox", "", "Inbox", "Take in what lies in the inbox folder."),
        _key("board.import_file", "", "Import", "Bring in a file: a board of another program, a table, papers."),
        _key("board.theme", "T", "Theme", "Pick a theme."),
        _key("board.help", "question_mark f1", "Help", "Show the keys.", on=_BUT_DETAIL),
        _key("board.palette", "ctrl+p", "Palette", "Search every action by name.", on=_BUT_DETAIL),
        _key("board.suspend", "ctrl+z", "Suspend", "Go back to the shell; 'fg' brings the board back.", on=_BUT_DETAIL),
        _key("board.quit", "q ctrl+q", "Quit", "Leave the board."),
    ),
    *_section(
        _OPENED,
        _OVER,
        _key("screen.leave", "q", "Back", "Go back to the board."),
    ),
    *_section(
        "Detail",
        (DETAIL,),
        _key("detail.spot", "tab", "Next", "Go to the next point, link or response.", "spot(1)"),
        _key("detail.spot_before", "shift+tab", "Previous", "Go to the one before.", "spot(-1)"),
        _key("detail.next_card", "right_square_bracket", "Next card", "Show the next idea.", "step(1)"),
        _key("detail.previous_card", "left_square_bracket", "Card before", "Show the idea before.", "step(-1)"),
        _key("detail.act", "enter", "Act", "Open the link, tick the point, or mark as answered."),
        _key("detail.tick", "space", "Tick", "Tick the point of the checklist."),
        _key("detail.take", "plus", "Next idea", "Make the question the next idea.", on=(DETAIL, WAITING)),
        *_numbers("detail.link", "Link #", "Open link #.", "open_number(#)"),
    ),
    *_section(
        _ON_PAPERS,
        PAPERS,
        _key("papers.take_as", "enter", "Take as", "Pick what it is to become."),
        _key("papers.summary", "s", "Summary", "Take it as a summary.", "take('summary')"),
        _key("papers.code", "p", "Code", "Take it as paper to code.", "take('paper-to-code')"),
        _key("papers.skip", "x", "Skip", "Skip it: it does not come back."),
        _key("papers.pdf", "O", "PDF", "Open the PDF."),
        _key("papers.preview", "tab", "Preview", "Show the preview, or the list.", on=_PREVIEWED),
        _key("papers.scroll_down", "greater_than_sign", "Further", "Scroll the preview down.", "scroll(1)",
            on=_PREVIEWED),
        _key("papers.scroll_up", "less_than_sign", "Back up", "Scroll the preview up.", "scroll(-1)", on=_PREVIEWED),
        _key("papers.order", "b", "Order", "Sort: the best, the newest, the latest change or the most wanted first."),
        _key("papers.again", "R", "Ask again", "Ask arXiv again: the search, or for news of all watches.",
            on=(*PAPERS, WATCHES)),
    ),
    *_section(
        "Search",
        (SEARCH,),
        _key("search.range", "colon", "Range", "Mark from here to where it is pressed again."),
        _key("search.skipped", "I", "Ignored", "Show what was skipped, or hide it."),
        _key("search.category", "f", "Category", "Pick categories."),
        _key("search.date", "P", "Period", "Pick since when."),
        _key("search.more", "M", "More", "Load more."),
        _key("search.similar", "N", "Near", "Search for papers near this one."),
        _key("search.watch", "W", "Watch", "Keep the search, and look for news of it."),
        _key("search.raw", "equals_sign", "Raw", "Edit the query in arXiv's own language, or go back."),
    ),
    *_section(
        "Candidates",
        (CANDIDATES,),
        _key("candidates.later", "full_stop", "Later", "Leave it for the end of this round."),
    ),
    *_section(
        "Waiting",
        (WAITING,),
        _key("waiting.answer", "enter", "Answer", "Write down what was answered; it may stay empty."),
        _key("waiting.done", "space", "Answered", "Mark it as answered, or as waiting again."),
        _key("waiting.idea", "apostrophe", "Its idea", "Go to its idea on the board."),
    ),
    *_section(
        "Log",
        (LOG,),
        _key("log.idea", "enter", "Its idea", "Go to the idea on the board.", on=(LOG, STATISTICS)),
        _key("log.back_to", "backspace", "Undo up to here", "Take back this and all that came after it."),
        _key("log.guest", "asterisk", "Undo a guest", "Take back all that this guest did and you have not looked at."),
    ),
    *_section(
        "Import",
        (IMPORT,),
        _key("import.apply", "enter", "Import", "Bring it in as it is shown."),
        *_numbers("import.column", "To column #", "Let the list go to column #.", "stage(#)"),
    ),
    *_section(
        "Watches",
        (WATCHES,),
        _key("watches.candidates", "enter", "Candidates", "Go through what it found."),
        _key("watches.ask", "r", "Ask", "Ask arXiv what is new for this one."),
        _key("watches.rename", "quotation_mark", "Rename", "Give it another name."),
    ),
    *_section(
        "Changelog",
        (CHANGELOG,),
        _key("changelog.publish", "enter", "Publish", "Show what would be written, then write it."),
        _key("changelog.difference", "equals_sign", "Difference", "Show what would be written, or the preview."),
        _key("changelog.write_over", "F", "Write over", "Write over what was edited by hand."),
        *_numbers("changelog.option", "Option #", "Take the next value of the option #.", "option(#)",
            last=_OPTIONS),
        _key("changelog.back", "minus", "Value before", "Take the value before, of the option chosen last."),
        _key("changelog.all", "0", "All options", "Put all options back as they were at first."),
    ),
    *_section(
        "Archive",
        (ARCHIVE,),
        _key("archive.restore", "enter", "Bring back", "Bring it, or all marked, back."),
        _key("archive.delete", "X delete", "Delete", "Delete it for good, after a question."),
        _key("archive.reason", "tab", "Reason", "Show only what has the next reason.", "reason(1)"),
        _key("archive.reason_before", "shift+tab", "Reason before", "Show the one before.", "reason(-1)"),
    ),
    *_section(
        "Statistics",
        (STATISTICS,),
        _key("statistics.keep", "space", "Keep", "Keep it: it leaves the list, and nothing else."),
    ),
    *_section(
        "Channels",
        (CHANNELS,),
        _key("channels.done", "space", "Done", "Mark as posted, or not any more."),
    ),
)
# fmt: on


def check_keys(wanted: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str]]]:
    """Put remapped keys, by action id, in the place of the default ones.

    Returns the keys in force, and (action id, what is wrong) for each entry that cannot be used; its action keeps its
    default keys. Two actions may have one key where no screen has both.
    """
    defaults = {action.id: action.keys for action in ACTIONS}
    problems: list[tuple[str, str]] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for id, keys in wanted.items():
        if id not in defaults:
            problems.append((id, "there is no such action; 'ideaboard keys' lists them"))
        elif what := _wrong_key(keys) if keys or defaults[id] else "":
            problems.append((id, what))
        else:
            chosen[id] = tuple(dict.fromkeys(filter(None, map(canonical_key, keys))))
    while clash := _clash({**defaults, **chosen}, chosen):
        id, other, key = clash
        del chosen[id]
        problems.append((id, f"'{key}' is a key of '{other}' already; the default keys are kept"))
    return {**defaults, **chosen}, problems


def _wrong_key(keys: tuple[str, ...]) -> str:
    if not keys:
        return "there must be at least one key; the default keys are kept"
    for key in keys:
        canonical = canonical_key(key)
        if canonical is None:
            return f"there is no key '{key}'; the default keys are kept"
        if canonical in SAME_BYTE:
            return f"terminals cannot tell '{key}' from {SAME_BYTE[canonical]}; the default keys are kept"
    return ""


def _clash(keys: Mapping[str, tuple[str, ...]], chosen: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
    """Find a chosen entry, the latest first, one of whose keys another action has too on a screen of both."""
    if not chosen:
        return None
    screens = {action.id: frozenset(action.screens) for action in ACTIONS}
    pairs = ((id, other) for id in reversed(list(chosen)) for other in keys if other != id)
    together = ((id, other) for id, other in pairs if screens[id] & screens[other])
    return next(((id, other, key) for id, other in together for key in chosen[id] if key in keys[other]), None)
