"""Every key of every screen, once: the action's id, its default keys, name and help, and the screens it works on.

The bindings of all screens, their footers, the help, the command palette, `ideaboard keys`, the check of remapped keys
in the config and the table in the README are all made from this registry. Key names are Textual's (`core/keys.py`).
A letter means one thing everywhere; the few that mean two are listed with their reasons in
`tests/core/test_core_keys.py`.
We check remapped keys ourselves: Textual accepts unknown names and hides clashes in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


def _action(
    id: str, keys: str, name: str, help: str, group: str, screens: Collection[str] = (BOARD,), does: str = ""
) -> Action:
    return Action(id, tuple(keys.split()), name, help, group, tuple(screens), does)


GO = "Go"
CARD = "Card"
VIEW = "View"
SOURCE = "Find and share"
ON_BOARD = "Board"
_OPENED = "What is open"
_ON_PAPERS = "Search and candidates"

_ROWS = (BOARD, DETAIL, *_OVER)
_LINKED = (BOARD, DETAIL, *PAPERS, WAITING, CHANGELOG, CHANNELS, LIST)
_PREVIEWED = (*PAPERS, WAITING, WATCHES, LOG, IMPORT)
_MARKED = (BOARD, *PAPERS, ARCHIVE)
_FILTERED = (BOARD, *PAPERS, WAITING, ARCHIVE, LOG)

_OPTIONS = 7
"""How many options the changelog has."""

ACTIONS: tuple[Action, ...] = (
    _action(
        "go.left",
        "h left",
        "Left",
        "Go to the column on the left, or the period before.",
        GO,
        (BOARD, CHANGELOG),
        "period(-1)",
    ),
    _action("go.down", "j down", "Down", "Go to the card or the row below.", GO, _ROWS, "move(1)"),
    _action("go.up", "k up", "Up", "Go to the card or the row above.", GO, _ROWS, "move(-1)"),
    _action(
        "go.right",
        "l right",
        "Right",
        "Go to the column on the right, or the next period.",
        GO,
        (BOARD, CHANGELOG),
        "period(1)",
    ),
    _action("go.top", "g home", "Top", "Go to the first card or row.", GO, _ROWS, "go(0)"),
    _action("go.bottom", "G end", "Bottom", "Go to the last card or row.", GO, _ROWS, "go(-1)"),
    _action("go.page_down", "pagedown ctrl+f ctrl+d", "Page down", "Go one screen down.", GO, _ROWS, "page(1)"),
    _action("go.page_up", "pageup ctrl+b", "Page up", "Go one screen up.", GO, _ROWS, "page(-1)"),
    *(_action(f"go.column_{n}", str(n), f"Column {n}", f"Go to column {n}.", GO) for n in range(1, 10)),
    _action("card.open", "enter", "Detail", "Show everything about the idea, beside the board or over it.", CARD),
    _action(
        "card.add",
        "a n",
        "Add",
        "Add an idea, on the board in the focused column; where responses or watches are listed, one of them.",
        CARD,
        (BOARD, *PAPERS, WAITING, WATCHES, ARCHIVE, STATISTICS, LOG),
    ),
    _action(
        "card.edit",
        "e",
        "Edit",
        "Edit the idea in a form; in the changelog, the note of the period; in a list, what the cursor is on.",
        CARD,
        (BOARD, CHANGELOG, WAITING, WATCHES),
    ),
    _action("card.edit_notes", "E", "Notes", "Edit the notes in your editor.", CARD),
    _action("card.next_stage", "L shift+right", "Next stage", "Move the card, or all marked, one stage on.", CARD),
    _action(
        "card.previous_stage", "H shift+left", "Previous stage", "Move the card, or all marked, one stage back.", CARD
    ),
    _action("card.move_down", "J shift+down", "Lower", "Move the card down in its column.", CARD),
    _action("card.move_up", "K shift+up", "Higher", "Move the card up in its column.", CARD),
    _action("card.move_to", "m", "Move to", "Pick the stage to move to.", CARD, (BOARD, IMPORT)),
    _action("card.tags", "t", "Tags", "Change the tags.", CARD, (BOARD, IMPORT)),
    _action("card.kind", "at", "Kind", "Change the kind, of all marked as one step.", CARD, (BOARD, IMPORT)),
    _action("card.due", "dollar_sign", "Due", "Change the due date, of all marked as one step.", CARD),
    _action("card.mark", "space v", "Mark", "Mark it, so that the next action is for all marked.", CARD, _MARKED),
    _action("card.mark_all", "V", "Mark all", "Mark all that the filter shows here, or none.", CARD, _MARKED),
    _action(
        "card.archive",
        "d",
        "Archive",
        "Archive it, or take the watch away; undo brings it back.",
        CARD,
        (BOARD, STATISTICS, WATCHES, IMPORT),
    ),
    _action("card.yank", "y", "Copy", "Copy the link, the id, the text or the BibTeX.", CARD, _LINKED),
    _action(
        "card.open_link",
        "o",
        "Open link",
        "Open the link in the browser; with several, pick one.",
        CARD,
        _LINKED,
        "open",
    ),
    _action("card.share", "S", "Share", "Share: a link and one line, then texts for each channel.", SOURCE),
    _action("card.texts", "ampersand", "Texts", "Show the texts for the channels again.", SOURCE),
    _action(
        "card.response",
        "r",
        "Response",
        "Write down a follower, a question or an opportunity.",
        SOURCE,
        (BOARD, WAITING),
    ),
    _action("card.draft", "D", "Draft", "Open the draft, or start one from the template of the kind.", SOURCE),
    _action("card.check_draft", "percent_sign", "Check draft", "Show what the draft still lacks.", SOURCE),
    _action("arxiv.search", "s", "Search arXiv", "Search arXiv for papers worth a summary or code.", SOURCE),
    _action(
        "arxiv.candidates",
        "c",
        "Candidates",
        "Go through the suggested papers, one key each.",
        SOURCE,
        (BOARD, CANDIDATES),
        "leave",
    ),
    _action(
        "arxiv.watches",
        "W",
        "Watches",
        "Show the searches that are kept, and what is new in them.",
        SOURCE,
        (BOARD, WATCHES),
        "leave",
    ),
    _action("view.filter", "slash", "Filter", "Filter as you type; in the search, type the query.", VIEW, _FILTERED),
    _action(
        "view.clear", "escape", "Clear", "Take back the filter, then the marks, then what is open.", VIEW, _ALL, "close"
    ),
    _action(
        "view.order", "b", "Order", "Sort the column for the eye: by due date, kind, time, and back by hand.", VIEW
    ),
    _action("view.collapse", "z", "Collapse", "Collapse the column; its number opens it again.", VIEW),
    _action("view.expand", "Z", "Open columns", "Open all collapsed columns again.", VIEW),
    _action("view.archive", "A", "Archived", "Show what was archived.", VIEW, (BOARD, ARCHIVE), "leave"),
    _action(
        "view.statistics",
        "i",
        "Statistics",
        "Show what was shared, what is in flight and what waits.",
        VIEW,
        (BOARD, STATISTICS),
        "leave",
    ),
    _action(
        "view.changelog",
        "C",
        "Changelog",
        "See the changelog, and write it where others read it.",
        VIEW,
        (BOARD, CHANGELOG),
        "leave",
    ),
    _action(
        "view.waiting",
        "w",
        "Waiting",
        "Show what came back, what waits for an answer first.",
        VIEW,
        (BOARD, WAITING),
        "leave",
    ),
    _action(
        "view.log",
        "ctrl+l",
        "Log",
        "Show all that was done, and take it back up to a line.",
        VIEW,
        (BOARD, LOG),
        "leave",
    ),
    _action("board.undo", "u", "Undo", "Take back the last change that was made here.", ON_BOARD, (BOARD, *_OVER)),
    _action("board.redo", "U ctrl+r", "Redo", "Do again what was taken back.", ON_BOARD, (BOARD, *_OVER)),
    _action("board.bring_back", "B", "Bring back", "Put back what a replaced board file lacks.", ON_BOARD),
    _action(
        "board.problems",
        "exclamation_mark",
        "Messages",
        "Show what is wrong, and all that was said, whole.",
        ON_BOARD,
        (BOARD, *_OVER),
    ),
    _action("board.sync", "", "Sync", "Bring a board in git in step with its other copies.", ON_BOARD),
    _action("board.inbox", "", "Inbox", "Take in what lies in the inbox folder.", ON_BOARD),
    _action(
        "board.import_file", "", "Import", "Bring in a file: a board of another program, a table, papers.", ON_BOARD
    ),
    _action("board.theme", "T", "Theme", "Pick a theme.", ON_BOARD),
    _action("board.help", "question_mark f1", "Help", "Show the keys.", ON_BOARD, (BOARD, *_OVER)),
    _action("board.palette", "ctrl+p", "Palette", "Search every action by name.", ON_BOARD, (BOARD, *_OVER)),
    _action("board.suspend", "ctrl+z", "Suspend", "Go back to the shell; 'fg' brings the board back.", ON_BOARD),
    _action("board.quit", "q ctrl+q", "Quit", "Leave the board.", ON_BOARD),
    _action("screen.leave", "q", "Back", "Go back to the board.", _OPENED, _OVER),
    _action("detail.spot", "tab", "Next", "Go to the next point, link or response.", "Detail", (DETAIL,), "spot(1)"),
    _action("detail.spot_before", "shift+tab", "Previous", "Go to the one before.", "Detail", (DETAIL,), "spot(-1)"),
    _action(
        "detail.next_card", "right_square_bracket", "Next card", "Show the next idea.", "Detail", (DETAIL,), "step(1)"
    ),
    _action(
        "detail.previous_card",
        "left_square_bracket",
        "Card before",
        "Show the idea before.",
        "Detail",
        (DETAIL,),
        "step(-1)",
    ),
    _action("detail.act", "enter", "Act", "Open the link, tick the point, or mark as answered.", "Detail", (DETAIL,)),
    _action("detail.tick", "space", "Tick", "Tick the point of the checklist.", "Detail", (DETAIL,)),
    _action("detail.take", "plus", "Next idea", "Make the question the next idea.", "Detail", (DETAIL, WAITING)),
    *(
        _action(f"detail.link_{n}", str(n), f"Link {n}", f"Open link {n}.", "Detail", (DETAIL,), f"open_number({n})")
        for n in range(1, 10)
    ),
    _action("papers.take_as", "enter", "Take as", "Pick what it is to become.", _ON_PAPERS, PAPERS),
    _action("papers.summary", "s", "Summary", "Take it as a summary.", _ON_PAPERS, PAPERS, "take('summary')"),
    _action("papers.code", "p", "Code", "Take it as paper to code.", _ON_PAPERS, PAPERS, "take('paper-to-code')"),
    _action("papers.skip", "x", "Skip", "Skip it: it does not come back.", _ON_PAPERS, PAPERS),
    _action("papers.pdf", "O", "PDF", "Open the PDF.", _ON_PAPERS, PAPERS),
    _action("papers.preview", "tab", "Preview", "Show the preview, or the list.", _ON_PAPERS, _PREVIEWED),
    _action(
        "papers.scroll_down",
        "greater_than_sign",
        "Further",
        "Scroll the preview down.",
        _ON_PAPERS,
        _PREVIEWED,
        "scroll(1)",
    ),
    _action(
        "papers.scroll_up", "less_than_sign", "Back up", "Scroll the preview up.", _ON_PAPERS, _PREVIEWED, "scroll(-1)"
    ),
    _action(
        "papers.order",
        "b",
        "Order",
        "Sort: the best, the newest, the latest change or the most wanted first.",
        _ON_PAPERS,
        PAPERS,
    ),
    _action(
        "papers.again",
        "R",
        "Ask again",
        "Ask arXiv again: the search, or for news of all watches.",
        _ON_PAPERS,
        (*PAPERS, WATCHES),
    ),
    _action("search.range", "colon", "Range", "Mark from here to where it is pressed again.", "Search", (SEARCH,)),
    _action("search.skipped", "I", "Ignored", "Show what was skipped, or hide it.", "Search", (SEARCH,)),
    _action("search.category", "f", "Category", "Pick categories.", "Search", (SEARCH,)),
    _action("search.date", "P", "Period", "Pick since when.", "Search", (SEARCH,)),
    _action("search.more", "M", "More", "Load more.", "Search", (SEARCH,)),
    _action("search.similar", "N", "Near", "Search for papers near this one.", "Search", (SEARCH,)),
    _action("search.watch", "W", "Watch", "Keep the search, and look for news of it.", "Search", (SEARCH,)),
    _action(
        "search.raw", "equals_sign", "Raw", "Edit the query in arXiv's own language, or go back.", "Search", (SEARCH,)
    ),
    _action(
        "candidates.later", "full_stop", "Later", "Leave it for the end of this round.", "Candidates", (CANDIDATES,)
    ),
    _action(
        "waiting.answer", "enter", "Answer", "Write down what was answered; it may stay empty.", "Waiting", (WAITING,)
    ),
    _action("waiting.done", "space", "Answered", "Mark it as answered, or as waiting again.", "Waiting", (WAITING,)),
    _action("waiting.idea", "apostrophe", "Its idea", "Go to its idea on the board.", "Waiting", (WAITING,)),
    _action("log.idea", "enter", "Its idea", "Go to the idea on the board.", "Log", (LOG, STATISTICS)),
    _action("log.back_to", "backspace", "Undo up to here", "Take back this and all that came after it.", "Log", (LOG,)),
    _action(
        "log.guest",
        "asterisk",
        "Undo a guest",
        "Take back all that this guest did and you have not looked at.",
        "Log",
        (LOG,),
    ),
    _action("import.apply", "enter", "Import", "Bring it in as it is shown.", "Import", (IMPORT,)),
    *(
        _action(
            f"import.column_{n}",
            str(n),
            f"To column {n}",
            f"Let the list go to column {n}.",
            "Import",
            (IMPORT,),
            f"stage({n})",
        )
        for n in range(1, 10)
    ),
    _action("watches.candidates", "enter", "Candidates", "Go through what it found.", "Watches", (WATCHES,)),
    _action("watches.ask", "r", "Ask", "Ask arXiv what is new for this one.", "Watches", (WATCHES,)),
    _action("watches.rename", "quotation_mark", "Rename", "Give it another name.", "Watches", (WATCHES,)),
    _action(
        "changelog.publish", "enter", "Publish", "Show what would be written, then write it.", "Changelog", (CHANGELOG,)
    ),
    _action(
        "changelog.difference",
        "equals_sign",
        "Difference",
        "Show what would be written, or the preview.",
        "Changelog",
        (CHANGELOG,),
    ),
    _action(
        "changelog.write_over", "F", "Write over", "Write over what was edited by hand.", "Changelog", (CHANGELOG,)
    ),
    *(
        _action(
            f"changelog.option_{n}",
            str(n),
            f"Option {n}",
            f"Take the next value of the option {n}.",
            "Changelog",
            (CHANGELOG,),
            f"option({n})",
        )
        for n in range(1, _OPTIONS + 1)
    ),
    _action(
        "changelog.back",
        "minus",
        "Value before",
        "Take the value before, of the option chosen last.",
        "Changelog",
        (CHANGELOG,),
    ),
    _action(
        "changelog.all", "0", "All options", "Put all options back as they were at first.", "Changelog", (CHANGELOG,)
    ),
    _action("archive.restore", "enter", "Bring back", "Bring it, or all marked, back.", "Archive", (ARCHIVE,)),
    _action("archive.delete", "X delete", "Delete", "Delete it for good, after a question.", "Archive", (ARCHIVE,)),
    _action(
        "archive.reason", "tab", "Reason", "Show only what has the next reason.", "Archive", (ARCHIVE,), "reason(1)"
    ),
    _action(
        "archive.reason_before",
        "shift+tab",
        "Reason before",
        "Show the one before.",
        "Archive",
        (ARCHIVE,),
        "reason(-1)",
    ),
    _action(
        "statistics.keep",
        "space",
        "Keep",
        "Keep it: it leaves the list, and nothing else.",
        "Statistics",
        (STATISTICS,),
    ),
    _action("channels.done", "space", "Done", "Mark as posted, or not any more.", "Channels", (CHANNELS,)),
)


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
