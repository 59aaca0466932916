"""A screen that is a list: lines above it, a preview beside, under or over it, and the keys to go about.

What is typed above the list is an `OpenLine`; a list that has a name for what it filters (`FILTERS`) narrows by one.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Offset

from ideaboard.errors import IdeaboardError
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import throw_away
from ideaboard.ui.drawing.cells import BESIDE_FROM, Line, Piece, tame, wrap
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.items import ItemList
from ideaboard.ui.drawing.lines import FooterLine, Lines
from ideaboard.ui.drawing.prompt import Fed, TypedLine, draw_prompt
from ideaboard.ui.drawing.rows import wrapped
from ideaboard.ui.keymap import Asked, keymap_of
from ideaboard.ui.telling import ask_until_done, do_at_once, host_of, paste_into, sentence, tell
from ideaboard.ui.text import Preview
from ideaboard.ui.whole import WholeScreen

UNDER_FROM = 20
"""From this height on, in lines, the preview stands under the list; else it takes the place of the list."""

LEAST_TEXT = 10
"""The cells that a text has at least, however narrow the preview is."""

Item = TypeVar("Item")
Paragraph = Sequence[Piece]


def _nothing(_: object) -> None:
    """Take what nobody wants to know."""


@dataclass(slots=True)
class OpenLine:
    """A line above the list that takes the keys: what it is for, and what comes of what is typed."""

    label: str
    line: TypedLine
    hints: Sequence[Hint]
    end: Callable[[str | None], object]
    """Takes what was typed, None when the person thought better of it; False keeps the line open as it is."""
    edited: Callable[[str], object] = _nothing
    said: str | Callable[[], str] = ""
    """What stands behind the text, or what gives it."""
    below: Piece = ("", "")
    """What stands below it, if it is not what stands there always."""
    before: str | None = None
    """What it began with, where other words would be missed: Esc and leaving ask before they are lost."""
    moves: bool = False
    """Whether the arrows go up and down the list."""

    @property
    def holds_typed(self) -> bool:
        """Whether something is typed that would be missed."""
        return self.before is not None and self.line.text.strip() not in ("", self.before.strip())


class ListScreen(WholeScreen["str | None"], Generic[Item]):
    """A list with a preview; subclasses say what the rows are. Gives the id of an idea to go to, or None."""

    TOP_LINES: ClassVar[int] = 2
    LIST_SHARE: ClassVar[int] = 50
    UNDER_SHARE: ClassVar[int] = 45
    """The list's share of the width, and of the height when the preview stands under it, in percent."""
    CARD_FIRST: ClassVar[bool] = False
    """Whether the preview, and not the list, is shown where there is room for one of them."""
    FILTERS: ClassVar[str] = ""
    """What the rows are called where they are filtered; empty where they are not."""
    NO_FIT: ClassVar[str] = ""
    """What is said, before the filter, when it leaves none of them."""
    DEFAULT_CSS = """
    ListScreen { layout: vertical; overflow: hidden; }
    ListScreen #middle { layout: horizontal; height: 1fr; }
    ListScreen.-under #middle { layout: vertical; }
    """

    top: Lines
    rows: ItemList
    rule: Lines
    preview: Preview

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.filter = ""
        self.opened: OpenLine | None = None
        self.place = ""
        self._look: object = None
        self.preview_over = False

    # What subclasses say

    @abstractmethod
    def item(self, key: str) -> Item | None:
        """Return what a row is about."""

    @abstractmethod
    def draw_item(self, item: Item, width: int) -> Sequence[Line]:
        """Draw a row of the list."""

    def draw_preview(self, item: Item, width: int) -> Iterator[Paragraph]:  # noqa: ARG002  # subclasses draw it
        """Give what is said about an item, paragraph by paragraph."""
        yield from ()

    @abstractmethod
    def headline(self) -> Iterable[Piece]:
        """Return what stands in the first line while nothing is typed there."""

    def standing(self) -> Iterable[Piece]:
        """Return what stands in the line below it, besides what keeps changes from the file."""
        return ()

    @abstractmethod
    def offered(self) -> Iterable[Asked]:
        """Return the keys that matter now, those for help and leaving left out."""

    @abstractmethod
    def nothing(self) -> Iterable[Piece]:
        """Return what is said in the place of the list when there is nothing to list."""

    def listed(self) -> Sequence[str]:
        """Return the keys of the rows that the filter leaves."""
        return ()

    @property
    def total(self) -> int:
        """How many rows there are without the filter."""
        return 0

    # Putting it together

    def compose(self) -> ComposeResult:
        inks = host_of(self).make_inks()
        self.top = Lines(inks, self.TOP_LINES, id="top")
        self.rows = ItemList(inks, self.draw_row)
        self.rule = Lines(inks, 1, id="rule")
        self.preview = Preview(inks)
        self.footer = FooterLine(inks)
        yield self.top
        with Container(id="middle"):
            yield self.rows
            yield self.rule
            yield self.preview
        yield self.footer

    def on_mount(self) -> None:
        self.place_preview()
        self.refresh_all()

    def on_screen_resume(self) -> None:
        self.refresh_all()

    def on_resize(self) -> None:
        self.refresh_all()

    def refresh_all(self) -> None:
        if self.size.width:
            self.place_preview()
            self.show_top()
            self.show_preview()
            self.footer.show(self.hints())

    # The rows

    @property
    def current(self) -> Item | None:
        """What the cursor is on."""
        key = self.rows.current
        return self.item(key) if key else None

    def list_rows(self, at: str | None = None, *, first: bool = False) -> None:
        """List what the filter leaves; the cursor goes to a row, or to the first, else it stays where it is."""
        keys = self.listed()
        self.rows.empty = self.empty_page()
        self.rows.show(keys, next(iter(keys), None) if first else at)
        self.preview_over = self.preview_over and bool(keys)
        self.refresh_all()

    def list_anew(self, at: str | None = None) -> None:
        """List what there is now, each row drawn again."""
        self.rows.redraw()
        self.list_rows(at)

    def go_to(self, key: str | None) -> None:
        """Put the cursor on a row, if it is listed."""
        if key in self.rows.keys:
            self.rows.show(self.rows.keys, at=key)
            self.refresh_all()

    def draw_row(self, key: str, width: int) -> Sequence[Line]:
        item = self.item(key)
        return () if item is None else self.draw_item(item, width)

    def show_preview(self) -> None:
        item = self.current
        key = self.rows.current if item is not None else None
        self.preview.show(key or "", partial(self.preview_lines, item) if item is not None else None)

    def preview_lines(self, item: Item, width: int) -> Iterator[Line]:
        """Draw what is said about an item."""
        return paragraphs(self.draw_preview(item, max(width, LEAST_TEXT)), width)

    def empty_page(self) -> list[Line]:
        """Return what is said in the place of the list when it is empty."""
        if not (self.filter.strip() and self.total):
            return self.wrapped_empty(self.nothing())
        back = f"{keymap_of(self).shown('view.clear')} takes the filter back."
        return self.wrapped_empty([(f"{self.NO_FIT} '{self.filter.strip()}'.", "title"), (back, "quiet")])

    def wrapped_empty(self, said: Iterable[Piece]) -> list[Line]:
        width = max(self.rows.size.width - 3, LEAST_TEXT)
        return [((f"  {line}", style),) for text, style in said if text for line in wrap(tame(text), width, 4)]

    def _wrap_empty_page(self) -> None:
        self.rows.empty = self.empty_page()
        if not self.rows.keys:
            self.rows.refresh()

    # The lines around

    def counted(self, name: str, none: str) -> list[Piece]:
        """Say what is listed, where the cursor is, and the filter."""
        shown = len(self.rows.keys)
        at = f"{self.rows.index + 1:,} of {shown:,}" if shown else none
        narrowed = f"/{tame(self.filter.strip())}  {self.total:,} in all" if self.filter.strip() else ""
        return [(f"{name}  {at}".strip(), "name"), (narrowed, "input")]

    def show_top(self) -> None:
        """Bring the lines above the list up to date."""
        width = self.top.size.width
        if not width:
            return
        below = separated([self.unsaved, *self.standing()])
        if self.opened is None:
            self.top.show(0, separated(self.headline()))
        else:
            said = tame(self.opened.said if isinstance(self.opened.said, str) else self.opened.said())
            line, caret = draw_prompt(self.opened.label, self.opened.line, ((said, "quiet"),) if said else (), width)
            self.show_caret(caret)
            self.top.show(0, line)
            text, style = self.opened.below
            below = [(tame(f" {text}"), style)] if text else below
        self.top.show(1, below)

    def show_caret(self, cell: int) -> None:
        """Put the terminal's own cursor where text is typed: in a cell of the first line."""
        x, y = self.top.region.offset
        self.app.cursor_position = Offset(x + cell, y)

    def hints(self) -> Sequence[Hint]:
        if self.opened is not None:
            return self.opened.hints
        return self.hints_for(*self.offered(), "board.help", ("screen.leave", "board"))

    @property
    def tab(self) -> tuple[Asked, ...]:
        """The key that shows the preview in place of the list, or the list again, where not both are there."""
        shown = "list" if self.preview_over else "preview"
        return () if self.place == "beside" else (("papers.preview", shown),)

    # The preview

    def place_preview(self) -> None:
        width, height = self.size
        if not width:
            return
        place = "beside" if width >= BESIDE_FROM else "under" if height >= UNDER_FROM else "over"
        if place != self.place:
            self.place = place
            self.preview_over = self.CARD_FIRST and place == "over"
            self.set_class(place == "under", "-under")
            self.preview.edge = "│" if place == "beside" else " "
        over = self.preview_over and place != "beside" and bool(self.rows.keys)
        divided = bool(self.rows.keys) and place != "over" and not over
        look = (place, over, divided, width)
        if look == self._look:
            return
        self._look = look
        # Where nothing is listed there is nothing to divide from it.
        self.rows.styles.width = f"{self.LIST_SHARE}%" if divided and place == "beside" else "100%"
        self.rows.styles.height = f"{self.UNDER_SHARE}%" if divided and place == "under" else "100%"
        self.rows.display = not over
        self.preview.display = divided or over
        self.rule.display = divided and place == "under"
        self.rule.show(0, (("─" * width, "edge"),))
        self.call_after_refresh(self._wrap_empty_page)

    def action_preview(self) -> None:
        if self.place != "beside" and self.rows.keys:
            self.preview_over = not self.preview_over
            self.place_preview()
            self.footer.show(self.hints())

    # What is typed

    @property
    def line(self) -> TypedLine | None:
        """What is typed, while a line is open."""
        return self.opened.line if self.opened else None

    def open_line(self, line: OpenLine) -> None:
        self.opened = line
        self.refresh_all()

    def type_key(self, event: events.Key) -> bool:
        """Feed the line that is typed in; tell whether there is one."""
        opened = self.opened
        if opened is None:
            return False
        fed = opened.line.feed(event)
        if fed is Fed.ESCAPE and opened.holds_typed:
            throw_away(self, partial(self._end, opened, None))
        elif fed in (Fed.ENTER, Fed.ESCAPE):
            self._end(opened, opened.line.text if fed is Fed.ENTER else None)
        elif opened.moves and fed in (Fed.UP, Fed.DOWN):
            self.action_move(1 if fed is Fed.DOWN else -1)
        elif fed is Fed.EDITED:
            self._edited(opened)
        return True

    @property
    def holds_typed(self) -> bool:
        return self.opened is not None and self.opened.holds_typed

    def _end(self, opened: OpenLine, text: str | None) -> None:
        self.opened = None
        if opened.end(text) is False:
            self.opened = opened
        self.refresh_all()

    def _edited(self, opened: OpenLine) -> None:
        opened.edited(opened.line.text)
        self.show_top()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self.opened is None and self.FILTERS:
            self.action_filter()
        if self.opened is not None:
            paste_into(self, self.opened.line, event.text)
            self._edited(self.opened)

    def action_filter(self) -> None:
        hints = (("Enter", "keep", ""), ("Esc", "take back", ""), ("↑↓", self.FILTERS, ""))
        line = TypedLine(self.filter)
        self.open_line(OpenLine("/", line, hints, self._end_filter, self.filter_by, self.filter_said, moves=True))

    def _end_filter(self, text: str | None) -> None:
        self.filter_by(text or "")

    def filter_by(self, text: str) -> None:
        """Narrow the list; while it is typed the cursor is on the first row."""
        self.filter = text
        self.list_rows(first=self.opened is not None)

    def filter_said(self) -> str:
        """Say what the filter leaves, or what is wrong with it."""
        return f"{len(self.rows.keys):,} of {self.total:,}"

    # Keys

    async def on_key(self, event: events.Key) -> None:
        await do_at_once(self, event, self.type_key, self._actions)

    def moved(self) -> None:
        """Follow the cursor; which keys matter depends on what it is on."""
        self.refresh_all()

    def action_move(self, step: int) -> None:
        if self.rows.go(self.rows.index + step):
            self.moved()

    def action_page(self, direction: int) -> None:
        """Go a page down or up; a preview over the list scrolls by a page."""
        if not self.rows.display:
            self.preview.scroll_rows(direction * self.preview.page())
        else:
            self.action_move(direction * self.rows.page())

    def action_go(self, index: int) -> None:
        if self.rows.go(index if index >= 0 else len(self.rows.keys) - 1):
            self.moved()

    def action_scroll(self, direction: int) -> None:
        self.preview.scroll_rows(direction * max(self.preview.page() // 2, 1))

    def on_item_list_moved(self, event: ItemList.Moved) -> None:  # noqa: ARG002  # a subclass asks whether it was a click
        self.moved()

    def on_item_list_opened(self) -> None:
        """Do what Enter does."""
        self.moved()
        self.choose()

    @abstractmethod
    def choose(self) -> None:
        """Do what a double click asks for."""

    def action_add(self) -> None:
        """Add an idea from here."""
        from ideaboard.ui.dialogs.add import AddScreen

        add = self.service.ideas.add
        if not self.history.refused:
            ask_until_done(self, AddScreen(self.service), lambda new: self.act(lambda: add([new])))

    def take_back(self) -> bool:
        """Take back what was opened or narrowed here last, one thing at a time; tell whether there was any."""
        if self.preview_over:
            self.action_preview()
        elif self.filter:
            self.filter_by("")
        else:
            return False
        return True

    def action_close(self) -> None:
        if not self.take_back():
            self.action_leave()

    def action_leave(self, idea_id: str | None = None) -> None:
        self.dismiss(idea_id)

    def say_failed(self, error: IdeaboardError) -> None:
        """Say what went wrong beside the screen, from any thread."""
        said = f"{sentence(error.message)}; {error.hint}" if error.hint else sentence(error.message)
        self.call_later(tell, self, said, warning=True)


def paragraphs(said: Iterable[Paragraph], width: int) -> Iterator[Line]:
    """Wrap paragraphs into lines; one without pieces is a blank line."""
    for paragraph in said:
        yield from wrapped(paragraph, max(width, LEAST_TEXT))


def separated(parts: Iterable[Piece]) -> list[Piece]:
    """Put a quiet dot between parts that say something."""
    pieces: list[Piece] = []
    for text, style in parts:
        if text:
            pieces += [(" · ", "quiet")] if pieces else [(" ", "quiet")]
            pieces.append((text, style))
    return pieces
