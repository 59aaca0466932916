"""What all dialogs share: one look, a line of live keys, and the question before something is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Button, Static

from ideaboard.service import Outcome
from ideaboard.ui.drawing.footer import Hint, Said, draw_said
from ideaboard.ui.history import ScreenHistory
from ideaboard.ui.keymap import Asked, bindings_of, keymap_of
from ideaboard.ui.telling import host_of, read_only_in

ResultType = TypeVar("ResultType")

MUTED = "$foreground-muted"

Key = Hint
"""What the last line of a dialog is made of."""

_RUNS = "runs"
"""The name under which a key in the last line carries its action."""

_GAP = "  "

_FRAME = 8
"""The cells of the terminal's width that frame and padding of a panel take at most."""

_SAID = {"title": "$foreground", "warm": "$text-warning", "alert": "$text-error bold"}
"""The styles of messages where Textual draws them."""


class KeysLine(Widget):
    """Keys and what they do; each can be clicked, and none is torn apart at the end of a line."""

    DEFAULT_CSS = "KeysLine { height: auto; }"

    def __init__(self, keys: Iterable[Key], *, id: str) -> None:
        super().__init__(id=id)
        self._pairs: list[Content] = []
        self._leaving = 0
        """Which of them closes the dialog: it is kept where there is room for one line."""
        self.said: Said | None = None
        self.show(keys)

    def show(self, keys: Iterable[Key]) -> None:
        keys = list(keys)
        self._leaving = next((at for at, (_, _, action) in enumerate(keys) if action == "close"), 0)
        self._pairs = []
        for shown, label, action in keys:
            pair = Content.assemble((shown, "$text-primary bold"), " ", (label, MUTED))
            self._pairs.append(pair.stylize(Style.from_meta({_RUNS: action})) if action else pair)
        self.refresh(layout=True)

    def say(self, said: Said | None) -> None:
        """Show a message in the place of the first line of keys, or none any more."""
        if said != self.said:
            self.said = said
            self.refresh()

    def _lines(self, width: int) -> list[Content]:
        lines: list[list[Content]] = []
        used = 0
        for pair in self._pairs:
            if not lines or used + pair.cell_length > width:
                lines.append([])
                used = 0
            lines[-1].append(pair)
            used += pair.cell_length + len(_GAP)
        return [Content(_GAP).join(line) for line in lines]

    def _one_line(self, width: int) -> Content:
        """Draw what fits into one line: the first ones, and the one that closes."""
        kept = list(range(len(self._pairs)))
        while len(kept) > 1 and sum(self._pairs[at].cell_length + len(_GAP) for at in kept) - len(_GAP) > width:
            kept.remove(next(at for at in reversed(kept) if at != self._leaving))
        return Content(_GAP).join(self._pairs[at] for at in kept)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return len(self._lines(width))

    def render(self) -> Content:
        width = self.content_size.width
        lines = self._lines(width)
        if self.size.height == 1 < len(lines):
            lines = [self._one_line(width)]
        if self.said is not None:
            said = self.said if getattr(self.screen, "SCREEN", "") else self.said._replace(more="")
            pieces = draw_said(said, width + 2)
            text = Content.assemble(*((piece, _SAID.get(style, "$text-primary bold")) for piece, style in pieces))
            lines[:1] = [text.rstrip()[1:]]
        return Content("\n").join(lines)


def titled(verb: str, what: str) -> Content:
    """Return the title of a dialog: what it does, then to what, which is not bold."""
    return Content.assemble(verb, "  ", (what, "not bold"))


