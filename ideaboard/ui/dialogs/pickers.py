"""Small lists with one key for each choice: stages, kinds, reasons, and what to copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets.option_list import Option

from ideaboard.core.board import Board
from ideaboard.core.ideas import Idea
from ideaboard.core.kinds import Workflow
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key
from ideaboard.ui.dialogs.lists import PickList
from ideaboard.ui.telling import attempt

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from ideaboard.service import Service

_TAKEN_KEYS = frozenset("jkgG")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a picker."""

    value: str
    label: str
    note: str = ""
    """What is said behind the label, in a quiet colour."""
    keys: tuple[str, ...] = ()
    """Characters that choose it at once; the first is shown."""
    warns: bool = False
    """Whether the note asks for attention."""
    make: Callable[[], str] | None = None
    """Makes the value when it is picked, for what takes long or can fail."""


def letters_for(labels: Sequence[str], taken: Iterable[str] = _TAKEN_KEYS) -> list[str]:
    """Give each label a key of its own: the first letter or digit in it that is still free, else an empty text."""
    used = set(taken)
    given: list[str] = []
    for label in labels:
        letter = next((c for c in label.lower() if c.isascii() and c.isalnum() and c not in used), "")
        used.add(letter)
        given.append(letter)
    return given


class Picker(Dialog[str | None]):
    """A list of choices, each with its key; gives the value of the chosen one, or None.

    Args:
        title: what is picked; never read as markup.
        choices: the lines.
        at: the value that the cursor starts on.
    """

    DEFAULT_CSS = """
    Picker > #panel { width: 52; }
    """

    def __init__(self, title: str, choices: Sequence[Choice], at: str = "") -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._at = at

    def dialog_title(self) -> Content:
        return Content(self._title)

    def keys(self) -> Iterable[Key]:
        return (("Enter", "choose", "choose"), ("Esc", "cancel", "close"))

    def compose_body(self) -> ComposeResult:
        wide = max((len(choice.label) for choice in self._choices), default=0)
        yield PickList(*(Option(_line(choice, min(wide, 26)), id=str(i)) for i, choice in enumerate(self._choices)))

    def on_mount(self) -> None:
        picks = self.query_one(PickList)
        picks.highlighted = next((i for i, choice in enumerate(self._choices) if choice.value == self._at), 0)
        self.set_focus(picks)

    def on_key(self, event: events.Key) -> None:
        for choice in self._choices:
            if event.character is not None and event.character in choice.keys:
                event.stop()
                self.pick(choice)
                return

    def on_option_list_option_selected(self, event: PickList.OptionSelected) -> None:
        self.pick(self._choices[event.option_index])

    def action_choose(self) -> None:
        self.query_one(PickList).action_select()

    def pick(self, choice: Choice) -> None:
        """Close with the value of a choice; when it cannot be made, say so and stay."""
        value = attempt(self, choice.make) if choice.make else choice.value
        if value is not None:
            self.dismiss(value)


def _line(choice: Choice, wide: int) -> Content:
    key = choice.keys[0] if choice.keys else " "
    label = Content(choice.label).truncate(wide, ellipsis=True, pad=True)
    note = (choice.note, "bold" if choice.warns else MUTED)
    return Content.assemble((f" {key} ", "bold"), " ", label, "  ", note)


class StagePicker(Picker):
    """Where to move ideas: every column with its number, its letter, how many it holds, and its limit.

    Args:
        board: the board as it is shown.
        ids: the ideas that are to be moved.
    """

    def __init__(self, board: Board, ids: Sequence[str]) -> None:
        workflow = board.workflow
        letters = letters_for([stage.label for stage in workflow.stages])
        moving = [board.ideas[id] for id in ids if id in board.ideas]
        columns = {board.column_of(idea) for idea in moving}
        here = columns.pop() if len(columns) == 1 else ""
        choices = []
        for number, (stage, letter) in enumerate(zip(workflow.stages, letters, strict=True), 1):
            keys = (str(number),) if number < 10 else ()
            note, warns = _room(board, stage.key, moving)
            note += "  here now" if stage.key == here else ""
            choices.append(Choice(stage.key, stage.label, note, (*keys, letter) if letter else keys, warns))
        super().__init__(f"Move {_named(moving)} to", choices, here)


def _named(ideas: Sequence[Idea]) -> str:
    """Name one idea by its title, several by their number."""
    return f"'{ideas[0].title}'" if len(ideas) == 1 else f"{len(ideas)} ideas"


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
    """What an idea is to become.

    Args:
        workflow: the kinds in force.
        at: the kind that it is now, if any.
        title: what is asked.
    """

    def __init__(self, workflow: Workflow, at: str = "", title: str = "Kind") -> None:
        letters = letters_for([kind.label for kind in workflow.kinds])
        choices = []
        for number, (kind, letter) in enumerate(zip(workflow.kinds, letters, strict=True), 1):
            keys = (str(number),) if number < 10 else ()
            choices.append(Choice(kind.key, kind.label, "", (*keys, letter) if letter else keys))
        super().__init__(title, choices, at or workflow.default_kind)


class YankPicker(Picker):
    """What to copy about an idea; gives the text itself.

    Args:
        service: makes the BibTeX entry when it is picked.
        idea: the idea.
    """

    DEFAULT_CSS = """
    YankPicker > #panel { width: 76; }
    """

    def __init__(self, service: Service, idea: Idea) -> None:
        links = links_of(idea)
        choices = []
        if links:
            choices.append(Choice(links[0], "Link", links[0], ("l",)))
        choices.append(Choice(idea.id, "Id", idea.id, ("i",)))
        choices.append(Choice(idea.title, "Title", idea.title, ("t",)))
        if links:
            link = markdown_link(idea.title, links[0])
            choices.append(Choice(link, "Markdown link", link, ("m",)))
        if idea.paper:
            made = partial(service.arxiv.bibtex, [idea.id])
            choices.append(Choice("bibtex", "BibTeX", f"arXiv:{idea.paper.arxiv_id}", ("b",), make=made))
            if len(links) > 1:
                choices.append(Choice(idea.paper.pdf_url, "PDF", idea.paper.pdf_url, ("p",)))
        if idea.share and idea.share.summary:
            choices.append(Choice(idea.share.summary, "Summary", idea.share.summary, ("s",)))
        super().__init__("Copy", choices)


_MARKDOWN_LABEL = str.maketrans({character: f"\\{character}" for character in "\\[]*_`<>"})


def markdown_link(title: str, url: str) -> str:
    """Return a link whose text is the title, whatever characters it has (CommonMark 0.31, sections 2.4 and 6.3)."""
    return (
        f"[{title.translate(_MARKDOWN_LABEL)}](<{url}>)"
        if set(url) & set("()")
        else f"[{title.translate(_MARKDOWN_LABEL)}]({url})"
    )


def links_of(idea: Idea) -> tuple[str, ...]:
    """Return the addresses of an idea, the one to open first: where it was shared, its own, its paper's, the others."""
    paper = (idea.paper.url, idea.paper.pdf_url, idea.paper.code_url) if idea.paper else ()
    found = (idea.share.url if idea.share else None, idea.url, *paper, *(link.url for link in idea.links))
    return tuple(dict.fromkeys(url for url in found if url))
