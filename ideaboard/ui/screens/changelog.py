"""The changelog on the board: what others will read, its options, and the files that it goes to."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from ideaboard.core.actions import ACTIONS, CHANGELOG
from ideaboard.core.changelog import Period
from ideaboard.core.text import clean_line, counted
from ideaboard.errors import IdeaboardError
from ideaboard.publish.targets import NothingToPublish
from ideaboard.service import Service
from ideaboard.ui.beside import Beside, attempt_beside
from ideaboard.ui.drawing.cells import BESIDE_FROM, Piece, tame, width_of
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.lines import FooterLine, Lines
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.screens.changelog_files import Files
from ideaboard.ui.screens.changelog_options import OPTIONS, Chosen, step
from ideaboard.ui.screens.changelog_preview import ChangelogPreview, make_changelog
from ideaboard.ui.screens.changelog_rows import Made, Place, changed_options, option_pieces, panel_rows, question
from ideaboard.ui.telling import copy, do_at_once, host_of, tell
from ideaboard.ui.text import Text
from ideaboard.ui.whole import WholeScreen

OPTIONS_FROM = 18
"""From this height on, in lines, the options have a line where they do not stand beside; so has what would change."""
_ROOMY = 60
_WIDEST = 110
"""Longer lines are hard to read."""
_PANEL_WIDTH = 38
_DIFF_SHARE = 0.4
_NEED_PERIODS = ("go.left", "go.right", "card.edit")
_NEED_ALL = ("go.bottom", "card.yank")
"""The actions that wait for a text that is still being made, or for all of it."""


class ChangelogScreen(WholeScreen[None]):
    """A preview of the changelog beside its options; what it says is written into the files that the config names.

    The text, and what would change in the files, are made in threads, first the head of it: no key waits for them.
    """

    TITLE = "Changelog"
    SCREEN = CHANGELOG
    EVERY_BOARD = True

    DEFAULT_CSS = f"""
    ChangelogScreen {{ layout: vertical; }}
    ChangelogScreen #middle {{ height: 1fr; }}
    ChangelogScreen #left {{ width: 1fr; height: 1fr; }}
    ChangelogScreen #preview {{ width: 1fr; height: 1fr; }}
    ChangelogScreen #question {{ width: 1fr; }}
    ChangelogScreen #difference {{ width: 1fr; height: 1fr; }}
    ChangelogScreen #panel {{ width: {_PANEL_WIDTH}; height: 1fr; }}
    """

    def __init__(self, service: Service, keymap: Keymap) -> None:
        super().__init__(service)
        self.keymap = keymap
        self.chosen = Chosen()
        self.files = Files(self, service.sharing, self._files_changed)
        self.difference_over = False
        """Whether what would change stands in the place of the preview."""
        self._making = Beside[Made](self, self._take, self._failed)
        self._wants_to_write = False
        self._held: deque[events.Key | events.Paste] = deque()
        """Keys that wait for a text that is still being made, and all that came after them."""
        self._last = OPTIONS[0]
        self._ids = {key: action.id for action in ACTIONS if CHANGELOG in action.screens for key in keymap.keys(action)}

    def compose(self) -> ComposeResult:
        inks = host_of(self).make_inks()
        self.top = Lines(inks, 1, id="top")
        self.options = Lines(inks, 1, id="options")
        self.preview = ChangelogPreview(inks, id="preview")
        self.question = Lines(inks, 1, id="question")
        self.difference = Text(inks, id="difference")
        self.panel = Text(inks, id="panel")
        self.footer = FooterLine(inks)
        self.preview.edge = self.difference.edge = " "
        yield self.top
        yield self.options
        with Horizontal(id="middle"):
            with Vertical(id="left"):
                yield self.preview
                yield self.question
                yield self.difference
            yield self.panel
        yield self.footer

    def on_unmount(self) -> None:
        self._making.stop()
        self.files.stop()

    # What is shown

    @property
    def at_rest(self) -> bool:
        """Whether all that was asked for is shown."""
        made = self.preview.made
        is_made = made is not None and made.is_whole and made.width == self._width and not self._making.busy
        return is_made and self.files.known and not (self.files.busy or self._held)

    @property
    def _left(self) -> int:
        """The width of what stands left of the options."""
        return self.size.width - (_PANEL_WIDTH if self.size.width >= BESIDE_FROM else 0)

    @property
    def _width(self) -> int:
        """The width of the preview's text, by which its rows are made."""
        return min(max(1, self._left - 3), _WIDEST)

    def on_resize(self) -> None:
        self._place()
        self._make()

    def _place(self) -> None:
        """Show what there is room for: the options beside or above, what would change below the preview or over it."""
        width, height = self.size
        self.files.width = max(1, self._left - 3)
        self.panel.display = width >= BESIDE_FROM
        self.options.display = width < BESIDE_FROM and height >= OPTIONS_FROM
        below = height >= OPTIONS_FROM and self.files.differ
        self.preview.display = not self.difference_over
        self.difference.display = self.question.display = below or self.difference_over
        self.question.styles.margin = (0 if self.difference_over else 1, 0, 0, 0)
        if self.difference_over:
            self.difference.styles.height = "1fr"
        elif below:
            most = max(3, int((height - 4) * _DIFF_SHARE))
            rows = zip(range(most), self.files.rows(self.files.width), strict=False)
            self.difference.styles.height = sum(1 for _ in rows)
        self._show_around()

    def _show_around(self) -> None:
        if not self.size.width:
            return
        board, files = self.service.board, self.files
        self.top.show(0, self._headline())
        self.options.show(0, option_pieces(self.chosen, board, self.keymap))
        self.panel.show_rows(partial(panel_rows, self.chosen, board, self._places(), self.keymap))
        self.question.show(0, question(files.places, files.problem, files.writes(), self.keymap, self._left))
        self.footer.show(self.hints())

    def _places(self) -> Sequence[Place] | str:
        if not self.files.known:
            return "looking at the files…"
        key = self.keymap.shown("changelog.publish")
        if isinstance(self.files.problem, NothingToPublish):
            return f"no file is named yet; {key} tells how"
        return f"no file now; {key} tells why" if self.files.problem else self.files.places

    def _headline(self) -> list[Piece]:
        made, period = self.preview.made, self.preview.current
        pieces: list[Piece] = [(" Changelog", "name")] if self.size.width >= _ROOMY else []
        if made is not None and made.is_whole:
            pieces.append((f"{'  ' if pieces else ' '}{made.entries:,} shared", "quiet"))
        says_options = self.panel.display or self.options.display
        if changed := [] if says_options else changed_options(self.chosen, self.service.board):
            pieces.append((f"  {', '.join(changed)}", "label"))
        if made is not None and period is not None:
            of = f" of {len(made.periods)}" if made.is_whole else ""
            pieces += [(f"  {tame(period.heading)}", "label"), (f"  {self.preview.period + 1}{of}", "quiet")]
        unsaved, style = self.unsaved_in(self.size.width - sum(width_of(text) for text, _ in pieces) - 2)
        return [*pieces, (f"  {unsaved}" if unsaved else "", style)]

    def hints(self) -> Sequence[Hint]:
        if self.preview.line is not None:
            return (("Enter", "keep", ""), ("Ctrl+u", "empty", ""), ("Esc", "cancel", ""))
        has_periods = self.preview.current is not None and not self.difference_over
        both = f"{self.keymap.shown('go.left')} {self.keymap.shown('go.right')}"
        periods = [(both, "period", "period(1)"), *self.hints_for(("card.edit", "note"))] if has_periods else []
        return [
            *self.hints_for(
                ("changelog.publish", self._enter_said()),
                *(("changelog.write_over",) if self.files.could_be_written_over else ()),
                ("changelog.difference", "preview" if self.difference_over else "difference"),
            ),
            *periods,
            *self.hints_for("card.yank", ("card.open_link", "page")),
            (self.keymap.numbered("changelog.option", len(OPTIONS)), "options", ""),
            *self.hints_for("board.undo", "board.help", ("screen.leave", "board")),
        ]

    def _enter_said(self) -> str:
        """Say what Enter does: it writes what can be seen, and else shows it first."""
        if not (self.difference.display and self.files.known):
            return "publish"
        if not self.files.can_be_written:
            return "look again"
        return f"writes {self.files.writes()}" if self.size.width >= _ROOMY else "write"

    # The preview

    def _make(self) -> None:
        """Make the text for the options; what was made before is shown until then."""
        if self.size.width:
            sharing, options, width = self.service.sharing, self.chosen.options(), self._width
            self._making.ask(lambda: make_changelog(sharing, options, width))

    async def _take(self, made: Made) -> None:
        if self.is_attached:
            self.preview.take(made, self._nothing())
            await self._made()

    async def _failed(self, error: IdeaboardError) -> None:
        if self.is_attached:
            self.preview.fail(error, self._width, self.chosen.options())
            await self._made()

    async def _made(self) -> None:
        """Go on once there is a text: look at the files, and do what keys ask for that have waited for it."""
        made = self.preview.made
        if made is not None and made.is_whole and not self.files.known:
            self.files.look()
        self._show_around()
        held, self._held = self._held, deque()
        for event in held:
            await (self.on_key(event) if isinstance(event, events.Key) else self.on_paste(event))

    def _nothing(self) -> Sequence[Piece]:
        if self.chosen.leaves_out:
            back = self.keymap.shown("changelog.all")
            return ("Nothing that was shared fits these options.", "title"), (f"{back} takes them back.", "quiet")
        key = self.keymap.shown("card.share")
        return (
            ("Nothing shared yet.", "title"),
            (f"On the board, {key} shares an idea: with a link and one line it stands here.", "quiet"),
        )

    def board_changed(self) -> None:
        """Make all of it again."""
        self._make()
        if self.files.known:
            self.files.look()

    # Keys

    async def on_key(self, event: events.Key) -> None:
        if self._held and event.key == "escape":
            self._held.clear()
            event.stop()
            event.prevent_default()
        elif self._held or (self.preview.line is None and self._waits(self._ids.get(event.key, ""))):
            self._hold(event)
        else:
            await do_at_once(self, event, self._type_key, self._actions)

    def _waits(self, id: str) -> bool:
        """Tell whether an action needs a text that is still being made."""
        made = self.preview.made
        if made is None or made.options != self.chosen.options():
            return id in _NEED_PERIODS or id in _NEED_ALL
        if id == "go.right" and not made.is_whole:
            return self.preview.period + 1 >= len(made.periods)
        return id in _NEED_ALL and not made.is_whole

    def _hold(self, event: events.Key | events.Paste) -> None:
        self._held.append(event)
        event.stop()
        event.prevent_default()

    def _type_key(self, event: events.Key) -> bool:
        return self.preview.type_key(event, self._keep_note, self._end_note)

    @property
    def holds_typed(self) -> bool:
        return self.preview.holds_typed

    async def on_paste(self, event: events.Paste) -> None:
        if self._held:
            self._hold(event)
        else:
            event.stop()
            self.preview.paste(event.text)

    @property
    def _text(self) -> Text:
        """What is scrolled: what would change when only that is shown, else the preview."""
        return self.difference if self.difference_over else self.preview

    def action_move(self, rows: int) -> None:
        self._text.scroll_rows(rows)
        self._follow()

    def action_page(self, direction: int) -> None:
        self.action_move(direction * self._text.page())

    def action_go(self, row: int) -> None:
        rows = self._text.shown_rows
        if row < 0:
            rows.make_all()
        self._text.go_to_row(row if row >= 0 else len(rows.rows))
        self._follow()

    def _follow(self) -> None:
        if not self.difference_over and self.preview.follow():
            self._show_around()

    def _current_period(self) -> Period | None:
        """Return the period that is read, or say why there is none."""
        if self.difference_over:
            self.action_difference()
        if self.preview.current is None:
            key = self.keymap.shown(f"changelog.option_{1 if self.chosen.style == 'list' else 3}")
            said = "Nothing is shown here yet" if self.chosen.has_periods else "There are no periods here"
            tell(self, said if self.chosen.has_periods else f"{said}; {key} brings them back")
        return self.preview.current

    def action_period(self, by: int) -> None:
        if self._current_period() is not None:
            self.preview.step(by)
            self._show_around()

    # The options

    def action_option(self, number: int, by: int = 1) -> None:
        self._last = OPTIONS[number - 1]
        self._choose(step(self._last, self.chosen, by, self.service.board, self.service.clock()))

    def action_back(self) -> None:
        self.action_option(OPTIONS.index(self._last) + 1, -1)

    def action_all(self) -> None:
        self._choose(Chosen())

    def _choose(self, chosen: Chosen) -> None:
        self.chosen = chosen
        self.difference_over = False
        self._place()
        self.preview.go_to_row(0)
        self._make()

    # The note

    def action_edit(self) -> None:
        period = self._current_period()
        if period is None:
            return
        if self.history.refused:
            return
        self.preview.start_note(self.service.sharing.notes().get(period.key, ""))
        self._show_around()

    def _keep_note(self, text: str) -> bool:
        """Keep the note; tell whether that could be done."""
        sharing, period = self.service.sharing, self.preview.current
        if period is None or clean_line(text) == sharing.notes().get(period.key, ""):
            return True
        return self.act(lambda: sharing.note(period.key, text)) is not None

    def _end_note(self) -> None:
        self.preview.end_note()
        self._show_around()

    # Copy and page

    def action_yank(self) -> None:
        made = self.preview.made
        if made is not None and made.text:
            copy(self, made.text, f"the changelog, {counted(made.text.count(chr(10)), 'line')} of Markdown")

    def action_open(self) -> None:
        sharing, options, host = self.service.sharing, self.chosen.options(), host_of(self)
        attempt_beside(
            self,
            lambda: host.open_page(sharing.changelog_text(options, "html")),
            lambda path: tell(self, f"Opened {path}"),
        )

    # The files

    def _files_changed(self) -> None:
        """Show what would be written, and go on with the key that asked for it."""
        wants, self._wants_to_write = self._wants_to_write, False
        if not self.files.differ and not self.files.problem:
            self.difference_over = False
            if wants:
                tell(self, f"Nothing to write: {self.files.up_to_date()}")
        elif wants:
            self._place()
            self.difference_over = self.difference_over or not self.difference.display
        self.difference.show_rows(self.files.rows, 0)
        self._place()

    def action_difference(self) -> None:
        """Show what would be written in place of the preview, or the preview again."""
        self.difference_over = not self.difference_over
        if self.difference_over:
            self.files.look()
        self._place()

    def action_publish(self) -> None:
        """Write what the person sees that would be written; show it first."""
        if self.files.can_be_written and self.difference.display and not self.files.writing:
            self.files.write()
        elif not self.files.writing:
            self._wants_to_write = True
            self.files.look()

    def action_write_over(self) -> None:
        if self.files.could_be_written_over:
            self.files.write_over()
        else:
            tell(self, "Nothing here was edited by hand")

    # Leaving and help

    def action_close(self) -> None:
        if self.difference_over:
            self.action_difference()
        else:
            self.action_leave()