class ClosingOnce(Screen[ResultType]):
    """A screen over the board. `SCREEN` is its name in the registry of actions, from which its keys come.

    It closes once: the second of two quick keys or clicks closes nothing that is below. It stands behind the other base
    of a class: Textual takes styles and bindings from the first one alone.
    """

    SCREEN: ClassVar[str] = ""

    history: ScreenHistory | None = None
    """What changes the board from here."""

    def on_mount(self) -> None:
        if self.SCREEN:
            self._bindings = bindings_of(self, self.SCREEN, self._bindings)

    @property
    def holds_typed(self) -> bool:
        """Whether something is typed here that would be lost with the screen."""
        return False

    def hints_for(self, *asked: Asked) -> list[Hint]:
        """Return the hints of actions, each named by its id, or by its id and another word; undo if there is any."""
        some = self.history is None or self.history.own.can_undo
        return keymap_of(self).hints(self.SCREEN, (one for one in asked if some or one != "board.undo"))

    def action_help(self) -> None:
        host_of(self).show_help(self.SCREEN)

    def on_screen_resume(self) -> None:
        host_of(self).messages.came_back(self)

    def action_palette(self) -> None:
        host_of(self).show_palette(self.SCREEN)

    def action_suspend(self) -> None:
        self.app.action_suspend_process()

    def action_problems(self) -> None:
        host_of(self).show_messages()

    def turn(self, turn: Callable[[], Outcome]) -> Outcome | None:
        """Take back or do again."""
        return self.history.turn(turn) if self.history else None

    def action_undo(self) -> None:
        if self.history:
            self.turn(self.history.own.undo)

    def action_redo(self) -> None:
        if self.history:
            self.turn(self.history.own.redo)

    def action_leave(self) -> None:
        self.dismiss(None)

    def dismiss(self, result: ResultType | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()


class Dialog(ModalScreen[ResultType], ClosingOnce[ResultType], Generic[ResultType]):
    """A panel over the board with a title, which is never read as markup, a body and a line of keys.

    Subclasses give `compose_body`, and `KEYS` or `keys`; those whose title changes override `dialog_title`.
    """

    KEYS: ClassVar[Sequence[Key]] = ()

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #panel {
        width: 72; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border: round $foreground 25%; padding: 0 1;
    }
    Dialog #heading { height: auto; max-height: 2; text-style: bold; padding: 0 1; margin-bottom: 1; }
    Dialog #lasting { color: $text-error; height: 1; padding: 0 1; margin-bottom: 1; text-wrap: nowrap; }
    Dialog #body { height: auto; padding: 0 1; scrollbar-size-vertical: 1; }
    Dialog #keys { height: auto; max-height: 3; padding: 0 1; margin-top: 1; }
    Dialog #problem { color: $text-error; height: auto; display: none; }
    Dialog Input, Dialog Input:focus { height: 1; border: none; padding: 0 1; background: $foreground 7%; }
    Dialog:nocolor .input--placeholder, Dialog:nocolor .text-area--placeholder { text-style: dim; }
    Dialog:ansi .input--placeholder, Dialog:ansi .text-area--placeholder { text-style: dim; }
    Dialog.-low #heading { margin-bottom: 0; max-height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Dialog.-low #lasting { margin-bottom: 0; }
    Dialog.-low #keys { margin-top: 0; max-height: 1; }
    Dialog.-low > #panel { border: none; width: 100%; }
    Dialog.-narrow > #panel { width: 100%; padding: 0; }
    """

    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012  # Textual declares it without ClassVar
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012  # Textual declares it without ClassVar
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close", show=False)]

    take: Callable[[ResultType], object] | None = None
    """Does what the answer says, and tells whether that could be done."""

    def __init__(self, title: str | Content = "") -> None:
        super().__init__()
        self._title = Content(title) if isinstance(title, str) else title

    def dialog_title(self) -> Content:
        return self._title

    def keys(self) -> Iterable[Key]:
        return self.KEYS

    def lasting(self) -> str:
        """Say for as long as the dialog is open that the board takes no change, where it is to be changed from here."""
        refusal = self.history.refusal if self.history else None
        return read_only_in(refusal, self.app.size.width - _FRAME) if refusal else ""

    def compose_body(self) -> ComposeResult:
        yield from ()

    def compose(self) -> ComposeResult:
        with Vertical(id="panel"):
            yield Static(self.dialog_title(), id="heading")
            if said := self.lasting():
                yield Static(Content(said), id="lasting")
            with VerticalScroll(id="body", can_focus=False):
                yield from self.compose_body()
            yield KeysLine(self.keys(), id="keys")

    def on_resize(self) -> None:
        """Let the body scroll when the panel is higher than the terminal."""
        self.call_after_refresh(self.fit_body)

    def fit_body(self) -> None:
        """Give the body the lines that title, keys and frame leave."""
        if not self.query("#panel"):
            return  # it was closed meanwhile
        panel = self.query_one("#panel")
        others = sum(
            part.outer_size.height + part.styles.margin.height for part in self.query("#heading, #lasting, #keys")
        )
        self.query_one("#body").styles.max_height = max(3, self.size.height - others - panel.gutter.height)

    def refresh_title(self) -> None:
        self.query_one("#heading", Static).update(self.dialog_title())

    def refresh_keys(self) -> None:
        self.query_one(KeysLine).show(self.keys())

    def complain(self, problem: str) -> None:
        """Show what is wrong in the line `#problem` of the body; nothing takes it away."""
        line = self.query_one("#problem", Static)
        line.display = bool(problem)
        line.update(Content(problem))

    async def on_click(self, event: events.Click) -> None:
        """Run the key that was clicked; close by a click beside the panel when nothing is lost by it."""
        if action := event.style.meta.get(_RUNS):
            await self.run_action(f"screen.{action}")
        elif event.widget is self and self.closes_by_click():
            self.action_close()

    def closes_by_click(self) -> bool:
        return not self.holds_typed

    def give(self, answer: ResultType | None) -> None:
        """Close with an answer; when it is refused, what was typed stays to be mended or copied."""
        taken = answer is None or self.take is None or (self.is_active and self.take(answer))
        if taken or not self.holds_typed:
            self.dismiss(answer)

    def action_close(self) -> None:
        if self.holds_typed:
            throw_away(self, lambda: self.dismiss(None))
        else:
            self.dismiss(None)


class TextDialog(Dialog[None]):
    """Shows a text, which scrolls with the keys of the cursor; subclasses give its `lines`."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,enter", "close", "Close", show=False)]
    KEYS = (("Esc", "close", "close"),)
    NOTHING: ClassVar[str] = ""
    """What is said when there are no lines."""

    def lines(self) -> Sequence[Content]:
        return ()

    def compose_body(self) -> ComposeResult:
        lines = self.lines()
        yield Static(Content("\n").join(lines) if lines else Content.styled(self.NOTHING, MUTED))

    def on_mount(self) -> None:
        body = self.query_one("#body")
        body.can_focus = True
        self.set_focus(body)


