"""What the two screens of papers share: a list, a preview beside, under or over it, and the keys to go about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from ideaboard.core.actions import shown_key
from ideaboard.core.ideas import Idea, Paper
from ideaboard.service import Outcome, Service
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key
from ideaboard.ui.drawing.cells import Line, Piece
from ideaboard.ui.drawing.footer import FooterLine, Hint
from ideaboard.ui.drawing.gently import gently
from ideaboard.ui.drawing.lines import Lines
from ideaboard.ui.papers.list import PaperList
from ideaboard.ui.papers.preview import PaperPreview
from ideaboard.ui.telling import attempt

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ideaboard.ui.app import IdeaboardApp
    from ideaboard.ui.drawing.inks import Inks

THANKS = "Thank you to arXiv for use of its open access interoperability."
"""arXiv asks for this line where its API is used."""

BESIDE_FROM = 96
"""From this width on, in cells, the preview stands beside the list."""
UNDER_FROM = 20
"""From this height on, in lines, it stands under the list; else it takes the place of the list."""
THANKS_FROM = 18
"""From this height on arXiv is thanked all the time; else where the list is empty."""

WORKERS = "arxiv"
"""The group of the workers that ask and compute."""

_BOARD_LOOK = 0.5


class PaperScreen(Screen[None]):
    """A list of papers with a preview; subclasses say what the rows are.

    Args:
        service: the use cases.
    """

    app: IdeaboardApp

    AUTO_FOCUS = ""
    TOP_LINES: ClassVar[int] = 3
    LIST_SHARE: ClassVar[int] = 45
    """The list's share of the width, in percent, when the preview stands beside it."""
    UNDER_SHARE: ClassVar[int] = 45
    """Its share of the height when the preview stands under it."""
    CARD_FIRST: ClassVar[bool] = False
    """Whether the preview, and not the list, is shown where there is room for one of them."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Next paper", show=False),
        Binding("k,up", "move(-1)", "Paper before", show=False),
        Binding("pagedown,ctrl+f,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("g,home", "go(0)", "First", show=False),
        Binding("G,end", "go(-1)", "Last", show=False),
        Binding("J", "scroll(1)", "Scroll the preview down", show=False),
        Binding("K", "scroll(-1)", "Scroll the preview up", show=False),
        Binding("tab", "preview", "Preview in place of the list", show=False),
        Binding("y", "yank", "Copy link, title or BibTeX", show=False),
        Binding("u", "undo", "Take back the last change", show=False),
        Binding("U,ctrl+r", "redo", "Do again what was taken back", show=False),
        Binding("question_mark,f1", "help", "Show these keys", show=False),
        Binding("q", "leave", "Back to the board", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | j, k, arrows, page keys, g, G | Go about the list. |
    | J, K | Scroll the preview. |
    | tab | Preview in place of the list, where they do not fit side by side. |
    | y | Copy the link, the title or BibTeX. |
    | u, U, ctrl+r | Undo, redo. |
    | ? | Show the keys. |
    | q | Back to the board. |
    """

    DEFAULT_CSS = """
    PaperScreen { layout: vertical; }
    PaperScreen #middle { layout: horizontal; height: 1fr; }
    PaperScreen.-under #middle { layout: vertical; }
    """

    top: Lines
    rows: PaperList
    preview: PaperPreview
    thanks: Lines
    footer: FooterLine

    def __init__(self, service: Service) -> None:
        super().__init__()
        self.service = service
        self.place = ""
        self.preview_over = False
        self._board = service.board

    # What subclasses say

    def draw_row(self, key: str, width: int) -> Sequence[Line]:
        """Draw a row of the list."""
        raise NotImplementedError

    def show_preview(self) -> None:
        """Show the paper under the cursor in the preview."""
        raise NotImplementedError

    def show_top(self) -> None:
        """Bring the lines above the list up to date."""
        raise NotImplementedError

    def hints(self) -> Sequence[Hint]:
        """Return the keys that matter now."""
        raise NotImplementedError

    def board_changed(self) -> None:
        """Show what a change of the board means here."""
        raise NotImplementedError

    def chosen_papers(self) -> list[tuple[Paper | None, Idea | None]]:
        """Return what the next action is for: each a paper, an idea, or both."""
        raise NotImplementedError

    # Putting it together

    def compose(self) -> ComposeResult:
        """The lines above, the list and the preview, the keys."""
        inks = self.app.make_inks()
        self.top = Lines(inks, self.TOP_LINES, id="top")
        self.rows = PaperList(inks, self.draw_row)
        self.preview = PaperPreview(inks)
        self.thanks = Lines(inks, 1, id="thanks")
        self.thanks.show(0, ((f" {THANKS}", "quiet"),))
        self.footer = FooterLine(inks)
        yield self.top
        with Container(id="middle"):
            yield self.rows
            yield self.preview
        yield self.thanks
        yield self.footer

    def on_mount(self) -> None:
        """Follow the board and the theme."""
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self.set_interval(_BOARD_LOOK, self._look_at_board)
        self.place_preview()
        self.refresh_all()

    def _theme_changed(self, _theme: object) -> None:
        inks: Inks = self.app.make_inks()
        for widget in (self.top, self.rows, self.preview, self.thanks):
            widget.restyle(inks)
        self.footer.inks = inks
        self.footer.refresh()

    def _look_at_board(self) -> None:
        if self.service.board is not self._board:
            self._board = self.service.board
            self.board_changed()

    def on_screen_resume(self) -> None:
        """Show what a dialog or the board changed."""
        self._look_at_board()

    def on_resize(self) -> None:
        """Find the preview its place."""
        self.place_preview()
        self.refresh_all()

    def refresh_all(self) -> None:
        """Bring everything around the rows up to date."""
        if self.size.width:
            self.show_top()
            self.show_preview()
            self.footer.show(self.hints())

    def place_preview(self) -> None:
        """Put the preview beside the list, under it, or in its place."""
        width, height = self.size
        if not width:
            return
        place = "beside" if width >= BESIDE_FROM else "under" if height >= UNDER_FROM else "over"
        self.thanks.display = height >= THANKS_FROM
        if place != self.place:
            self.place = place
            self.preview_over = self.CARD_FIRST and place == "over"
            self.set_class(place == "under", "-under")
            self.rows.styles.width = f"{self.LIST_SHARE}%" if place == "beside" else "100%"
            self.rows.styles.height = f"{self.UNDER_SHARE}%" if place == "under" else "100%"
            self.preview.edge = "│" if place == "beside" else " "
        over = self.preview_over and place != "beside"
        self.rows.display = not over
        self.preview.display = place != "over" or over

    # Going about

    def moved(self) -> None:
        """Follow the cursor."""
        self.show_preview()
        self.show_top()

    def action_move(self, step: int) -> None:
        """Go to the next or the previous paper."""
        if self.rows.go(self.rows.index + step):
            self.moved()

    def action_page(self, direction: int) -> None:
        """Go a page down or up; a preview over the list scrolls by a page."""
        if not self.rows.display:
            self.preview.scroll_rows(direction * self.preview.page())
        else:
            self.action_move(direction * self.rows.page())

    def action_go(self, index: int) -> None:
        """Go to the first (0) or the last (-1) paper."""
        if self.rows.go(index if index >= 0 else len(self.rows.keys) - 1):
            self.moved()

    def action_scroll(self, direction: int) -> None:
        """Scroll the preview by half a page."""
        self.preview.scroll_rows(direction * max(self.preview.page() // 2, 1))

    def action_preview(self) -> None:
        """Show the preview in place of the list, or the list again."""
        if self.place != "beside" and self.rows.keys:
            self.preview_over = not self.preview_over
            self.place_preview()
            self.footer.show(self.hints())

    def on_paper_list_moved(self) -> None:
        """Follow a click."""
        self.moved()

    def on_paper_preview_link_opened(self, event: PaperPreview.LinkOpened) -> None:
        """Open a link that was clicked."""
        self.open_link(event.url)

    async def on_footer_line_clicked(self, event: FooterLine.Clicked) -> None:
        """Do what the key under the mouse does."""
        if event.action:
            await self.run_action(f"screen.{event.action}")

    # What both do

    def run_beside(self, work: Callable[[], None]) -> None:
        """Run something in a thread, so that no key waits for it."""

        def gentle_work() -> None:
            with gently():
                work()

        self.run_worker(gentle_work, group=WORKERS, thread=True, exit_on_error=False)

    def tell(self, text: str, *, warning: bool = False) -> None:
        """Say something, as plain text."""
        self.notify(text, severity="warning" if warning else "information", timeout=4, markup=False)

    def act(self, do: Callable[[], Outcome], *, say: bool = True) -> Outcome | None:
        """Change the board, and say what was done or why not."""
        outcome = attempt(self, do)
        if outcome is None:
            return None
        if say and outcome.said:
            self.tell(outcome.said[0].upper() + outcome.said[1:])
        if outcome.warning:
            self.tell(outcome.warning, warning=True)
        self._board = self.service.board
        self.board_changed()
        return outcome

    def open_link(self, url: str) -> None:
        """Open a link in the browser."""
        attempt(self, lambda: self.app.open_link(url))

    def action_undo(self) -> None:
        """Take back the last change."""
        self.act(lambda: self.service.history.undo())

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self.act(lambda: self.service.history.redo())

    def action_yank(self) -> None:
        """Pick what to copy."""
        from ideaboard.ui.papers.search_pickers import PaperYankPicker

        papers = [paper for paper, _ in self.chosen_papers() if paper]

        def picked(text: str | None) -> None:
            if text:
                self.app.copy_to_clipboard(text)
                first = text.splitlines()[0]
                self.tell(f"Copied {first if len(first) <= 60 else first[:59] + '…'}")

        if papers:
            self.app.push_screen(PaperYankPicker(papers), picked)

    def action_help(self) -> None:
        """Show the keys of this screen."""
        self.app.push_screen(KeysDialog(str(self.TITLE or ""), self._keys()))

    def _keys(self) -> Iterable[tuple[str, str]]:
        """Return the keys in force with what they do, this screen's own first."""
        seen: dict[str, list[str]] = {}
        own = [one for one in type(self).__dict__.get("BINDINGS", ()) if isinstance(one, Binding)]
        for binding in (*own, *(one for one in PaperScreen.BINDINGS if isinstance(one, Binding))):
            seen.setdefault(binding.description, []).extend(map(shown_key, binding.key.split(",")))
        return [(" ".join(keys), what) for what, keys in seen.items()]

    def action_leave(self) -> None:
        """Go back to the board; a key that comes twice before the screen is gone closes nothing else."""
        if self.is_active:
            self.dismiss(None)


class KeysDialog(Dialog[None]):
    """The keys of a screen.

    Args:
        name: the screen.
        rows: keys and what they do.
    """

    def __init__(self, name: str, rows: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self._of = name
        self._lines = list(rows)

    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark,f1,q", "close", "Close", show=False)]

    def dialog_title(self) -> Content:
        """Which screen."""
        return Content(self._of)

    def keys(self) -> Iterable[Key]:
        """Only the way back."""
        return (("Esc", "close", "close"),)

    def compose_body(self) -> ComposeResult:
        """One line for each."""
        wide = max((len(keys) for keys, _ in self._lines), default=0)
        lines = [Content.assemble((keys.ljust(wide), "bold"), "  ", what) for keys, what in self._lines]
        yield Static(Content("\n").join([*lines, Content(""), Content.styled(THANKS, MUTED)]))

    def on_mount(self) -> None:
        """Scroll by keys."""
        body = self.query_one("#body")
        body.can_focus = True
        body.focus()


def separated(parts: Iterable[Piece]) -> list[Piece]:
    """Put a quiet dot between parts that say something."""
    pieces: list[Piece] = []
    for text, style in parts:
        if text:
            pieces += [(" · ", "quiet")] if pieces else [(" ", "quiet")]
            pieces.append((text, style))
    return pieces
