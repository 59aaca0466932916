"""Small lists with one key for each choice: stages, kinds, reasons, and what to copy."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input
from textual.widgets.option_list import Option

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea, Link
from ideaboard.core.keys import shown_key
from ideaboard.core.kinds import Workflow
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key, titled
from ideaboard.ui.dialogs.lists import PickList
from ideaboard.ui.drawing.cells import fit, width_of
from ideaboard.ui.telling import attempt

ResultType = TypeVar("ResultType")

_TAKEN_KEYS = frozenset("jkgG")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a picker."""

    value: str
    label: str = ""
    note: str = ""
    keys: tuple[str, ...] = ()
    """Keys that choose it at once, as people write them; the first is shown."""
    warns: bool = False
    make: Callable[[], str] | None = None
    """Makes the value when it is picked, for what takes long or can fail."""


def letters_for(labels: Sequence[str], taken: str = "") -> list[str]:
    """Give each label a key of its own: the first letter in it that is still free, else an empty text.

    A digit is none: it says which of the choices is meant.
    """
    used = {*_TAKEN_KEYS, taken}
    given: list[str] = []
    for label in labels:
        letter = next((c for c in label.lower() if c.isascii() and c.isalpha() and c not in used), "")
        used.add(letter)
        given.append(letter)
    return given


def keys_for(labels: Sequence[str]) -> list[tuple[str, ...]]:
    """Give each label its number, up to 9, and its letter."""
    keys = ((str(n) if n < 10 else "", letter) for n, letter in enumerate(letters_for(labels), 1))
    return [tuple(filter(None, both)) for both in keys]


class ChoiceDialog(Dialog[ResultType]):
    """A list of choices, each with its key; the cursor starts at a value, and `pick` says what comes of one."""

    KEYS = (("Enter", "choose", "choose"), ("Esc", "cancel", "close"))
    LABEL_WIDTH: ClassVar[int] = 26
    """The most cells of a label."""

    def __init__(self, title: str | Content, choices: Sequence[Choice], at: str = "") -> None:
        super().__init__(title)
        self._choices = choices
        self._at = at

    def compose_body(self) -> ComposeResult:
        wide = min(max((width_of(choice.label) for choice in self._choices), default=0), self.LABEL_WIDTH)
        key_width = max((width_of(key) for choice in self._choices for key in choice.keys[:1]), default=1)
        yield PickList(*(Option(_line(choice, wide, key_width), id=str(i)) for i, choice in enumerate(self._choices)))

    def on_mount(self) -> None:
        picks = self.query_one(PickList)
        picks.highlighted = next((i for i, choice in enumerate(self._choices) if choice.value == self._at), 0)
        self.set_focus(picks)

    def on_key(self, event: events.Key) -> None:
        pressed = {event.character, shown_key(event.key)}
        for choice in self._choices:
            if pressed & {*choice.keys}:
                event.stop()
                self.pick(choice)
                return

    def on_option_list_option_selected(self, event: PickList.OptionSelected) -> None:
        self.pick(self._choices[event.option_index])

    def action_choose(self) -> None:
        self.query_one(PickList).action_select()

    @abstractmethod
    def pick(self, choice: Choice) -> None:
        """Go on with what was chosen."""


class Picker(ChoiceDialog["str | None"]):
    """Gives the value of the chosen line; when that cannot be made, it says so and stays."""

    DEFAULT_CSS = "Picker > #panel { width: 52; }"

    def pick(self, choice: Choice) -> None:
        value = attempt(self, choice.make) if choice.make else choice.value
        if value is not None:
            self.dismiss(value)


def _line(choice: Choice, wide: int, key_width: int) -> Content:
    key = fit(choice.keys[0] if choice.keys else "", key_width)
    label = Content(choice.label).truncate(wide, ellipsis=True, pad=True)
    note = (choice.note, "bold" if choice.warns else MUTED)
    return Content.assemble((f" {key} ", "bold"), " ", label, "  ", note)


class StagePicker(Picker):
    """Where to move ideas: every column with its number, its letter, how many it holds, and its limit."""

    def __init__(self, board: Board, ids: Sequence[str]) -> None:
        workflow = board.workflow
        moving = [board.ideas[id] for id in ids if id in board.ideas]
        columns = {board.column_of(idea) for idea in moving}
        here = columns.pop() if len(columns) == 1 else ""
        choices = []
        for stage, keys in zip(workflow.stages, keys_for([one.label for one in workflow.stages]), strict=True):
            note, warns = _room(board, stage.key, moving)
            note += "  here now" if stage.key == here else ""
            choices.append(Choice(stage.key, stage.label, note, keys, warns))
        at = workflow.neighbour(here, 1) if here in workflow.stage_keys else ""
        super().__init__(titled("Move", named(board, ids)), choices, at)


def named(board: Board, ids: Sequence[str]) -> str:
    """Name ideas in a title: one by its own, several by how many there are."""
    ideas = [board.ideas[id] for id in ids if id in board.ideas]
    return ideas[0].title if len(ideas) == 1 else f"{len(ideas)} ideas"


def _room(board: Board, stage: str, moving: Sequence[Idea]) -> tuple[str, bool]:
    """Say how many ideas a column holds, its limit, and whether the move would go over it."""
    held = len(board.column(stage))
    limit = next(one.limit for one in board.workflow.stages if one.key == stage)
    if not limit:
        return str(held), False
    after = held + sum(board.column_of(idea) != stage for idea in moving)
    over = after > limit
    return f"{held} of {limit}" + (f", {after} after" if over and after != held else ""), over