class Confirm(Dialog[bool]):
    """Asks before something that should not happen by accident; `no`, the careful answer, has the focus and `Esc`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes", show=False),
        Binding("n,escape", "dismiss(False)", "No", show=False),
        Binding("left,right,h,l,up,down,j,k", "other", "Other answer", show=False),
    ]

    DEFAULT_CSS = """
    Confirm > #panel { width: 56; }
    Confirm #heading, Confirm.-low #heading { max-height: 8; text-wrap: wrap; }
    Confirm #keys { display: none; }
    Confirm #answers { height: auto; align-horizontal: right; }
    Confirm Button { margin-left: 2; min-width: 8; }
    Confirm.-tiny > #panel { width: 100%; padding: 0; }
    Confirm.-tiny #answers { layout: vertical; }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (30, "-narrow"), (60, "-wide")]  # noqa: RUF012  # Textual declares it without ClassVar

    def __init__(self, question: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__(question)
        self._yes = yes
        self._no = no

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="answers"):
            yield Button(Content.assemble(("n ", "bold"), self._no), id="no", compact=True)
            yield Button(Content.assemble(("y ", "bold"), self._yes), id="yes", compact=True)

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#no"))

    def closes_by_click(self) -> bool:
        return False

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_other(self) -> None:
        self.set_focus(self.query_one("#no" if self.query_one("#yes").has_focus else "#yes"))


def confirm(
    asker: MessagePump,
    question: str,
    yes: str,
    no: str,
    do: Callable[[], object],
    instead: Callable[[], object] | None = None,
) -> None:
    """Ask with `Confirm`, and do something when the answer is yes, something else when it is no."""

    def answered(agreed: bool | None) -> None:
        if agreed:
            do()
        elif instead is not None:
            instead()

    asker.app.push_screen(Confirm(question, yes, no), answered)


def throw_away(asker: MessagePump, do: Callable[[], object]) -> None:
    """Ask before what was typed is lost."""
    confirm(asker, "Throw away what you typed?", "Throw away", "Go on", do)
