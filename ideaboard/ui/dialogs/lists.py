"""Lists that stop at both ends and know `j`, `k`, `g` and `G` like the board, and the dialogs that stand on one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ideaboard.core.actions import LIST
from ideaboard.service import Outcome, Service
from ideaboard.ui.dialogs.dialog import Dialog
from ideaboard.ui.drawing.cursor import Cursor
from ideaboard.ui.history import ScreenHistory
from ideaboard.ui.keymap import bindings_of
from ideaboard.ui.telling import ask_until_done

ResultType = TypeVar("ResultType")
Item = TypeVar("Item")


def _on(widget: Widget, style: Style, names: Sequence[str]) -> Style:
    """Give a style the reverse that it has in the CSS, which Textual leaves out of it."""
    return style + Style(reverse=True) if names and widget.get_component_styles(*names).text_style.reverse else style


class PickList(OptionList):
    """Textual's option list without the jump from one end to the other."""

    DEFAULT_CSS = """
    PickList, PickList:focus {
        border: none; padding: 0; background: transparent; background-tint: transparent;
        height: auto; max-height: 100%; scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
        & > .option-list--option-highlighted, &:focus > .option-list--option-highlighted {
            background: $primary 25%; color: $foreground; text-style: $block-cursor-text-style;
        }
        & > .option-list--option-hover { background: $foreground 7%; }
    }
    """

    def on_mount(self) -> None:
        self._bindings = bindings_of(self, getattr(self.screen, "SCREEN", "") or LIST, self._bindings)

    def action_move(self, step: int) -> None:
        if step > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()

    def action_page(self, direction: int) -> None:
        if direction > 0:
            self.action_page_down()
        else:
            self.action_page_up()

    def action_go(self, index: int) -> None:
        if index < 0:
            self.action_last()
        else:
            self.action_first()

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        return _on(self, super().get_visual_style(*component_classes, partial=partial), component_classes)

    def action_cursor_down(self) -> None:
        if self.highlighted is None or self.highlighted < self.option_count - 1:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        if self.highlighted:
            super().action_cursor_up()

    def action_page_down(self) -> None:
        go_a_page(self, 1)

    def action_page_up(self) -> None:
        go_a_page(self, -1)


def go_a_page(options: OptionList, direction: int) -> None:
    """Go a page on in one-line options: Textual asks for their lines, which it does not know before there is room."""
    if options.option_count:
        to = (options.highlighted or 0) + direction * max(1, options.scrollable_content_region.height)
        options.highlighted = min(max(to, 0), options.option_count - 1)


class RowList(ScrollView, can_focus=True):
    """A list of one-line rows that draws only those in sight.

    So many clicks, else a double one, run `choose`, an action of the screen.
    """

    class Moved(Message):
        """The cursor went to another row."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor"}
    DEFAULT_CSS = """
    RowList {
        height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden;
        & > .row-list--cursor { background: $primary 25%; color: $foreground; text-style: $block-cursor-text-style; }
    }
    """

    def __init__(self, draw: Callable[[str, int], Content], choose: str, clicks: int = 2) -> None:
        super().__init__()
        self._clicks = clicks
        self._cursor = Cursor()
        self._draw_row = draw
        self._choose = choose
        self._cache: LRUCache[tuple[str, int, bool], Strip] = LRUCache(512)

    @property
    def row_keys(self) -> Sequence[str]:
        return self._cursor.keys

    @property
    def current(self) -> str | None:
        return self._cursor.current

    def on_mount(self) -> None:
        self._bindings = bindings_of(self, getattr(self.screen, "SCREEN", "") or LIST, self._bindings)

    def show(self, keys: Sequence[str], at: str | None = None) -> None:
        """Show rows by their keys, each once; the cursor goes to `at`, else stays on its row, or at its place."""
        self._cursor.show(tuple(keys), at)
        self.on_resize()

    def get_visual_style(self, *component_classes: str, partial: bool = False) -> Style:
        return _on(self, super().get_visual_style(*component_classes, partial=partial), component_classes)

    def redraw(self) -> None:
        self._cache.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._cache.clear()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.row_keys))
        self.redraw()
        self._reveal()

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= len(self.row_keys):
            return Strip.blank(width, self.visual_style.rich_style)
        on = number == self._cursor.index
        cached = (self.row_keys[number], width, on)
        strip = self._cache.get(cached)
        if strip is None:
            style = self.get_visual_style("row-list--cursor") if on else self.visual_style
            content = self._draw_row(self.row_keys[number], width).truncate(width, ellipsis=True, pad=True)
            strips = Visual.to_strips(self, content, width, 1, style, pad=True)
            strip = strips[0] if strips else Strip.blank(width, style.rich_style)
            self._cache[cached] = strip
        return strip

    async def on_click(self, event: events.Click) -> None:
        number = event.y + self.scroll_offset.y
        if number < len(self.row_keys):
            self._go(number)
            if event.chain == self._clicks:
                await self.screen.run_action(f"screen.{self._choose}")

    def _go(self, index: int) -> None:
        before = self._cursor.index
        if self._cursor.go(index):
            for number in (before, self._cursor.index):
                self.refresh_lines(number - self.scroll_offset.y, 1)
            self._reveal()
            self.post_message(self.Moved())

    def _reveal(self) -> None:
        self.scroll_to_region(Region(0, self._cursor.index, 1, 1), animate=False, force=True, immediate=True)

    def action_move(self, step: int) -> None:
        self._go(self._cursor.index + step)

    def action_page(self, direction: int) -> None:
        self._go(self._cursor.index + direction * max(1, self.size.height - 1))

    def action_go(self, index: int) -> None:
        self._go(index if index >= 0 else len(self.row_keys) - 1)


class _FindInput(Input):
    """A line whose blanks are left to the dialog: what is looked for has none."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return key != "space" and super().check_consume_key(key, character)


