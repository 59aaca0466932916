"""The dialogs of the search screen: categories, dates, how to import, what to do with a known paper, what to copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE, Workflow
from ideaboard.core.tex import readable
from ideaboard.core.text import clean_tag, tags_from
from ideaboard.errors import InvalidInput
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import MUTED, Key, titled
from ideaboard.ui.dialogs.lists import FindDialog, PickList
from ideaboard.ui.dialogs.pickers import Choice, ChoiceDialog, Picker, markdown_link

if TYPE_CHECKING:
    from ideaboard.papers.taxonomy import Category

_MOST_LISTED = 60
_MOST_TAGS = 3


class CategoryPicker(FindDialog["tuple[str, ...] | None", "Category"]):
    """Picks categories by a few letters of code, name or description; whole archives too. Any of them will do."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+x", "dismiss(())", "None", show=False, priority=True)]

    KEYS = (
        ("Enter", "take", "enter"),
        ("Space", "one more", "turn"),
        ("Ctrl+x", "any", "dismiss(())"),
        ("Esc", "cancel", "close"),
    )
    DEFAULT_CSS = """
    CategoryPicker > #panel { width: 76; }
    CategoryPicker PickList { max-height: 16; }
    """

    PLACEHOLDER = "code or name, such as ML or statistics"

    def __init__(self, service: Service, chosen: Sequence[str]) -> None:
        super().__init__()
        self._service = service
        self._chosen = dict.fromkeys(chosen)
        self._used = Counter(code for idea in service.board if idea.paper for code in idea.paper.categories)

    def dialog_title(self) -> Content:
        chosen = " or ".join(self._chosen)
        return Content.assemble("Category  ", (chosen or "any", f"{MUTED} not bold"))

    def find(self, typed: str) -> None:
        found = self._service.arxiv.categories(typed)
        if not typed.strip():
            # Those that are chosen, then those of the papers on the board, the most frequent first.
            found.sort(key=lambda one: (one.code not in self._chosen, -self._used[one.code], not one.active))
        self._list(found[:_MOST_LISTED])

    def _list(self, found: Sequence[Category], at: int = 0) -> None:
        wide = max((len(one.code) for one in found), default=0)
        self.show_items(found, partial(self._line, wide), at)
        self.refresh_title()

    def _line(self, wide: int, category: Category) -> Content:
        mark = "●" if category.code in self._chosen else "○"
        group = f"  {category.group}" if not category.code.endswith("*") else "  the whole archive"
        old = "" if category.active else "  old papers only"
        return Content.assemble(f"{mark} {category.code.ljust(wide)}  {category.name}", (group + old, MUTED))

    def action_turn(self) -> None:
        """Choose the one under the cursor too, or not any more."""
        if one := self.current:
            if one.code in self._chosen:
                del self._chosen[one.code]
            else:
                self._chosen[one.code] = None
            self._list(self.items, self.picks.highlighted or 0)

    def action_enter(self) -> None:
        """Take the chosen ones, and the one that was searched for."""
        one = self.current
        if one and (self.line.value.strip() or not self._chosen):
            self._chosen[one.code] = None
        self.dismiss(tuple(self._chosen))


SINCE = (
    Choice("any", "Any time", "or type since:2024", ("a", "0")),
    Choice("7d", "Last 7 days", "", ("w", "1")),
    Choice("30d", "Last 30 days", "", ("m", "2")),
    Choice("90d", "Last 90 days", "", ("q", "3")),
    Choice("365d", "Last year", "", ("y", "4")),
    Choice("1825d", "Last 5 years", "", ("f", "5")),
)
"""Since when papers are searched for; exact dates are typed."""


class ImportChoice(NamedTuple):
    """How papers are to be imported."""

    kind: str
    stage: str
    tags: tuple[str, ...]


