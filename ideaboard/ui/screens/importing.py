"""Bringing a file in: its path, then what was recognised and where each list goes, then one action with one undo."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from textual import events

from ideaboard.core.actions import IMPORT
from ideaboard.core.text import counted, tags_from
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.places import user_path
from ideaboard.service import Outcome, Service
from ideaboard.service.drafting import portable
from ideaboard.service.imports import ARCHIVE, Options
from ideaboard.service.transfer import Brought, ListPlan, Preview
from ideaboard.ui.dialogs.dialog import titled
from ideaboard.ui.dialogs.pickers import Choice, Picker, keys_for
from ideaboard.ui.drawing.cells import Line, Piece, fit, shorten, tame, width_of
from ideaboard.ui.drawing.footer import Hint
from ideaboard.ui.drawing.prompt import Fed, TypedLine, draw_prompt
from ideaboard.ui.drawing.rows import wrapped
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.listing import ListScreen, separated
from ideaboard.ui.screens.beside import Beside
from ideaboard.ui.telling import ask, in_keys, sentence

_MOST_LISTED = 2000
_PLACE = "import"
"""Under this name the folder is remembered from which something was brought last."""
_STAGE_SHARE = 4
_COUNT = 8
_SIZES = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


class Lying(NamedTuple):
    """What lies in a folder."""

    name: str
    """With a slash behind it, a folder."""
    size: int


class Planned(NamedTuple):
    """A file that was read, and what bringing it in would do."""

    brought: Brought
    options: Options
    preview: Preview
    number: int
    """Of the question that this answers."""


class ImportScreen(ListScreen):
    """Asks for a file, shows what is in it and where it goes, and brings it in."""

    TITLE = "Import"
    SCREEN = IMPORT
    LIST_SHARE = 58

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        folder = service.choices.get(_PLACE) or portable(Path(os.curdir))
        self.line: TypedLine | None = TypedLine(folder.rstrip("/") + "/")
        self.typing_tags = False
        """Whether the line that is open is for tags, and not for the path."""
        self.planned: Planned | None = None
        self.problem: IdeaboardError | None = None
        self.doing = ""
        """What is being done in a thread."""
        self._asked = 0
        self._wants = False
        """Whether it is brought in as soon as it is known where it goes."""
        self._path = folder.rstrip("/") + "/"
        self._lying: dict[str, Lying] = {}
        self._lists: dict[str, ListPlan] = {}
        self._beside: Beside[Planned] = Beside(self, self._take, self._failed)

    def on_mount(self) -> None:
        self.rows.row_lines = 1
        self._list_files()

    def on_unmount(self) -> None:
        self._beside.stop()

    def board_changed(self) -> None:
        """What is new on the board is another thing to be told of the file."""
        if self.planned:
            self._plan(self.planned.brought, self.planned.options)

    # Rows

    def _list_files(self) -> None:
        """List what lies in the folder that is typed and begins with the rest of it."""
        folder, _, start = self._path.rpartition("/")
        self._lying = {}
        try:
            with os.scandir(user_path(folder or ("/" if "/" in self._path else os.curdir))) as found:
                for one, _ in zip(found, range(_MOST_LISTED), strict=False):
                    if one.name.startswith(start) and (start or not one.name.startswith(".")):
                        lying = _lying(one)
                        self._lying[lying.name] = lying
        except OSError:
            pass  # the path is still being typed; what is wrong with it is said at Enter
        keys = sorted(self._lying, key=lambda name: (name[-1:] != "/", name.casefold()))
        self.rows.empty = self.empty_page()
        self.rows.redraw()
        self.rows.show(keys)
        self.refresh_all()

    def _list_lists(self) -> None:
        self._lists = {str(n): one for n, one in enumerate(self.planned.preview.lists)} if self.planned else {}
        self.rows.empty = self.empty_page()
        self.rows.redraw()
        self.rows.show(list(self._lists))
        self.refresh_all()

    @property
    def current(self) -> ListPlan | None:
        return self._lists.get(self.rows.current or "") if self.planned else None

    def empty_page(self) -> list[Line]:
        if self.planned:
            return self.wrapped_empty([("There is nothing in it.", "name")])
        begins = not self._path.endswith("/") and bool(self._path)
        what = "No file or folder here begins so." if begins else "No file lies here. Type the path of another folder."
        return self.wrapped_empty([(what, "quiet")])

    def draw_row(self, key: str, width: int) -> Sequence[Line]:
        if self.planned is None:
            lying = self._lying.get(key)
            if lying is None:
                return ()
            is_folder = lying.name.endswith("/")
            size = "" if is_folder else _size(lying.size)
            name = fit(shorten(tame(lying.name), width - width_of(size) - 2), width - width_of(size))
            return (((name, "label" if is_folder else "title"), (size, "quiet")),)
        one = self._lists.get(key)
        if one is None:
            return ()
        stage = fit(f"→ {tame(self._stage_label(one.stage))}", max(width // _STAGE_SHARE, 10))
        count = f"{one.ideas:,}".rjust(_COUNT)
        room = width - width_of(stage) - width_of(count) - 2
        name = fit(shorten(tame(one.name) or "on no list", room), room)
        return (((name, "title"), (count, "quiet"), ("  ", "quiet"), (stage, "label")),)

    def _stage_label(self, stage: str) -> str:
        return "the archive" if stage == ARCHIVE else self.service.workflow.stage_label(stage)

    # The preview

    def show_preview(self) -> None:
        if self.problem is not None:
            self.preview.show("problem", partial(self._problem_rows, self.problem))
        elif self.planned is None:
            self.preview.show("help", self._help_rows)
        else:
            self.preview.show("plan", partial(self._plan_rows, self.planned, self.current))

    def _problem_rows(self, problem: IdeaboardError, width: int) -> Iterator[Line]:
        yield from wrapped([(sentence(problem.message), "alert")], max(width, 10))
        if problem.hint:
            yield from wrapped([(sentence(in_keys(problem.hint, keymap_of(self))), "title")], max(width, 10))

    def _help_rows(self, width: int) -> Iterator[Line]:
        what = (
            "Boards of Trello, GitHub, GitLab, Jira, Linear, Notion and others, tables, Markdown lists, BibTeX, RIS, "
            "calendars, another board of ideaboard. What a file is, is found out by looking into it."
        )
        yield from wrapped([("Which file?", "name")], max(width, 10))
        yield from wrapped([(what, "quiet")], max(width, 10))

    def _plan_rows(self, planned: Planned, current: ListPlan | None, width: int) -> Iterator[Line]:
        plan, options, width = planned.preview, planned.options, max(width, 10)

        def text(said: str, style: str = "title") -> Iterator[Line]:
            return wrapped([(said, style)], width)

        yield from text(sentence(plan.label), "name")
        yield from text(_counts(plan), "title")
        kind = self.service.workflow.kind_label(options.kind) if options.kind else ""
        chosen = [f"all as {kind}"] if kind else []
        chosen += [f"all tagged {' '.join(f'#{tag}' for tag in options.tags)}"] if options.tags else []
        if chosen:
            yield from text(", ".join(chosen), "good")
        if plan.new_tags:
            yield from text(f"new tags: {', '.join(plan.new_tags)}", "quiet")
        for said in plan.left_out:
            yield from text(f"stays behind: {said}", "warm")
        for said in plan.remarks:
            yield from text(in_keys(said, keymap_of(self)), "warm")
        if current and current.samples:
            yield ()
            name = f"on '{current.name}'" if current.name else "on no list"
            yield from text(f"{counted(current.ideas, 'idea')} {name}, such as", "quiet")
            for title in current.samples:
                yield from text(title)

    # The lines around

    def show_top(self) -> None:
        width = self.top.size.width
        if not width:
            return
        if self.line is not None:
            label = "Tags for all" if self.typing_tags else "Import"
            hint = "words, one or several" if self.typing_tags else ""
            line, caret = draw_prompt(label, self.line, ((hint, "quiet"),) if hint else (), width)
            self.show_caret(caret)
            self.top.show(0, line)
        else:
            self.top.show(0, separated([("Import", "name"), (tame(self._path), "input")]))
        problem: Piece = (
            (shorten(tame(sentence(self.problem.message)), width - 2), "alert") if self.problem else ("", "")
        )
        self.top.show(1, separated([(self.doing, "ask"), problem if not self.doing else ("", ""), self.unsaved]))

    def hints(self) -> Sequence[Hint]:
        if self.line is not None:
            if self.typing_tags:
                return (("Enter", "these", ""), ("Esc", "cancel", ""))
            return (("Enter", "read it", ""), ("Tab", "complete", ""), ("↑↓", "files", ""), ("Esc", "board", ""))
        stages = len(self.service.workflow.stages)
        digits = ((keymap_of(self).numbered("import.column", min(stages, 9)), "its column", ""),)
        return (
            *self.hints_for(("import.apply", "import")),
            *digits,
            *self.hints_for(
                ("card.archive", "to the archive"),
                ("card.move_to", "pick"),
                ("card.kind", "kind of all"),
                ("card.tags", "tags of all"),
                ("view.clear", "another file"),
                *self.tab_hint,
                "board.help",
                ("screen.leave", "board"),
            ),
        )

    # Typing

    def type_key(self, event: events.Key) -> bool:
        line = self.line
        if line is None:
            return False
        if event.key == "tab" and not self.typing_tags:
            self._complete()
            return True
        fed = line.feed(event)
        if self.typing_tags:
            if fed in (Fed.ENTER, Fed.ESCAPE):
                self.line, self.typing_tags = None, False
                if fed is Fed.ENTER:
                    self._tag_all(line.text)
            self.refresh_all()
        elif fed is Fed.ENTER:
            self._enter(line)
        elif fed is Fed.ESCAPE:
            self.action_leave()
        elif fed in (Fed.UP, Fed.DOWN):
            self.action_move(1 if fed is Fed.DOWN else -1)
        elif fed is Fed.EDITED:
            self._typed()
        return True

    def _typed(self) -> None:
        if self.line is not None:
            self._path, self.problem, self.doing = self.line.text, None, ""
            self._asked += 1  # what is being read is not wanted any more
            self._list_files()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if self.line is None:
            return
        if not self.typing_tags and event.text.strip()[:1] in ("/", "~"):
            self.line = TypedLine()  # a whole path, as a terminal gives it for a file that is dropped on it
        self.line.insert(event.text.strip().strip("'\"") if not self.typing_tags else event.text)
        if self.typing_tags:
            self.refresh_all()
        else:
            self._typed()

    def _complete(self) -> None:
        """Put the name under the cursor into the line."""
        if self.rows.current and self.line is not None:
            folder, slash, _ = self._path.rpartition("/")
            self.line = TypedLine(f"{folder}{slash}{self.rows.current}")
            self._typed()

    def _enter(self, line: TypedLine) -> None:
        """Go into a folder, or read the file; what is only begun is the name under the cursor."""
        lying = self._lying.get(self.rows.current or "")
        path = user_path(line.text)
        if lying and (line.text.endswith("/") or not os.path.lexists(path)):
            self._complete()
            if not lying.name.endswith("/"):
                self._read(user_path(self._path))
        elif os.path.isdir(path):  # noqa: PTH112  # Path.is_dir() raises
            self.line = TypedLine(line.text.rstrip("/") + "/")
            self._typed()
        else:
            self._read(path)

    # Reading and planning

    def _read(self, path: str) -> None:
        self._asked = number = self._asked + 1

        def read() -> Iterator[Planned]:
            brought = self.service.transfer.read_file(Path(path))
            yield Planned(brought, Options(), self.service.transfer.preview(brought, Options()), number)

        lying = self._lying.get(os.path.basename(path))  # noqa: PTH119  # only the name is wanted
        size = f", {_size(lying.size)}" if lying else ""
        self.problem = None
        self._do(f"reading {tame(os.path.basename(path))}{size}…", read)  # noqa: PTH119  # the same

    def _plan(self, brought: Brought, options: Options) -> None:
        self._asked = number = self._asked + 1

        def plan() -> Iterator[Planned]:
            yield Planned(brought, options, self.service.transfer.preview(brought, options), number)

        self._do("looking where it goes…", plan)

    def _do(self, said: str, job: Callable[[], Iterator[Planned]]) -> None:
        self.doing = said
        self._beside.ask(job)
        self.refresh_all()

    def _take(self, planned: Planned) -> None:
        if planned.number != self._asked:
            return
        first = self.planned is None
        self.planned, self.problem, self.doing = planned, None, ""
        if first:
            self.line = None
            folder = self._path.rpartition("/")[0]
            self.service.choices.put(_PLACE, folder)
        self._list_lists()
        if self._wants:
            self._wants = False
            self.action_apply()

    def _failed(self, error: IdeaboardError) -> None:
        self.problem, self.doing, self._wants = error, "", False
        self.refresh_all()

    def _change(self, change: Callable[[Options], Options]) -> None:
        if self.planned:
            self.planned = self.planned._replace(options=change(self.planned.options))
            self._plan(self.planned.brought, self.planned.options)

    # One key each

    def _send(self, stage: str) -> None:
        """Let the list under the cursor go to a stage, or the archive, and go on to the next list."""
        if (one := self.current) and self.planned:
            self._change(lambda options: replace(options, stages={**(options.stages or {}), one.name: stage}))
            self.action_move(1)

    def action_stage(self, number: int) -> None:
        stages = self.service.workflow.stage_keys
        if number <= len(stages):
            self._send(stages[number - 1])

    def action_archive(self) -> None:
        self._send(ARCHIVE)

    def action_move_to(self) -> None:
        if one := self.current:
            stages = self.service.workflow.stages
            labels = [*(stage.label for stage in stages), "Archive"]
            values = [*(stage.key for stage in stages), ARCHIVE]
            keys = keys_for(labels)
            choices = [Choice(value, label, "", of) for value, label, of in zip(values, labels, keys, strict=True)]
            ask(self, Picker(titled("Send", one.name or "what is on no list"), choices, one.stage), self._send)

    def action_kind(self) -> None:
        if self.planned:
            kinds = self.service.workflow.kinds
            keys = keys_for([kind.label for kind in kinds])
            choices = [Choice("", "As the file says", "", ("0",))]
            choices += [Choice(kind.key, kind.label, "", of) for kind, of in zip(kinds, keys, strict=True)]
            picker = Picker(titled("Kind", "of all that is imported"), choices, self.planned.options.kind)
            ask(self, picker, lambda kind: self._change(lambda options: replace(options, kind=kind)))

    def action_tags(self) -> None:
        if self.planned:
            self.line, self.typing_tags = TypedLine(" ".join(self.planned.options.tags)), True
            self.refresh_all()

    def _tag_all(self, text: str) -> None:
        try:
            tags = tuple(tags_from(text))
            self._change(lambda options: replace(options, tags=tags))
        except InvalidInput as error:
            self.problem = error

    def action_apply(self) -> None:
        """Bring it in as one action, and go back to the board to see it."""
        planned = self.planned
        if planned is None:
            return
        if planned.number != self._asked:
            self._wants = True
            return
        plan = planned.preview
        if not (plan.added or plan.updated or plan.removed):
            self.problem = InvalidInput("all of it is on the board already", "there is nothing to import")
            self.refresh_all()
            return

        def bring() -> Outcome:
            result = self.service.transfer.apply(planned.brought, planned.options)
            return Outcome(
                self.service.board, (), f"imported {counted(len(result.added) + len(result.updated), 'idea')}"
            )

        if self.act_and_tell(bring):
            self.action_leave()

    def on_item_list_opened(self) -> None:
        if self.line is not None and not self.typing_tags:
            self._complete()

    def action_close(self) -> None:
        """Go back to the path, or to the board."""
        if self.preview_over:
            self.action_preview()
        elif self.planned is not None:
            self._beside.stop()
            self._asked += 1
            self._wants = False
            self.planned, self.problem, self.doing = None, None, ""
            self.line = TypedLine(self._path)
            self._list_files()
        else:
            self.action_leave()


def _lying(one: os.DirEntry[str]) -> Lying:
    try:
        return Lying(f"{one.name}/", 0) if one.is_dir() else Lying(one.name, one.stat().st_size)
    except OSError:
        return Lying(one.name, 0)


def _size(size: int) -> str:
    unit, name = next((one for one in _SIZES if size >= one[0]), (1, "B"))
    return f"{size / unit:.0f} {name}"


def _counts(plan: Preview) -> str:
    """Say what is going to come of it."""
    parts = [f"{counted(plan.added, 'new idea')}"]
    parts += [f"{plan.updated:,} that are newer than here"] if plan.updated else []
    parts += [f"{plan.removed:,} that were deleted there"] if plan.removed else []
    parts += [f"{plan.unchanged:,} that are here already"] if plan.unchanged else []
    parts += [f"{plan.archived:,} of them archived"] if plan.archived else []
    parts += [counted(plan.papers, "paper")] if plan.papers else []
    return ", ".join(parts)
