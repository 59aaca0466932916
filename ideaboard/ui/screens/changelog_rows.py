"""The changelog screen's texts as rows: the preview with the note that is typed in it, what would change in files, and
what stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ideaboard.core.board import Board
from ideaboard.core.changelog import ChangelogOptions, Period
from ideaboard.errors import IdeaboardError
from ideaboard.publish.targets import NothingToPublish
from ideaboard.service.sharing import Plan
from ideaboard.ui.detail.markdown import markdown_rows
from ideaboard.ui.drawing.cells import Line, Piece, cut, shorten, tame, width_of
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.drawing.rows import BLANK, Row, wrapped
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.screens.changelog_options import OPTIONS, Chosen, in_force
from ideaboard.ui.telling import in_keys

_COMMENT = re.compile(r"^<!--.*-->\n?", re.MULTILINE)
_DIFF_HEAD = ("--- ", "+++ ")
_DIFF_STYLES = {"+": "good", "-": "hot", "@": "quiet"}
_NAME_WIDTH = 13


class Made(NamedTuple):
    """The changelog as it is shown, for one width."""

    text: str
    """The very text that the command prints."""
    rows: Sequence[Row]
    periods: Sequence[Period]
    at: Sequence[int]
    """The row of the heading of each period."""
    entries: int
    width: int
    is_whole: bool
    """Whether it is all of it, and not only its head."""
    options: ChangelogOptions
    """What it was made with."""


def changelog_rows(text: str, width: int) -> Iterator[Row]:
    """Draw the changelog, without the comments by which programs know it."""
    return markdown_rows(_COMMENT.sub("", text), width)


def find_periods(rows: Sequence[Row], periods: Sequence[Period]) -> tuple[list[Period], list[int]]:
    """Return the periods that have a heading among the rows, and where; a person's own template may leave them out."""
    found: list[Period] = []
    at: list[int] = []
    headings = [(y, row.plain) for y, row in enumerate(rows) if row.pieces and row.pieces[0][1] == "strong"]
    left = iter(headings)
    for period in periods:
        wanted = tame(period.heading)
        y = next((y for y, text in left if text == wanted), None) if wanted else None
        if y is None:
            break
        found.append(period)
        at.append(y)
    return found, at


def with_period(made: Made, number: int, line: TypedLine | None) -> tuple[list[Row], int]:
    """Return the rows with one period's heading set off, and its note as it is typed; and the row of the cursor."""
    rows = list(made.rows)
    if number >= len(made.at):
        return rows, 0
    at = made.at[number]
    rows[at] = Row(tuple((text, "head-on") for text, _ in rows[at].pieces), rows[at].spot)
    if line is None:
        return rows, at
    end = at + 1
    if made.periods[number].note and rows[end : end + 1] == [BLANK]:
        end += 1
        while end < len(rows) and rows[end] != BLANK:
            end += 1
    typed, caret = note_rows(line, made.width)
    rows[at + 1 : end] = [BLANK, *typed]
    return rows, at + 2 + caret


def note_rows(line: TypedLine, width: int) -> tuple[list[Row], int]:
    """Draw a text as it is typed, over as many rows as it needs, every blank kept; return also the cursor's row."""
    text, at = f"{line.text} ", line.cursor
    rows: list[Row] = []
    caret = 0
    start = 0
    while start < len(text):
        end = start + _fitting(text[start:], width)
        here: list[Piece] = [(tame(text[start:end]), "input")]
        if start <= at < end:
            caret = len(rows)
            parts = (text[start:at], "input"), (text[at], "caret"), (text[at + 1 : end], "input")
            here = [(tame(part), style) for part, style in parts if part]
        rows.append(Row(tuple(here)))
        start = end
    return rows, caret


def _fitting(text: str, width: int) -> int:
    """Return how many characters stand on a line: up to its last blank where more follows."""
    count = len(cut(text, max(width, 2))) or 1
    if count < len(text) and (blank := text.rfind(" ", 0, count)) > 0:
        return blank + 1
    return count