class ImportDialog(ChoiceDialog["ImportChoice | None"]):
    """Asks what papers are to become, where they go, and with which tags: categories that all have are offered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Import", show=False, priority=True),
        Binding("tab", "stage", "First column or candidates", show=False, priority=True),
        Binding("t", "tags", "Change the tags", show=False),
    ]

    DEFAULT_CSS = """
    ImportDialog > #panel { width: 60; }
    ImportDialog #stage { margin-top: 1; height: 1; }
    ImportDialog.-low #stage { margin-top: 0; }
    """

    def __init__(self, workflow: Workflow, papers: Sequence[Paper], kind: str) -> None:
        name = readable(papers[0].title) if len(papers) == 1 else f"{len(papers)} papers"
        kinds = enumerate(workflow.kinds, 1)
        choices = [Choice(one.key, one.label, "", (str(n),) if n < 10 else ()) for n, one in kinds]
        super().__init__(titled("Take", name), choices, kind)
        self._workflow = workflow
        self._tags = shared_tags(papers)
        self._stage = workflow.first

    def keys(self) -> Iterable[Key]:
        if self.is_mounted and self.query_one(Input).has_focus:
            return (("Enter", "import", "choose"), ("Esc", "to the kinds", "close"))
        ways = (("Tab", "where", "stage"), ("t", "tags", "tags"))
        return (("Enter", "import", "choose"), *ways, ("Esc", "cancel", "close"))

    def compose_body(self) -> ComposeResult:
        yield from super().compose_body()
        yield Static(id="stage")
        yield Input(" ".join(self._tags), placeholder="tags", id="tags")
        yield Static(id="problem")

    def on_mount(self) -> None:
        self._show_stage()

    def on_descendant_focus(self) -> None:
        self.refresh_keys()

    def _show_stage(self) -> None:
        where = "Candidates" if self._stage == CANDIDATE else self._workflow.stage_label(self._stage)
        self.query_one("#stage", Static).update(Content.assemble(("Into  ", MUTED), where))

    def action_stage(self) -> None:
        self._stage = self._workflow.first if self._stage == CANDIDATE else CANDIDATE
        self._show_stage()

    def action_tags(self) -> None:
        self.set_focus(self.query_one(Input))

    def pick(self, choice: Choice) -> None:
        field = self.query_one(Input)
        try:
            self.dismiss(ImportChoice(choice.value, self._stage, tags_from(field.value)))
        except InvalidInput as error:
            self.complain(f"{error.message}; {error.hint}")
            self.set_focus(field)

    def action_close(self) -> None:
        if self.query_one(Input).has_focus:
            self.set_focus(self.query_one(PickList))
        else:
            self.dismiss(None)


def shared_tags(papers: Sequence[Paper]) -> list[str]:
    """Return the categories that all papers have, as tags, the main one first; at most three."""
    codes = [dict.fromkeys((paper.primary_category, *paper.categories)) for paper in papers]
    common = [code for code in codes[0] if code and all(code in other for other in codes)] if codes else []
    # Old entries carry classes of other schemes, with blanks and semicolons in them.
    return [clean_tag(code) for code in common if not set(code) & set(" ;,")][:_MOST_TAGS]


OPEN, UPDATE, TAKE, RESTORE = "open", "update", "take", "restore"


class KnownPicker(Picker):
    """What to do with a paper that is on the board already; it may be `newer` than what the board has."""

    def __init__(self, idea: Idea, where: str, *, newer: bool) -> None:
        choices: list[Choice] = []
        if idea.archived:
            choices.append(Choice(RESTORE, "Bring back", "to the stage it came from", ("b",)))
        elif idea.stage == CANDIDATE:
            choices.append(Choice(TAKE, "Take it", "onto the board, as a kind", ("t",)))
        else:
            choices.append(Choice(OPEN, "Open", "on the board", ("o",)))
        if newer:
            choices.append(Choice(UPDATE, "Update", "with what arXiv tells now", ("u",)))
        super().__init__(titled("Known already", where), choices)


class PaperYankPicker(Picker):
    """What to copy about one paper, or all marked ones; gives the text."""

    DEFAULT_CSS = "PaperYankPicker > #panel { width: 76; }"

    def __init__(self, papers: Sequence[Paper]) -> None:
        links = "\n".join(paper.url for paper in papers)
        titles = "\n".join(readable(paper.title) for paper in papers)
        markdown = "\n".join(markdown_link(readable(paper.title), paper.url) for paper in papers)
        ids = "\n".join(f"arXiv:{paper.arxiv_id}{paper.version}" for paper in papers)
        first = papers[0]
        count = "" if len(papers) == 1 else f"{len(papers)} of them"
        super().__init__(
            "Copy",
            (
                Choice(links, "Link", count or first.url, ("l",)),
                Choice("bibtex", "BibTeX", count or f"arXiv:{first.arxiv_id}", ("b",), make=lambda: _bibtex(papers)),
                Choice(ids, "Id", count or f"arXiv:{first.arxiv_id}", ("i",)),
                Choice(titles, "Title", count or readable(first.title), ("t",)),
                Choice(markdown, "Markdown link", count, ("m",)),
            ),
        )


def _bibtex(papers: Sequence[Paper]) -> str:
    from ideaboard.papers.bibtex import bibtex

    return bibtex(papers)