class FindDialog(Dialog[ResultType], Generic[ResultType, Item]):
    """A line to find something with, and a list of what fits, in which several can be chosen.

    Subclasses fill the list in `find`, toggle in `action_turn`, and decide in `action_enter`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "turn", "Toggle", show=False, priority=True),
        Binding("enter", "enter", "Toggle, or take these", show=False, priority=True),
        Binding("down,ctrl+n", "go(1)", "Down", show=False, priority=True),
        Binding("up,ctrl+p", "go(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "go(8)", "Page down", show=False, priority=True),
        Binding("pageup", "go(-8)", "Page up", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    FindDialog #body { overflow-y: hidden; }
    FindDialog PickList { margin-top: 1; }
    FindDialog.-low PickList { margin-top: 0; }
    """

    PLACEHOLDER: ClassVar[str] = ""

    items: Sequence[Item] = ()

    def compose_body(self) -> ComposeResult:
        yield _FindInput(select_on_focus=False, placeholder=self.PLACEHOLDER)
        yield Static(id="problem")
        yield PickList()

    def on_mount(self) -> None:
        self.picks.can_focus = False
        self.set_focus(self.line)
        self.find("")

    @property
    def line(self) -> Input:
        return self.query_one(Input)

    @property
    def picks(self) -> PickList:
        return self.query_one(PickList)

    def find(self, typed: str) -> None:
        """List what fits."""

    def show_items(self, items: Sequence[Item], draw: Callable[[Item], Content], at: int = 0) -> None:
        """List what fits, each as a line; the cursor goes to one of them."""
        self.items = items
        self.picks.set_options(Option(draw(item)) for item in items)
        self.picks.highlighted = at if items else None

    @property
    def current(self) -> Item | None:
        return None if self.picks.highlighted is None else self.items[self.picks.highlighted]

    def action_turn(self) -> None:
        """Toggle what is under the cursor."""

    def action_go(self, step: int) -> None:
        if self.picks.highlighted is not None:
            self.picks.highlighted = min(max(self.picks.highlighted + step, 0), self.picks.option_count - 1)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.complain("")
        self.find(event.value)
        self.refresh_keys()

    def on_option_list_option_selected(self, event: PickList.OptionSelected) -> None:
        event.stop()
        self.action_turn()

    def on_key(self, event: events.Key) -> None:
        """Keep typing where it belongs, wherever a click put the focus."""
        if event.character and event.is_printable and not self.line.has_focus:
            self.set_focus(self.line)
            self.line.insert_text_at_cursor(event.character)


class ListDialog(Dialog["str | None"]):
    """A list of ideas to work through, with an undo of its own: only what was done here is taken back here. Gives the
    id of an idea to go to, or None.

    Subclasses yield a `RowList` in `compose_body`, and fill it in `show_rows`.
    """

    SCREEN = LIST
    history: ScreenHistory

    def __init__(self, service: Service, title: str = "") -> None:
        super().__init__(title)
        self.service = service
        self.history = ScreenHistory(self, service, self.followed)

    def on_mount(self) -> None:
        self.set_focus(self.rows)
        self.show_rows()

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    def show_rows(self, at: str | None = None) -> None:
        """List what there is now; the cursor goes to `at`."""

    def followed(self, outcome: Outcome) -> None:
        """List again after something was done here."""
        self.show_rows(at=outcome.ideas[0].id if outcome.ideas else None)

    def do(self, use_case: Callable[[], Outcome]) -> Outcome | None:
        """Do something that can be taken back here, and say what it was; None when it was refused."""
        outcome = self.history.do(use_case)
        if outcome is None:
            self.show_rows()  # somebody else may have changed what is listed
        return outcome

    def action_add(self) -> None:
        """Add an idea from here."""
        from ideaboard.ui.dialogs.add import AddScreen

        if not self.history.refused:
            ask_until_done(self, AddScreen(self.service), lambda new: self.do(lambda: self.service.ideas.add([new])))