class Place(NamedTuple):
    """A place that the changelog is written to, and what would change there."""

    plan: Plan
    lines: Sequence[str] = ()
    """The lines of the difference."""
    more: int = 0
    less: int = 0
    """How many lines would come, and go."""

    @property
    def name(self) -> str:
        return tame(self.plan.target.name)

    @property
    def changes(self) -> bool:
        """Whether something would be written."""
        return self.plan.written is not None and self.plan.written.changed

    @property
    def state(self) -> Piece:
        if self.plan.problem:
            return "not written", "hot"
        if not self.changes:
            return "up to date", "quiet"
        return counted_lines([self], ""), "good"


def counted_lines(places: Iterable[Place], unit: str = " lines") -> str:
    """Say how many lines would come, and go."""
    places = list(places)
    more, less = sum(place.more for place in places), sum(place.less for place in places)
    said = " ".join(filter(None, [f"+{more:,}" * bool(more), f"-{less:,}" * bool(less)])) or "+0"
    return f"{said}{unit[:-1] if more + less == 1 else unit}"


def place_of(plan: Plan) -> Place:
    """Count what would change in a place."""
    lines = plan.written.diff.splitlines() if plan.written else []
    lines = [line for line in lines if not line.startswith(_DIFF_HEAD)]
    return Place(plan, lines, sum(line[:1] == "+" for line in lines), sum(line[:1] == "-" for line in lines))


def place_rows(places: Sequence[Place], width: int, keymap: Keymap) -> Iterator[Row]:
    """Draw what would be written, place by place: what speaks against it, and the lines that would come and go."""
    for number, place in enumerate(places):
        if number:
            yield BLANK
        yield from map(Row, wrapped([(place.name, "name"), ("  ", "quiet"), place.state], width))
        if place.plan.problem:
            yield from problem_rows(place.plan.problem, width, keymap, place.plan.target.name)
        for line in place.lines:
            yield from _diff_rows(line, width)


def _diff_rows(line: str, width: int) -> Iterator[Row]:
    style = _DIFF_STYLES.get(line[:1], "title")
    text = tame(line.expandtabs(4)) or " "
    sign, text = text[:1], text[1:]
    while True:
        head = cut(text, max(width - 1, 1)) or text[:1]
        yield Row(((sign + head, style),))
        text, sign = text[len(head) :], " "
        if not text:
            return


def problem_rows(problem: IdeaboardError, width: int, keymap: Keymap, name: str = "") -> Iterator[Row]:
    """Draw what is wrong and what to do, with the keys of this screen; not again the name that stands above it."""
    if isinstance(problem, NothingToPublish):
        yield from _how_to_publish(problem, width, keymap)
        return
    hint = in_keys(problem.hint, keymap)
    for text, style in ((problem.message.removeprefix(f"{name}: "), "hot"), (hint, "title")):
        if text:
            yield from map(Row, wrapped([(f"{text[:1].upper()}{text[1:]}.", style)], width))


def _how_to_publish(problem: NothingToPublish, width: int, keymap: Keymap) -> Iterator[Row]:
    def text(said: str) -> Iterator[Row]:
        return map(Row, wrapped([(said, "title")], width))

    def code(lines: Sequence[str]) -> Iterator[Row]:
        for line in lines:
            yield from (Row((("  ", "quiet"), *pieces)) for pieces in wrapped([(line, "code")], max(width - 2, 4)))

    yield from map(Row, wrapped([("No file is named yet that the changelog goes to", "name")], width))
    yield BLANK
    yield from text(f"Say it in '{problem.path}', for example with these lines:")
    yield BLANK
    yield from code(problem.example.splitlines())
    yield BLANK
    yield from text("and put these two lines where the list is to stand in the file that they name:")
    yield BLANK
    yield from code(("<!-- ideaboard:shared:start -->", "<!-- ideaboard:shared:end -->"))
    yield BLANK
    start = "start the board again; " if problem.is_own else ""
    yield from text(f"Then {start}{keymap.shown('changelog.publish')} shows here what would be written.")


