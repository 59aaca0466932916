"""A screen that is a list: lines above it, a preview beside, under or over it, and the keys to go about.

It stands over the board, which goes on living below, and takes back only what was done on it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Offset

from ideaboard.errors import IdeaboardError
from ideaboard.service import Outcome, Service
from ideaboard.ui.dialogs.dialog import ClosingOnce
from ideaboard.ui.drawing.cells import BESIDE_FROM, Line, Piece, tame, width_of, wrap
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.items import ItemList
from ideaboard.ui.drawing.lines import FooterLine, Lines
from ideaboard.ui.drawing.rows import Row, Rows, RowsView
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.telling import (
    act,
    ask_until_done,
    do_at_once,
    gently,
    host_of,
    open_link,
    read_only,
    sentence,
    tell,
    told,
    turned,
)

UNDER_FROM = 20
"""From this height on, in lines, the preview stands under the list; else it takes the place of the list."""

WORKERS = "beside"

_BOARD_LOOK = 0.5

MakeRows = Callable[[int], Iterator[Line]]


class Text(RowsView):
    """Shows rows and scrolls them; a click on a link opens it."""

    DEFAULT_CSS = "Text { width: 1fr; height: 1fr; }"

    def __init__(self, inks: Inks, *, id: str | None = None) -> None:
        super().__init__(inks, id=id)
        self._make_rows: Callable[[int], Iterable[Row]] = lambda _: ()

    def show_rows(self, make: Callable[[int], Iterable[Row]], top: int | None = None) -> None:
        """Show the rows that are made for a width, as far as they are seen, from a row on, or from where it is."""
        self._make_rows = make
        self.top_row = self.top_row if top is None else top
        self._start()
        self.redraw_used()

    def _start(self) -> None:
        self.shown_rows = Rows(self._make_rows(self.text_width) if self.size.width else ())
        self.clamp()

    def on_resize(self) -> None:
        self._start()
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        if url := self.target_at(event.x, event.y)[0]:
            open_link(self, url)


class Preview(Text):
    """Shows what is under the cursor of a list; with the same key it keeps its place."""

    _key = ""

    def show(self, key: str, make: MakeRows | None) -> None:
        top = None if key == self._key else 0
        self._key = key
        self.show_rows(lambda width: map(Row, make(width)) if make else (), top)


class ListScreen(ClosingOnce["str | None"]):
    """A list with a preview; subclasses say what the rows are. Gives the id of an idea to go to, or None."""

    AUTO_FOCUS = ""
    TOP_LINES: ClassVar[int] = 2
    LIST_SHARE: ClassVar[int] = 50
    UNDER_SHARE: ClassVar[int] = 45
    """The list's share of the width, and of the height when the preview stands under it, in percent."""
    CARD_FIRST: ClassVar[bool] = False
    """Whether the preview, and not the list, is shown where there is room for one of them."""
    DEFAULT_CSS = """
    ListScreen { layout: vertical; }
    ListScreen #middle { layout: horizontal; height: 1fr; }
    ListScreen.-under #middle { layout: vertical; }
    """

    top: Lines
    rows: ItemList
    rule: Lines
    preview: Preview
    footer: FooterLine

    def __init__(self, service: Service) -> None:
        super().__init__()
        self.service = service
        self.history = service.history.own()
        """What was done here: only that is taken back here."""
        self.place = ""
        self._look: object = None
        self.preview_over = False
        self._board = service.board
        self._actions: dict[str, str] = {}

    # What subclasses say

    @abstractmethod
    def draw_row(self, key: str, width: int) -> Sequence[Line]:
        """Draw a row of the list."""

    @abstractmethod
    def show_preview(self) -> None:
        """Show what is under the cursor in the preview."""

    @abstractmethod
    def show_top(self) -> None:
        """Bring the lines above the list up to date."""

    @abstractmethod
    def hints(self) -> Sequence[Hint]:
        """Return the keys that matter now."""

    @abstractmethod
    def empty_page(self) -> list[Line]:
        """Return what is said in the place of the list when it is empty."""

    @abstractmethod
    def board_changed(self) -> None:
        """Show what a change of the board means here."""

    @abstractmethod
    def type_key(self, event: events.Key) -> bool:
        """Feed the line that is typed in; tell whether there is one."""

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
        self._actions = keymap_of(self).by_key(self.SCREEN)
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self.set_interval(_BOARD_LOOK, self._look_at_board)
        self.place_preview()
        self.refresh_all()

    def _theme_changed(self, _theme: object) -> None:
        inks = host_of(self).make_inks()
        for widget in (self.top, self.rows, self.rule, self.preview, self.footer):
            widget.restyle(inks)

    def _look_at_board(self) -> None:
        board, before = self.service.board, self._board
        if board is not before:
            self._board = board
            # Once a change is on disk it comes as another board with the same ideas.
            if not board.shows_the_same(before):
                self.board_changed()

    def follow_board(self) -> None:
        self._board = self.service.board
        self.board_changed()

    def on_screen_resume(self) -> None:
        self._look_at_board()
        self.refresh_all()

    def on_resize(self) -> None:
        self.refresh_all()

    def _wrap_empty_page(self) -> None:
        self.rows.empty = self.empty_page()
        if not self.rows.keys:
            self.rows.refresh()

    def refresh_all(self) -> None:
        if self.size.width:
            self.place_preview()
            self.show_top()
            self.show_preview()
            self.footer.show(self.hints())

    @property
    def unsaved(self) -> Piece:
        """What keeps changes from the file, and what to do about a board that takes none."""
        if (refusal := self.service.refusal) is not None:
            what, remedy = map(tame, read_only(refusal))
            whole = f"{what} · {remedy}"
            return whole if width_of(whole) < self.size.width else f"read-only · {remedy}", "alert"
        problem = self.service.saving.problem
        return (f"not saved: {tame(problem.message)}" if problem else "", "alert")

    def show_caret(self, cell: int) -> None:
        """Put the terminal's own cursor where text is typed: in a cell of the first line."""
        x, y = self.top.region.offset
        self.app.cursor_position = Offset(x + cell, y)

    def wrapped_empty(self, said: Iterable[Piece]) -> list[Line]:
        width = max(self.rows.size.width - 3, 10)
        return [((f"  {line}", style),) for text, style in said if text for line in wrap(tame(text), width, 4)]

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

    @property
    def tab_hint(self) -> tuple[tuple[str, str], ...]:
        """What shows the preview in place of the list, or the list again, where not both are there."""
        return () if self.place == "beside" else (("papers.preview", "list" if self.preview_over else "preview"),)

    # Keys

    async def on_key(self, event: events.Key) -> None:
        await do_at_once(self, event, self.type_key, self._actions)

    def moved(self) -> None:
        self.show_preview()
        self.show_top()

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

    def action_preview(self) -> None:
        if self.place != "beside" and self.rows.keys:
            self.preview_over = not self.preview_over
            self.place_preview()
            self.footer.show(self.hints())

    def on_item_list_moved(self, event: ItemList.Moved) -> None:  # noqa: ARG002  # a subclass asks whether it was a click
        self.moved()

    async def on_footer_line_clicked(self, event: FooterLine.Clicked) -> None:
        if event.action:
            await self.run_action(event.action)

    # What all do

    def run_beside(self, work: Callable[[], None], failed: Callable[[IdeaboardError], object]) -> None:
        """Run something in a thread, so that no key waits for it.

        There `failed` hears what ended it, a mistake of ours included: nothing goes on for ever.
        """

        def gentle_work() -> None:
            try:
                with gently():
                    work()
            except Exception as error:  # noqa: BLE001  # whatever it is, the screen must not wait for it for ever
                failed(told(error))

        self.run_worker(gentle_work, group=WORKERS, thread=True, exit_on_error=False)

    def act(self, do: Callable[[], Outcome], *, say: bool = True) -> Outcome | None:
        """Change the board, and say what was done or why not."""
        return self._act(lambda: self.history.do(do), say=say)

    def _act(self, do: Callable[[], Outcome], *, say: bool = True) -> Outcome | None:
        outcome = act(self, do, say=say)
        if outcome is not None:
            self.follow_board()
        return outcome

    def act_and_tell(self, do: Callable[[], Outcome]) -> Outcome | None:
        """Change the board, and say what was done with the key that takes it back."""
        outcome = self.act(do, say=False)
        if outcome is not None and outcome.said:
            self.tell_done(sentence(outcome.said))
        return outcome

    def tell_done(self, said: str, warning: str = "") -> None:
        """Say what was done in one line, what to know besides, and the key that takes it back."""
        undo = keymap_of(self).shown("board.undo")
        tell(self, "; ".join(filter(None, (said, warning))) + (f" · {undo}" if undo else ""), warning=bool(warning))

    def action_add(self) -> None:
        """Add an idea from here."""
        from ideaboard.ui.dialogs.add import AddScreen

        add = self.service.ideas.add
        ask_until_done(self, AddScreen(self.service), lambda new: self.act_and_tell(lambda: add([new])))

    def turn(self, turn: Callable[[], Outcome]) -> Outcome | None:
        return self._act(lambda: turned(self.service.board, turn))

    def action_undo(self) -> None:
        self.turn(self.history.undo)

    def action_redo(self) -> None:
        self.turn(self.history.redo)

    def action_leave(self, idea_id: str | None = None) -> None:
        self.dismiss(idea_id)

    def say_failed(self, error: IdeaboardError) -> None:
        """Say what went wrong beside the screen, from any thread."""
        said = f"{sentence(error.message)}; {error.hint}" if error.hint else sentence(error.message)
        self.call_later(tell, self, said, warning=True)


def separated(parts: Iterable[Piece]) -> list[Piece]:
    """Put a quiet dot between parts that say something."""
    pieces: list[Piece] = []
    for text, style in parts:
        if text:
            pieces += [(" · ", "quiet")] if pieces else [(" ", "quiet")]
            pieces.append((text, style))
    return pieces
