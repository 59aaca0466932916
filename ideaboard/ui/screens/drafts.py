"""Starting a draft: for what, in which folder, and what would be written; and what a draft still lacks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from textual.app import ComposeResult
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Select, Static

from ideaboard.core.ideas import Idea
from ideaboard.core.text import counted
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.places import typed_path, user_path
from ideaboard.publish.drafts import Draft
from ideaboard.publish.ready import Finding
from ideaboard.service import Service
from ideaboard.service.drafting import REPOSITORY, portable
from ideaboard.ui.beside import Beside
from ideaboard.ui.dialogs.dialog import MUTED, Key, TextDialog, titled
from ideaboard.ui.dialogs.form import Field, FormDialog, text_line
from ideaboard.ui.drawing.cells import tame

_NAMED_FILES = 4
_FIRST_FILES = ("README.md", "WRITEUP.md")
_LOOKED_AT = 2000
"""Of so many names in a folder one is looked for that completes a path."""
_LABELS = {REPOSITORY: "a starter repository", "plain": "a file"}


class PathSuggester(Suggester):
    """Completes the last part of a path with what lies there: a folder, or with `files` a file as well."""

    def __init__(self, *, files: bool = False) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._files = files

    async def get_suggestion(self, value: str) -> str | None:
        typed = typed_path(value)
        folder, _, start = typed.rpartition("/")
        if "/" not in typed:
            return None
        try:
            with os.scandir(user_path(folder or "/")) as found:
                names = [one for one, _ in zip(found, range(_LOOKED_AT), strict=False) if one.name.startswith(start)]
                shown = [one for one in names if start.startswith(".") or not one.name.startswith(".")]
                fitting = sorted(f"{one.name}{'/' * one.is_dir()}" for one in shown if self._files or one.is_dir())
        except OSError:
            return None
        before = value.removesuffix(typed) + folder
        return next((f"{before}/{name}" for name in fitting if name.rstrip("/") != start and name.isprintable()), None)


class Place(NamedTuple):
    """For what a draft is and where it goes, and the draft as it would be written there."""

    site: str
    folder: Path
    draft: Draft


class DraftScreen(FormDialog[Place]):
    """Asks for what a draft is and where it goes, and says before it is written what that would be."""

    SAVED_FROM = ("folder",)
    SAVE = "start"
    DEFAULT_CSS = """
    DraftScreen > #panel { width: 84; }
    DraftScreen #what { height: auto; margin-top: 1; color: $foreground-muted; }
    DraftScreen.-low #what { margin-top: 0; }
    """

    def __init__(self, service: Service, idea: Idea) -> None:
        super().__init__(titled("Start a draft of", idea.title))
        self._service = service
        self._idea = idea
        self._site, self._folder = service.drafts.last_place(idea.kind)
        self._planned: Place | None = None
        self._wants = False
        """Whether the draft is started as soon as it is planned."""
        self._beside: Beside[Place] = Beside(self, self._take, self._failed)

    def compose_body(self) -> ComposeResult:
        sites = [
            (Content(_LABELS.get(site, f"{site}, a file")), site)
            for site in self._service.drafts.sites(self._idea.kind)
        ]
        folder = text_line(portable(self._folder).rstrip("/") + "/", "the folder to write it into", PathSuggester())
        yield Field("site", "For", Select(sites, value=self._site, allow_blank=False, compact=True), was=self._site)
        yield Field("folder", "Folder", folder, _folder)
        yield Static(id="what")

    def on_mount(self) -> None:
        self.go_to("folder")
        self._plan()

    def on_unmount(self) -> None:
        self._beside.stop()

    def keys(self) -> Iterable[Key]:
        return (*super().keys(), ("→", "complete", ""))

    def _asked(self) -> tuple[str, Path]:
        site = self.field("site").text
        return site if site in self._service.drafts.sites(self._idea.kind) else self._site, _folder(
            self.field("folder").text
        )

    def on_input_changed(self) -> None:
        self._plan()

    def on_select_changed(self) -> None:
        self._plan()

    def _plan(self) -> None:
        """Find out in a thread what would be written: a template of the person's own may take its time."""
        try:
            site, folder = self._asked()
        except InvalidInput:
            return

        def plan() -> Iterator[Place]:
            yield Place(site, folder, self._service.drafts.plan(self._idea.id, site=site, folder=folder))

        self._beside.ask(plan)

    def _take(self, place: Place) -> None:
        self._planned = place
        self.query_one("#what", Static).update(Content(_what(place.draft)))
        if self._wants:
            self.action_save()

    def _failed(self, error: IdeaboardError) -> None:
        self._wants = False
        self.query_one("#what", Static).update(Content.styled(f"{error.message}; {error.hint}", "$text-error"))

    def action_save(self) -> None:
        """Start what was shown; what is not planned yet is waited for."""
        if not self.field("folder").check():
            return
        site, folder = self._asked()
        if self._planned is not None and (self._planned.site, self._planned.folder) == (site, folder):
            self.give(self._planned)
        else:
            self._wants = True
            self._plan()


def _folder(text: str) -> Path:
    if not text.strip():
        raise InvalidInput("no folder is named", "say where the draft goes")
    return Path(user_path(typed_path(text.strip()))).absolute()


def _what(draft: Draft) -> str:
    where = tame(draft.path.name)
    if not draft.files:
        return f"takes {where} again: it lies there, and nobody has changed it"
    if not draft.is_folder:
        return f"writes {where}, {counted(next(iter(draft.files.values())).count(chr(10)), 'line')}"
    names = sorted(draft.files, key=lambda name: (name not in _FIRST_FILES, "/" in name, name[:1] == ".", name))
    more = f" and {len(names) - _NAMED_FILES} more" if len(names) > _NAMED_FILES else ""
    return f"makes {where}/ with {counted(len(names), 'file')}: {', '.join(names[:_NAMED_FILES])}{more}"


class FindingsDialog(TextDialog):
    """Lists what a draft still lacks."""

    NOTHING = "Nothing is missing"
    DEFAULT_CSS = "FindingsDialog > #panel { width: 92; }"

    def __init__(self, idea: Idea, findings: Sequence[Finding]) -> None:
        super().__init__(titled("Check the draft of", idea.title))
        self._findings = findings

    def lines(self) -> Sequence[Content]:
        places = [f"{one.path.name}:{one.line}" if one.line else one.path.name for one in self._findings]
        found = zip(places, self._findings, strict=True)
        return [Content.assemble((tame(place), MUTED), "  ", tame(one.what)) for place, one in found]
