"""The changelog on the board: what others will read, its options, and the files that it goes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.geometry import Offset

from ideaboard.core.actions import shown_key
from ideaboard.core.changelog import Changelog, Period
from ideaboard.core.text import counted
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.service import Outcome, Service
from ideaboard.service.sharing import Plan, Written
from ideaboard.ui.dialogs.dialog import ClosingOnce, confirm
from ideaboard.ui.dialogs.help import KeysDialog
from ideaboard.ui.drawing.cells import BESIDE_FROM, Piece, tame
from ideaboard.ui.drawing.inks import Inks
from ideaboard.ui.drawing.lines import FooterLine, Hint, Lines
from ideaboard.ui.drawing.prompt import Fed, TypedLine
from ideaboard.ui.drawing.rows import Row, Rows, RowsView
from ideaboard.ui.keymap import Keymap
from ideaboard.ui.screens.beside import Beside
from ideaboard.ui.screens.changelog_options import OPTIONS, Chosen, step
from ideaboard.ui.screens.changelog_rows import (
    Made,
    changed_options,
    changelog_rows,
    find_periods,
    option_pieces,
    panel_rows,
    plan_rows,
    problem_rows,
    question,
    said_rows,
    with_period,
)
from ideaboard.ui.telling import act, attempt_beside, copy, do_at_once, host_of, open_link, tell, tell_error

OPTIONS_FROM = 18
"""From this height on, in lines, the options have a line where they do not stand beside; so has what would change."""
HEAD = 60
"""So many items are made first: they fill the largest screen, whatever there is in all."""
_PANEL_WIDTH = 38
_DIFF_SHARE = 0.4
_BOARD_LOOK = 0.5
_OVER = "F"


class Text(RowsView):
    """Shows rows; what is clicked is a link, or for the screen."""

    def __init__(self, inks: Inks, *, id: str) -> None:
        super().__init__(inks, id=id)
        self._make: Callable[[int], Iterable[Row]] = lambda _: ()

    def show(self, make: Callable[[int], Iterable[Row]], top: int | None = None) -> None:
        """Show the rows that are made for a width, from a row on, or from where it is."""
        self._make = make
        self.top_row = self.top_row if top is None else top
        self._start()
        self.redraw()

    def _start(self) -> None:
        self.shown_rows = Rows(self._make(self.text_width) if self.size.width else ())
        self.clamp()

    def on_resize(self) -> None:
        self._start()
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        if url := self.target_at(event.x, event.y)[0]:
            open_link(self, url)


class ChangelogScreen(ClosingOnce[None]):
    """A preview of the changelog beside its options; what it says is written into the files that the config names.

    The text, and what would change in the files, are made in threads, first the head of it: no key waits for them.
    """

    TITLE = "Changelog"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "publish", "Show what would be written, then write it", show=False),
        Binding("equals_sign", "difference", "What would be written, or the preview", show=False),
        Binding(_OVER, "write_over", "Write over what was edited by hand", show=False),
        Binding("l,right", "period(1)", "Next period", show=False),
        Binding("h,left", "period(-1)", "Period before", show=False),
        Binding("e", "note", "Edit the note of the period", show=False),
        Binding("y", "yank", "Copy the Markdown", show=False),
        Binding("o", "page", "Open it as a page in the browser", show=False),
        *(
            Binding(str(number), f"option({number})", f"{option.name}: the next value", show=False)
            for number, option in enumerate(OPTIONS, 1)
        ),
        Binding("minus", "back", "The value before, of the option chosen last", show=False),
        Binding("0", "all", "All options as they were at first", show=False),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
        Binding("pagedown,ctrl+f,ctrl+d", "page_by(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "page_by(-1)", "Page up", show=False),
        Binding("g,home", "go(0)", "Top", show=False),
        Binding("G,end", "go(-1)", "Bottom", show=False),
        Binding("u", "undo", "Take back what was done here", show=False),
        Binding("U,ctrl+r", "redo", "Do again what was taken back", show=False),
        Binding("question_mark,f1", "help", "Show these keys", show=False),
        Binding("escape", "escape", "Back to the preview, or leave", show=False),
        Binding("q,C", "leave", "Back to the board", show=False),
    ]

    DEFAULT_CSS = f"""
    ChangelogScreen {{ layout: vertical; }}
    ChangelogScreen #middle {{ height: 1fr; }}
    ChangelogScreen #left {{ width: 1fr; height: 1fr; }}
    ChangelogScreen #preview {{ width: 1fr; height: 1fr; }}
    ChangelogScreen #question {{ width: 1fr; margin-top: 1; }}
    ChangelogScreen #difference {{ width: 1fr; height: 1fr; }}
    ChangelogScreen #panel {{ width: {_PANEL_WIDTH}; height: 1fr; }}
    """

    def __init__(self, service: Service, keymap: Keymap) -> None:
        super().__init__()
        self.service = service
        self.keymap = keymap
        self.history = service.history.own()
        """What was done here: only that is taken back here."""
        self.chosen = Chosen()
        self.made: Made | None = None
        self.period = 0
        self.line: TypedLine | None = None
        """The note that is typed."""
        self.plans: Sequence[Plan] = ()
        self.problem: IdeaboardError | None = None
        """Why it can be written nowhere."""
        self.looked = False
        """Whether it is known what would be written."""
        self.difference_over = False
        self._making = Beside[Made](self, self._take, self._failed)
        self._looking = Beside[Sequence[Plan]](self, self._take_plans, self._take_problem)
        self._writing = Beside[Sequence[str]](self, self._written, self._not_written)
        self._wants_to_write = False
        self._wants_copy = False
        self._goes_to: int | None = None
        """The period, or -1 for the end, to go to once there is all of it."""
        self._last = OPTIONS[0]
        self._board = service.board
        self._actions = {
            key: one.action for one in self.BINDINGS if isinstance(one, Binding) for key in one.key.split(",")
        }

    def compose(self) -> ComposeResult:
        inks = host_of(self).make_inks()
        self.top = Lines(inks, 1, id="top")
        self.options = Lines(inks, 1, id="options")
        self.preview = Text(inks, id="preview")
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

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self.set_interval(_BOARD_LOOK, self._look_at_board)
        self._place()

    def on_unmount(self) -> None:
        for work in (self._making, self._looking):
            work.stop()

    def _theme_changed(self, _theme: object) -> None:
        inks = host_of(self).make_inks()
        for widget in (self.top, self.options, self.preview, self.question, self.difference, self.panel, self.footer):
            widget.restyle(inks)

    # What is shown

    @property
    def at_rest(self) -> bool:
        """Whether all that was asked for is shown."""
        is_made = self.made is not None and self.made.is_whole and self.made.width == self._width
        return is_made and self.looked and not (self._making.busy or self._looking.busy or self._writing.busy)

    @property
    def _width(self) -> int:
        """The width of the preview's text, by which its rows are made."""
        panel = _PANEL_WIDTH if self.size.width >= BESIDE_FROM else 0
        return max(1, self.size.width - panel - 3)

    def on_resize(self) -> None:
        self._place()
        self._make()

    def _place(self) -> None:
        """Show what there is room for: the options beside or above, what would change below the preview or over it."""
        width, height = self.size
        beside = width >= BESIDE_FROM
        self.panel.display = beside
        self.options.display = not beside and height >= OPTIONS_FROM
        below = height >= OPTIONS_FROM and any(self._differs(plan) for plan in self.plans)
        self.preview.display = not self.difference_over
        self.difference.display = self.question.display = below or self.difference_over
        rows = self._difference_rows(max(self._width, 1)) if below and not self.difference_over else ()
        most = max(3, int((height - 4) * _DIFF_SHARE))
        few = sum(1 for _, _ in zip(range(most), rows, strict=False))
        self.difference.styles.height = "1fr" if self.difference_over else max(few, 1)
        self._show_around()

    def _show_around(self) -> None:
        if not self.size.width:
            return
        board = self.service.board
        self.top.show(0, self._headline())
        self.options.show(0, option_pieces(self.chosen, board))
        self.panel.show(partial(panel_rows, self.chosen, board, self._places()))
        self.question.show(0, question(self.plans, self.size.width) if self.plans else ())
        self.footer.show(self.hints())

    def _places(self) -> Sequence[Plan] | str:
        if not self.looked:
            return "looking at the files…"
        return self.plans or "no file; Enter tells how to name one" if not self.problem else "no file; Enter tells why"

    def _headline(self) -> list[Piece]:
        made = self.made
        pieces: list[Piece] = [(" Changelog", "name")]
        if made is not None and made.is_whole:
            pieces.append((f"  {made.entries:,} shared", "quiet"))
        says_options = self.panel.display or self.options.display
        if changed := [] if says_options else changed_options(self.chosen, self.service.board):
            pieces.append((f"  {', '.join(changed)}", "label"))
        if made is not None and made.periods:
            at = min(self.period, len(made.periods) - 1)
            of = f" of {len(made.periods)}" if made.is_whole else ""
            pieces += [(f"  {tame(made.periods[at].heading)}", "label"), (f"  {at + 1}{of}", "quiet")]
        if problem := self.service.saving.problem:
            pieces.append((f"  not saved: {tame(problem.message)}", "alert"))
        return pieces

    def hints(self) -> Sequence[Hint]:
        if self.line is not None:
            return (("Enter", "keep", ""), ("Esc", "cancel", ""), ("Ctrl+u", "empty", ""))
        periods: tuple[Hint, ...] = (("h l", "period", ""), ("e", "note", "note")) if self._has_periods else ()
        over: tuple[Hint, ...] = ((_OVER, "write over", "write_over"),) if self._could_write_over else ()
        return (
            ("Enter", "write" if self._can_write and self.difference.display else "publish", "publish"),
            *over,
            ("=", "preview" if self.difference_over else "difference", "difference"),
            *periods,
            ("y", "copy", "yank"),
            ("o", "page", "page"),
            (f"1-{len(OPTIONS)}", "options", ""),
            ("u", "undo", "undo"),
            ("?", "keys", "help"),
            ("q", "board", "leave"),
        )

    async def on_footer_line_clicked(self, event: FooterLine.Clicked) -> None:
        if event.action:
            await self.run_action(f"screen.{event.action}")

    # The preview

    def _make(self) -> None:
        """Make the text for the options, its head first; what was made before is shown until then."""
        if not self.size.width:
            return
        sharing, options, width = self.service.sharing, self.chosen.options(), self._width

        def rows_of(changelog: Changelog, *, is_whole: bool) -> Made:
            text = sharing.written_out(changelog)
            entries = changelog.entries
            if not entries and not changelog.in_progress:
                return Made(text, (), (), (), 0, width, is_whole)
            rows = list(changelog_rows(text, width))
            return Made(text, rows, *find_periods(rows, changelog.periods), len(entries), width, is_whole)

        def job() -> Iterator[Made]:
            head = sharing.changelog(replace(options, limit=HEAD))
            is_whole = len(head.entries) < HEAD
            yield rows_of(head, is_whole=is_whole)
            if not is_whole:
                yield rows_of(sharing.changelog(options), is_whole=True)

        self._making.ask(job)

    def _take(self, made: Made) -> None:
        if not self.is_attached:
            return
        before, self.made = self.made, made
        key = before.periods[self.period].key if before and self.period < len(before.periods) else ""
        keys = [period.key for period in made.periods]
        self.period = keys.index(key) if key in keys else 0
        self._show_preview()
        if before is None or before.width != made.width:
            self._go_to_period()
        if made.is_whole:
            self._keep_promises()
            if not self.looked:
                self._look()
        self._show_around()

    def _failed(self, error: IdeaboardError) -> None:
        """Show in the preview what is wrong, such as a template of one's own."""
        if self.is_attached:
            self.made = Made("", (), (), (), 0, self._width, is_whole=True)
            self._wants_copy = False
            self.preview.show(lambda width: problem_rows(error, width, _OVER), 0)
            if not self.looked:
                self._look()
            self._show_around()

    def _keep_promises(self) -> None:
        """Do what keys asked for while the text was being made."""
        goes_to, self._goes_to = self._goes_to, None
        if goes_to == -1:
            self.preview.go_to_row(len(self.preview.shown_rows.rows))
        elif goes_to is not None:
            self.action_period(goes_to)
        if self._wants_copy:
            self._wants_copy = False
            self.action_yank()

    def _show_preview(self, top: int | None = None) -> None:
        made = self.made
        if made is None:
            return
        if not made.rows:
            self.preview.show(partial(said_rows, self._nothing()), 0)
            return
        rows, caret = with_period(made, self.period, self.line)
        self.preview.show(lambda _: rows, top)
        self.preview.shown_rows.make_all()
        if self.line is not None:
            low = caret - self.preview.size.height + 2
            self.preview.go_to_row(min(max(self.preview.top_row, low), made.at[self.period]))
            self._show_caret(caret, rows)

    def _show_caret(self, row: int, rows: Sequence[Row]) -> None:
        """Put the terminal's own cursor where the note is typed."""
        x, y = self.preview.region.offset
        before = next((i for i, (_, style) in enumerate(rows[row].pieces) if style == "caret"), 0)
        cells = sum(len(text) for text, _ in rows[row].pieces[:before])
        self.app.cursor_position = Offset(x + 2 + cells, y + row - self.preview.top_row)

    def _nothing(self) -> Sequence[Piece]:
        if self.chosen.leaves_out:
            return ("Nothing that was shared fits these options.", "title"), ("0 takes them back.", "quiet")
        key = self.keymap.shown("card.share")
        return (
            ("Nothing shared yet.", "title"),
            (f"On the board, {key} shares an idea: with a link and one line it stands here.", "quiet"),
        )

    def _look_at_board(self) -> None:
        if self.service.board is not self._board:
            self._board = self.service.board
            self._again()

    def _again(self) -> None:
        """Make all of it again: something has changed."""
        self._make()
        if self.looked:
            self._look()

    def on_screen_resume(self) -> None:
        self._look_at_board()
        self._show_around()

    # Keys

    async def on_key(self, event: events.Key) -> None:
        await do_at_once(self, event, self._type_key, self._actions)

    def _type_key(self, event: events.Key) -> bool:
        """Feed the note that is typed; tell whether there is one."""
        line = self.line
        if line is None:
            return False
        fed = Fed.ENTER if event.key == "ctrl+s" else line.feed(event)
        if fed is Fed.ENTER:
            self._keep_note(line.text)
        elif fed is Fed.ESCAPE:
            self._end_note()
        elif fed is Fed.EDITED:
            self._show_preview()
        return True

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self.line is not None:
            self.line.insert(event.text)
            self._show_preview()

    @property
    def _text(self) -> Text:
        """What is scrolled: what would change when only that is shown, else the preview."""
        return self.difference if self.difference_over else self.preview

    def action_scroll(self, rows: int) -> None:
        self._text.scroll_rows(rows)
        self._follow()

    def action_page_by(self, direction: int) -> None:
        self.action_scroll(direction * self._text.page())

    def action_go(self, row: int) -> None:
        if row < 0 and self._text is self.preview and self.made and not self.made.is_whole:
            self._goes_to = -1
        elif row < 0:
            self._text.shown_rows.make_all()
        self._text.go_to_row(row if row >= 0 else len(self._text.shown_rows.rows))
        self._follow()

    def _follow(self) -> None:
        """Let the period be the one that is read, once its heading is out of sight."""
        made, top = self.made, self.preview.top_row
        if self.difference_over or made is None or not made.at:
            return
        if not top <= made.at[self.period] < top + self.preview.size.height:
            seen = [number for number, at in enumerate(made.at) if at <= top + 1]
            self.period = seen[-1] if seen else 0
            self._show_preview()
            self._show_around()

    @property
    def _has_periods(self) -> bool:
        return self.made is not None and bool(self.made.periods) and not self.difference_over

    def _current_period(self) -> Period | None:
        """Return the period that is read, or say why there is none."""
        if self.made is not None and self.period < len(self.made.periods):
            return self.made.periods[self.period]
        if self.chosen.has_periods:
            tell(self, "Nothing is shown here yet")
        else:
            key = "1" if self.chosen.style == "list" else "3"
            tell(self, f"There are no periods here; {key} brings them back")
        return None

    def action_period(self, by: int) -> None:
        if self.difference_over:
            self.action_difference()
        if self.made is None or self._current_period() is None:
            return
        at = self.period + by
        if at >= len(self.made.periods) and not self.made.is_whole:
            self._goes_to = by
            return
        self.period = min(max(at, 0), len(self.made.periods) - 1)
        self._show_preview()
        self._go_to_period()
        self._show_around()

    def _go_to_period(self) -> None:
        if self.made is not None and self.period < len(self.made.at):
            self.preview.go_to_row(self.made.at[self.period] if self.period else 0)

    # The options

    def action_option(self, number: int, by: int = 1) -> None:
        self._last = OPTIONS[number - 1]
        self.difference_over = False
        self.chosen = step(self._last, self.chosen, by, self.service.board, self.service.clock())
        self._changed()

    def action_back(self) -> None:
        self.action_option(OPTIONS.index(self._last) + 1, -1)

    def action_all(self) -> None:
        self.chosen = Chosen()
        self._changed()

    def _changed(self) -> None:
        self._place()
        self.preview.go_to_row(0)
        self._make()

    # The note

    def action_note(self) -> None:
        if self.difference_over:
            self.action_difference()
        if (period := self._current_period()) and not self._refused():
            self.line = TypedLine(self.service.sharing.notes().get(period.key, ""))
            self._show_preview()
            self._show_around()

    def _refused(self) -> bool:
        """Tell whether nothing can be kept for now, and say so before somebody types in vain."""
        if (refusal := self.service.refusal) is not None:
            tell_error(self, refusal)
        return refusal is not None

    def _end_note(self) -> None:
        self.line = None
        self._show_preview()
        self._show_around()

    def _keep_note(self, text: str) -> None:
        self._end_note()
        sharing, made = self.service.sharing, self.made
        if made is None:
            return
        key = made.periods[self.period].key
        if " ".join(text.split()) != sharing.notes().get(key, ""):
            act(self, lambda: self.history.do(lambda: sharing.note(key, text)))
            self._again()

    def action_undo(self) -> None:
        self._turn(self.history.undo)

    def action_redo(self) -> None:
        self._turn(self.history.redo)

    def _turn(self, turn: Callable[[], Outcome]) -> None:
        """Take back or do again; that there is nothing is no error."""

        def turned() -> Outcome:
            try:
                return turn()
            except InvalidInput as error:
                return Outcome(self.service.board, said=error.message)

        act(self, turned)
        self._again()

    # Copy and page

    def action_yank(self) -> None:
        if self.made is not None and self.made.is_whole and self.made.text:
            copy(self, self.made.text, f"the changelog, {counted(self.made.text.count(chr(10)), 'line')} of Markdown")
        else:
            self._wants_copy = self.made is None or not self.made.is_whole

    def action_page(self) -> None:
        sharing, options, host = self.service.sharing, self.chosen.options(), host_of(self)
        attempt_beside(
            self,
            lambda: host.open_page(sharing.changelog_text(options, "html")),
            lambda path: tell(self, f"Opened {path}"),
        )

    # The files

    def _look(self) -> None:
        sharing = self.service.sharing
        self._looking.ask(lambda: (sharing.plans(),))

    def _take_plans(self, plans: Sequence[Plan], problem: IdeaboardError | None = None) -> None:
        if not self.is_attached:
            return
        self.plans, self.problem, self.looked = plans, problem, True
        wants, self._wants_to_write = self._wants_to_write, False
        if wants and not problem and not any(map(self._differs, plans)):
            self.difference_over = False
            names = [tame(plan.target.name) for plan in plans]
            tell(self, f"Nothing to write: {names[0] if len(names) == 1 else f'all {len(names)} files'} up to date")
        elif wants:
            self._place()
            self.difference_over = not self.difference.display
        self.difference.show(self._difference_rows, 0)
        self._place()

    def _take_problem(self, problem: IdeaboardError) -> None:
        self._take_plans((), problem)

    def _difference_rows(self, width: int) -> Iterable[Row]:
        if self.problem:
            return problem_rows(self.problem, width, _OVER)
        return plan_rows(self.plans, width, _OVER)

    @staticmethod
    def _differs(plan: Plan) -> bool:
        return plan.problem is not None or (plan.written is not None and plan.written.changed)

    @property
    def _can_write(self) -> bool:
        """Whether something would be written, and nothing speaks against it."""
        return any(map(self._differs, self.plans)) and not any(plan.problem for plan in self.plans)

    @property
    def _could_write_over(self) -> bool:
        """Whether all that speaks against writing is what somebody wrote there."""
        return any(plan.problem for plan in self.plans) and all(plan.written for plan in self.plans)

    def action_difference(self) -> None:
        """Show what would be written in place of the preview, or the preview again."""
        self.difference_over = not self.difference_over
        if self.difference_over:
            self.difference.show(self._difference_rows, 0)
            self._look()
        self._place()

    def action_publish(self) -> None:
        """Write what the person sees that would be written; show it first."""
        if self._writing.busy:
            return
        if self._can_write and self.difference.display:
            self._write(force=False)
        else:
            self._wants_to_write = True
            self._look()

    def action_write_over(self) -> None:
        if not self._could_write_over:
            tell(self, "Nothing here was edited by hand")
            return
        names = ", ".join(f"'{tame(plan.target.name)}'" for plan in self.plans if plan.problem)
        question = f"Write over what was edited by hand in {names}? The lines with - are lost."
        confirm(self, question, "Write over", "Keep them", lambda: self._write(force=True))

    def _write(self, *, force: bool) -> None:
        sharing = self.service.sharing
        seen: list[Written] = [plan.written for plan in self.plans if plan.written]

        def job() -> Iterator[Sequence[str]]:
            done = sharing.publish(force=force, seen=seen)
            yield [target.name for target, written in done if written.changed]

        self._writing.ask(job)

    def _written(self, names: Sequence[str]) -> None:
        if not self.is_attached:
            return
        what = f"'{tame(names[0])}'" if len(names) == 1 else counted(len(names), "file")
        tell(self, f"Wrote {what}")
        self.difference_over = False
        self._look()

    def _not_written(self, error: IdeaboardError) -> None:
        if self.is_attached:
            tell_error(self, error)
            self._look()

    # Leaving and help

    def action_help(self) -> None:
        seen: dict[str, list[str]] = {}
        for binding in self.BINDINGS:
            if isinstance(binding, Binding):
                seen.setdefault(binding.description, []).extend(map(shown_key, binding.key.split(",")))
        self.app.push_screen(KeysDialog(self.TITLE, [(" ".join(keys), what) for what, keys in seen.items()]))

    def action_escape(self) -> None:
        if self.difference_over:
            self.action_difference()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        self.dismiss(None)