class KindPicker(Picker):
    """What an idea is to become; the cursor starts at the kind that it is now, if any."""

    def __init__(self, workflow: Workflow, at: str = "", title: str | Content = "Kind") -> None:
        keys = keys_for([kind.label for kind in workflow.kinds])
        choices = [Choice(kind.key, kind.label, "", of) for kind, of in zip(workflow.kinds, keys, strict=True)]
        super().__init__(title, choices, at or workflow.default_kind)


_BECAUSE = (("dropped", "not wanted any more"), ("parked", "not now"), ("done", "no more to do"))
REASON = "archive"
"""Under this name it is remembered why something was archived last."""


class ReasonPicker(ChoiceDialog["tuple[str, str] | None"]):
    """Why ideas leave the board, and a note; the key that asked, pressed once more, takes the reason chosen last."""

    DEFAULT_CSS = """
    ReasonPicker > #panel { width: 60; }
    ReasonPicker Input, ReasonPicker Input:focus { margin-top: 1; }
    ReasonPicker.-low Input, ReasonPicker.-low Input:focus { margin-top: 0; }
    ReasonPicker Input:focus { background: $primary 20%; }
    """

    def __init__(self, service: Service, ids: Sequence[str], again: str = "") -> None:
        self._service = service
        last = service.choices.get(REASON)
        last = last if last in dict(_BECAUSE) else _BECAUSE[0][0]
        letters = letters_for([because for because, _ in _BECAUSE], taken=again)
        choices = []
        for number, ((because, note), letter) in enumerate(zip(_BECAUSE, letters, strict=True), 1):
            keys = (again if because == last else "", letter, str(number))
            choices.append(Choice(because, because.capitalize(), note, tuple(filter(None, keys))))
        super().__init__(titled("Archive", named(service.board, ids)), choices, last)

    def keys(self) -> Iterable[Key]:
        if self.is_mounted and self.query_one(Input).has_focus:
            return (("Enter", f"archive as {self._chosen.value}", "choose"), ("Tab", "reason", ""), *self.KEYS[1:])
        return (("Enter", "archive", "choose"), ("Tab", "note", ""), *self.KEYS[1:])

    def compose_body(self) -> ComposeResult:
        yield from super().compose_body()
        yield Input(placeholder="a note on why, if you like")

    @property
    def _chosen(self) -> Choice:
        return self._choices[self.query_one(PickList).highlighted or 0]

    def on_descendant_focus(self) -> None:
        self.refresh_keys()

    def on_input_submitted(self) -> None:
        self.pick(self._chosen)

    def on_key(self, event: events.Key) -> None:
        if not self.query_one(Input).has_focus:
            super().on_key(event)

    def pick(self, choice: Choice) -> None:
        self._service.choices.put(REASON, choice.value)
        self.give((choice.value, self.query_one(Input).value))

    @property
    def holds_typed(self) -> bool:
        return bool(self.query_one(Input).value.strip())


class YankPicker(Picker):
    """What to copy about an idea; gives the text itself."""

    DEFAULT_CSS = "YankPicker > #panel { width: 76; }"

    def __init__(self, service: Service, idea: Idea) -> None:
        first, *others = links_of(idea) or ("",)
        made = Choice("")
        if idea.paper:
            bibtex = partial(service.arxiv.bibtex, [idea.id])
            made = Choice("bibtex", "BibTeX", idea.paper.label, ("b",), make=bibtex)
        choices = (
            _copied("Link", first),
            _copied("Id", idea.id),
            _copied("Title", idea.title),
            _copied("Markdown link", markdown_link(idea.title, first) if first else ""),
            made,
            _copied("PDF", (idea.paper.pdf_url or "") if idea.paper and others else ""),
            _copied("Summary", idea.share.summary if idea.share else ""),
        )
        super().__init__(titled("Copy", idea.title), [choice for choice in choices if choice.value])


class LinkPicker(Picker):
    """Which of several links to open, by its number in the detail; `again` is the key that opens the first."""

    DEFAULT_CSS = "LinkPicker > #panel { width: 84; }"

    def __init__(self, title: str, links: Sequence[Link], again: str) -> None:
        choices = []
        for number, link in enumerate(links, 1):
            keys = ((str(number),) if number < 10 else ()) + ((again,) if number == 1 else ())
            label = link.label or link.url.partition("://")[2].partition("/")[0]
            choices.append(Choice(link.url, label, link.url, tuple(filter(None, keys))))
        super().__init__(titled("Open link", title), choices)


def _copied(label: str, text: str) -> Choice:
    """Offer to copy a text that is shown as it is."""
    return Choice(text, label, text, (label[0].lower(),))


_MARKDOWN_LABEL = str.maketrans({character: f"\\{character}" for character in "\\[]*_`<>"})


def markdown_link(title: str, url: str) -> str:
    """Return a link whose text is the title, whatever characters it has (CommonMark 0.31, sections 2.4 and 6.3)."""
    return f"[{title.translate(_MARKDOWN_LABEL)}]({f'<{url}>' if set(url) & set('()') else url})"


def links_of(idea: Idea) -> tuple[str, ...]:
    """Return the addresses of an idea, the one to open first: where it was shared, its own, its paper's, the others."""
    paper = (idea.paper.url, idea.paper.pdf_url, idea.paper.code_url) if idea.paper else ()
    found = (idea.share.url if idea.share else None, idea.url, *paper, *(link.url for link in idea.links))
    return tuple(dict.fromkeys(url for url in found if url))
