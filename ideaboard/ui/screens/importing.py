"""Bringing a file in: its path, then what was recognised and where each list goes, then one action with one undo."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from textual import events

from ideaboard.core.actions import IMPORT
from ideaboard.core.text import counted, tags_from
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.places import typed_path, user_path
from ideaboard.service import Outcome, Service
from ideaboard.service.drafting import portable
from ideaboard.service.imports import ARCHIVE, Options
from ideaboard.service.transfer import Brought, ListPlan, Preview
from ideaboard.ui.beside import Beside
from ideaboard.ui.dialogs.dialog import titled
from ideaboard.ui.dialogs.pickers import Choice, Picker, keys_for
from ideaboard.ui.drawing.cells import Line, Piece, fit, shorten, tame, width_of
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.keymap import Asked, keymap_of
from ideaboard.ui.listing import ListScreen, OpenLine, Paragraph, paragraphs
from ideaboard.ui.telling import ask, in_keys, sentence

_MOST_LISTED = 2000
_PLACE = "import"
"""Under this name the folder is remembered from which something was brought last."""
_STAGE_SHARE = 4
_COUNT = 8
_WHAT = (
    "Boards of Trello, GitHub, GitLab, Jira, Linear, Notion and others, tables, Markdown lists, BibTeX, RIS, "
    "calendars, another board of ideaboard. What a file is, is found out by looking into it."
)
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


class ImportScreen(ListScreen[Lying | ListPlan]):
    """Asks for a file, shows what is in it and where it goes, and brings it in."""

    TITLE = "Import"
    SCREEN = IMPORT
    LIST_SHARE = 58

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.planned: Planned | None = None
        self.problem: IdeaboardError | None = None
        self.doing = ""
        """What is being done in a thread."""
        self._asked = 0
        self._wants = False
        """Whether it is brought in as soon as it is known where it goes."""
        self._path = (service.choices.get(_PLACE) or portable(Path(os.curdir))).rstrip("/") + "/"
        self._lying: dict[str, Lying] = {}
        self._lists: dict[str, ListPlan] = {}
        self._beside: Beside[Planned] = Beside(self, self._take, self._failed)

    def on_mount(self) -> None:
        self.rows.row_lines = 1
        self._ask_path()

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
        self.list_anew()

    def listed(self) -> Sequence[str]:
        if self.planned:
            return list(self._lists)
        return sorted(self._lying, key=lambda name: (name[-1:] != "/", name.casefold()))

    def item(self, key: str) -> Lying | ListPlan | None:
        return self._lists.get(key) if self.planned else self._lying.get(key)

    @property
    def _list(self) -> ListPlan | None:
        """The list under the cursor."""
        return self._lists.get(self.rows.current or "") if self.planned else None

    def nothing(self) -> Sequence[Piece]:
        if self.planned:
            return [("There is nothing in it.", "name")]
        begins = not self._path.endswith("/") and bool(self._path)
        what = "No file or folder here begins so." if begins else "No file lies here. Type the path of another folder."
        return [(what, "quiet")]

    def draw_item(self, one: Lying | ListPlan, width: int) -> Sequence[Line]:
        if isinstance(one, Lying):
            is_folder = one.name.endswith("/")
            size = "" if is_folder else _size(one.size)
            name = fit(shorten(tame(one.name), width - width_of(size) - 2), width - width_of(size))
            return (((name, "label" if is_folder else "title"), (size, "quiet")),)
        to = ARCHIVE if 0 < one.archived == one.ideas else one.stage
        stage = fit(f"→ {tame(self._stage_label(to))}", max(width // _STAGE_SHARE, 10))
        count = f"{one.ideas:,}".rjust(_COUNT)
        room = width - width_of(stage) - width_of(count) - 2
        name = fit(shorten(tame(one.name) or "on no list", room), room)
        return (((name, "title"), (count, "quiet"), ("  ", "quiet"), (stage, "label")),)

    def _stage_label(self, stage: str) -> str:
        return "the archive" if stage == ARCHIVE else self.service.workflow.stage_label(stage)

    # The preview

    def show_preview(self) -> None:
        """Show what is wrong, what would come of it, or what may be brought; it keeps its place in each."""
        said = self._problem_said if self.problem else self._plan_said if self.planned else self._help
        self.preview.show(said.__name__, lambda width: paragraphs(said(), width))

    def _problem_said(self) -> Iterator[Paragraph]:
        if problem := self.problem:
            yield [(sentence(problem.message), "alert")]
            if problem.hint:
                yield [(sentence(in_keys(problem.hint, keymap_of(self))), "title")]

    def _help(self) -> Iterator[Paragraph]:
        yield [("Which file?", "name")]
        yield [(_WHAT, "quiet")]

    def _plan_said(self) -> Iterator[Paragraph]:
        if self.planned is None:
            return
        plan, options = self.planned.preview, self.planned.options
        yield [(sentence(plan.label), "name")]
        yield [(_counts(plan), "title")]
        kind = self.service.workflow.kind_label(options.kind) if options.kind else ""
        chosen = [f"all as {kind}"] if kind else []
        chosen += [f"all tagged {' '.join(f'#{tag}' for tag in options.tags)}"] if options.tags else []
        if chosen:
            yield [(", ".join(chosen), "good")]
        if plan.new_tags:
            yield [(f"new tags: {', '.join(plan.new_tags)}", "quiet")]
        for said in plan.left_out:
            yield [(f"stays behind: {said}", "warm")]
        for said in plan.remarks:
            yield [(in_keys(said, keymap_of(self)), "warm")]
        if (current := self._list) and current.samples:
            yield ()
            name = f"on '{current.name}'" if current.name else "on no list"
            away = f", {current.archived:,} of them to the archive" if 0 < current.archived < current.ideas else ""
            yield [(f"{counted(current.ideas, 'idea')} {name}{away}, such as", "quiet")]
            for title in current.samples:
                yield [(title, "title")]

    # The lines around

    def headline(self) -> Sequence[Piece]:
        return [("Import", "name"), (tame(self._path), "input")]

    def standing(self) -> Sequence[Piece]:
        if self.doing or self.problem is None:
            return [(self.doing, "ask")]
        return [(shorten(tame(sentence(self.problem.message)), self.size.width - 2), "alert")]

    def offered(self) -> Iterator[Asked]:
        plan = self.planned.preview if self.planned else None
        if plan is None or not self._lists:
            yield "view.clear", "another file"
            return
        if plan.added or plan.updated or plan.removed or plan.filled:
            yield "import.apply", "import"
        yield keymap_of(self).numbered("import.column", min(len(self.service.workflow.stages), 9)), "its column", ""
        yield from (("card.archive", "to the archive"), ("card.move_to", "pick"), ("card.kind", "kind of all"))
        yield from (("card.tags", "tags of all"), ("view.clear", "another file"), *self.tab)

    # Typing

    def _ask_path(self, path: str | None = None) -> None:
        """Ask for the path of a file, from where it is on."""
        line = TypedLine(self._path if path is None else path)
        ways = (("Enter", "read it", ""), ("Tab", "complete", ""), ("↑↓", "files", ""), ("Esc", "board", ""))

        def said() -> str:
            return f"means {self._path}" if self._path != line.text else ""

        self.opened = OpenLine("Import", line, ways, self._enter, self._typed, said, moves=True)
        if path is None:
            self._list_files()
        else:
            self._typed(path)

    def type_key(self, event: events.Key) -> bool:
        if event.key == "tab" and self.line is not None and self.planned is None:
            self._complete()
            return True
        return super().type_key(event)

    def _typed(self, path: str) -> None:
        self._path, self.problem, self.doing = typed_path(path), None, ""
        self._asked += 1  # what is being read is not wanted any more
        self._list_files()

    def on_paste(self, event: events.Paste) -> None:
        """Take a whole path for another one, as a terminal gives it for a file that is dropped on it."""
        if self.line is not None and self.planned is None:
            event.text = event.text.strip().strip("'\"")
            if event.text[:1] in ("/", "~"):
                self.line.text, self.line.cursor = "", 0

    def _complete(self) -> None:
        """Put the name under the cursor into the line."""
        if self.rows.current:
            folder, slash, _ = self._path.rpartition("/")
            self._ask_path(f"{folder}{slash}{self.rows.current}")

    def _enter(self, typed: str | None) -> None:
        """Go into a folder, or read the file; what is only begun is the name under the cursor."""
        if typed is None:
            self.action_leave()
            return
        typed = typed_path(typed)
        self._ask_path(typed)
        lying = self._lying.get(self.rows.current or "")
        path = user_path(typed)
        if lying and (typed.endswith("/") or not os.path.lexists(path)):
            self._complete()
            if not lying.name.endswith("/"):
                self._read(user_path(self._path))
        elif os.path.isdir(path):  # noqa: PTH112  # Path.is_dir() raises
            self._ask_path(typed.rstrip("/") + "/")
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
            self.opened = None
            folder = self._path.rpartition("/")[0]
            self.service.choices.put(_PLACE, folder)
        self._lists = {str(number): one for number, one in enumerate(planned.preview.lists)}
        self.list_anew()
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
        if one := self._list:
            self._change(lambda options: replace(options, stages={**(options.stages or {}), one.name: stage}))
            self.action_move(1)

    def action_stage(self, number: int) -> None:
        stages = self.service.workflow.stage_keys
        if number <= len(stages):
            self._send(stages[number - 1])

    def action_archive(self) -> None:
        self._send(ARCHIVE)

    def action_move_to(self) -> None:
        if one := self._list:
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
            line = TypedLine(" ".join(self.planned.options.tags))
            hints = (("Enter", "these", ""), ("Esc", "cancel", ""))
            self.open_line(OpenLine("Tags for all", line, hints, self._tag_all, said="words, one or several"))

    def _tag_all(self, text: str | None) -> None:
        if text is None:
            return
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
        if not (plan.added or plan.updated or plan.removed or plan.filled):
            self.problem = InvalidInput("all of it is on the board already", "there is nothing to import")
            self.refresh_all()
            return

        def bring() -> Outcome:
            result = self.service.transfer.apply(planned.brought, planned.options)
            count = len(result.added) + len(result.updated) + len(result.filled)
            return Outcome(self.service.board, (), f"imported {counted(count, 'idea')}")

        if self.act(bring):
            self.action_leave()

    def choose(self) -> None:
        if self.planned is None:
            self._complete()

    def take_back(self) -> bool:
        """Close the preview, or go back to the path."""
        if super().take_back():
            return True
        if self.planned is None:
            return False
        self._beside.stop()
        self._asked += 1
        self._wants = False
        self.planned, self.problem, self.doing = None, None, ""
        self._ask_path()
        return True


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
    parts += [f"{counted(plan.filled, 'paper')} filled in"] if plan.filled else []
    parts += [f"{plan.archived:,} of them archived"] if plan.archived else []
    parts += [counted(plan.papers, "paper")] if plan.papers else []
    return ", ".join(parts)