def option_pieces(chosen: Chosen, board: Board, keymap: Keymap) -> list[Piece]:
    """Say all options on one line, each with its key."""
    pieces: list[Piece] = []
    for number, option in enumerate(OPTIONS, 1):
        shown = option.shown(getattr(chosen, option.field), board) if in_force(option, chosen) else "-"
        key = keymap.shown(f"changelog.option_{number}")
        pieces += [(" " if number == 1 else "  ", "quiet"), (key, "key"), (f" {shown}", _style(option.field, chosen))]
    return pieces


def changed_options(chosen: Chosen, board: Board) -> list[str]:
    """Say the options that are not as they were at first, for where there is no room for all of them."""
    first = Chosen()
    return [
        option.shown(getattr(chosen, option.field), board)
        for option in OPTIONS
        if in_force(option, chosen) and getattr(chosen, option.field) != getattr(first, option.field)
    ]


def _style(field: str, chosen: Chosen) -> str:
    """Set off what is not as it was at first."""
    return "quiet" if getattr(chosen, field) == getattr(Chosen(), field) else "label"


def panel_rows(
    chosen: Chosen, board: Board, places: Sequence[Place] | str, keymap: Keymap, width: int
) -> Iterator[Row]:
    """Draw the options below each other, and below them where the changelog is written, or what is to be said there."""
    yield Row((("Options", "name"),))
    for number, option in enumerate(OPTIONS, 1):
        shown = option.shown(getattr(chosen, option.field), board) if in_force(option, chosen) else "-"
        key = keymap.shown(f"changelog.option_{number}")
        name = f" {option.name}".ljust(_NAME_WIDTH)
        room = width - _NAME_WIDTH - width_of(key)
        yield Row(((key, "key"), (name, "quiet"), (shorten(shown, room), _style(option.field, chosen))))
    yield BLANK
    yield Row((("Written to", "name"),))
    if isinstance(places, str):
        yield from map(Row, wrapped([(places, "quiet")], width))
        return
    for place in places:
        said, style = place.state
        name = short_place(place.name, max(width - width_of(said) - 2, 4))
        gap = " " * max(width - width_of(name) - width_of(said), 1)
        yield Row(((name, "title"), (gap, "quiet"), (said, style)))


def short_place(name: str, room: int) -> str:
    """Name a place in so many cells: what is left out first are its folders."""
    file = name.replace("\\", "/").rpartition("/")[2]
    return name if width_of(name) <= room else shorten(f"…/{file}" if file != name else name, room)


def said_rows(lines: Sequence[Piece], width: int) -> Iterator[Row]:
    """Draw sentences below each other, for a preview that has nothing to show."""
    for number, piece in enumerate(lines):
        if number:
            yield BLANK
        yield from map(Row, wrapped([piece], width))


def question(places: Sequence[Place], problem: IdeaboardError | None, writes: str, keymap: Keymap, width: int) -> Line:
    """Say what comes of the key that writes, as a question or as what stands against it; `writes` names it."""
    said: Line
    if problem:
        said = (("Nothing can be written yet", "alert"),)
    elif any(place.plan.problem for place in places):
        said = (("Nothing is written yet", "alert"),)
    elif any(place.changes for place in places):
        said = (
            ("Write this?", "name"),
            (f"  {keymap.shown('changelog.publish')}", "key"),
            (f" writes {writes}", "title"),
        )
    else:
        said = (("Nothing to write: all is up to date", "quiet"),)
    used = sum(width_of(text) for text, _ in said)
    return (("── ", "quiet"), *said, (" " + "─" * max(width - used - 5, 0), "quiet"))
