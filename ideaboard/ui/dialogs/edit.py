"""Changing an idea: the form with all fields, and the editor of the tags alone; only what changed is given back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.suggester import Suggester
from textual.widgets import Checkbox, Select, TextArea

from ideaboard.core.board import Board
from ideaboard.core.changes import Edit
from ideaboard.core.clock import parse_date
from ideaboard.core.ideas import Idea, Link
from ideaboard.core.text import TAG_BREAK, TITLE_LIMIT, clean_line, clean_tag, clean_title, clean_url, tags_from
from ideaboard.errors import InvalidInput
from ideaboard.ui.dialogs.dialog import MUTED, Key
from ideaboard.ui.dialogs.form import Field, FormDialog, check_link, doubt_link, link_or_nothing, text_line
from ideaboard.ui.dialogs.lists import FindDialog

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ideaboard.service import Service

_NEARLY_FULL = TITLE_LIMIT - 50


def links_from(text: str) -> tuple[Link, ...]:
    """Read links, one a line: the address, then what it is called.

    Raises:
        InvalidInput: for the first line that does not start with a link.
    """
    links: dict[str, Link] = {}
    for number, line in enumerate(text.splitlines(), 1):
        url, _, label = line.strip().partition(" ")
        if not url:
            continue
        try:
            clean = clean_url(url)
        except InvalidInput as error:
            raise InvalidInput(f"line {number}: {error.message}", error.hint) from None
        links[clean] = Link(clean, clean_line(label))
    return tuple(links.values())


def links_text(links: Iterable[Link]) -> str:
    """Write links as `links_from` reads them."""
    return "\n".join(f"{link.url} {link.label}".rstrip() for link in links)


class _TagSuggester(Suggester):
    """Completes the last word of a line with a known tag, the most used first."""

    def __init__(self, tags: Iterable[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._tags = tuple(tags)

    async def get_suggestion(self, value: str) -> str | None:
        word = re.split(TAG_BREAK, value)[-1]
        if not word:
            return None
        found = next((tag for tag in self._tags if tag.startswith(word.lower().lstrip("#")) and tag != word), None)
        return value + found[len(word.lstrip("#")) :] if found else None


class EditScreen(FormDialog[Edit]):
    """Changes an idea in a form; gives only the fields that changed, or None.

    Args:
        service: knows the kinds and the tags that are in use.
        idea: the idea as it is now.
    """

    DEFAULT_CSS = """
    EditScreen > #panel { width: 92; }
    EditScreen #notes { min-height: 4; }
    """

    def __init__(self, service: Service, idea: Idea) -> None:
        super().__init__()
        self._service = service
        self._idea = idea

    def dialog_title(self) -> Content:
        stage = self._service.workflow.stage_label(self._idea.stage)
        return Content.assemble("Edit  ", (f"{self._idea.id}  {stage}", f"{MUTED} not bold"))

    def compose_body(self) -> ComposeResult:
        idea = self._idea
        counts = Counter(tag for other in self._service.board.ideas.values() for tag in other.tags)
        suggester = _TagSuggester(sorted(counts, key=lambda tag: (-counts[tag], tag)))
        tags = " ".join(re.sub(TAG_BREAK, "-", tag.strip()) for tag in idea.tags)
        yield Field("title", "Title", text_line(idea.title), _check_title)
        yield Field("kind", "Kind", self._kinds(), before=idea.kind)
        yield Field("tags", "Tags", text_line(tags, "bayes time-series", suggester), _check_tags)
        yield Field("url", "Link", text_line(idea.url or "", "https://…"), check_link, doubt_link)
        yield Field("due", "Due", text_line(idea.due or "", "2026-12-24"), _check_due)
        yield Field("notes", "Notes", _text_area(idea.notes, "Markdown"))
        yield Field(
            "links", "More", _text_area(links_text(idea.links), "https://… what it is, one a line"), _check_links
        )
        yield Field("private", "Private", Checkbox(Content("never among the items in progress"), idea.private))

    def _kinds(self) -> Select[str]:
        options = [(Content(kind.label), kind.key) for kind in self._service.workflow.kinds]
        if self._idea.kind not in self._service.workflow.kind_keys:
            options.append((Content(f"{self._idea.kind} (not in the config)"), self._idea.kind))
        return Select(options, value=self._idea.kind, allow_blank=False, compact=True)

    def on_mount(self) -> None:
        self.go_to("title")

    def gather(self) -> Edit | None:
        idea = self._idea
        new = {field.key: field.value for field in self.query(Field) if field.touched}
        added, removed = self._links(new.get("links"))
        changes = Edit(
            title=_differs(clean_title(new["title"]), idea.title) if "title" in new else None,
            kind=new.get("kind"),
            notes=new.get("notes"),
            url=_differs(link_or_nothing(new["url"]), idea.url or "") if "url" in new else None,
            due=_differs(new["due"].strip(), idea.due or "") if "due" in new else None,
            tags=_differs(tags_from(new["tags"]), idea.tags) if "tags" in new else None,
            private=bool(new["private"]) if "private" in new else None,
            add_links=added,
            remove_links=removed,
        )
        return None if changes == Edit() else changes

    def _links(self, text: str | None) -> tuple[tuple[Link, ...], tuple[str, ...]]:
        """Tell which links came or have another name, and which addresses went."""
        if text is None:
            return (), ()
        before = {link.url: link for link in self._idea.links}
        after = {link.url: link for link in links_from(text)}
        came = tuple(link for url, link in after.items() if before.get(url) != link)
        return came, tuple(url for url in before if url not in after)


def _text_area(text: str, placeholder: str) -> TextArea:
    return TextArea(
        text, soft_wrap=True, tab_behavior="focus", compact=True, highlight_cursor_line=False, placeholder=placeholder
    )


_V = TypeVar("_V")


def _differs(new: _V, old: _V) -> _V | None:
    """Return the new value, or None when it is the old one."""
    return None if new == old else new


def _check_title(text: str) -> str:
    title = clean_title(text)
    return f"{len(title)} of {TITLE_LIMIT} characters" if len(title) > _NEARLY_FULL else ""


def _check_tags(text: str) -> str:
    tags_from(text)
    return ""


def _check_due(text: str) -> str:
    if text.strip():
        parse_date(text.strip())
    return ""


def _check_links(text: str) -> str:
    links_from(text)
    return ""


ALL, SOME, NONE = "all", "some", "none"
_NAME_WIDTH = 34
_MOST = 200
"""As many tags are listed; typing finds the others."""
_MARKS = {ALL: "●", SOME: "◐", NONE: "○"}


class TagEditor(FindDialog[Edit | None]):
    """Changes the tags of one idea, or of several at once.

    A tag that only some of the ideas have stays as it is until it is toggled: then all have it, then none, then some
    again.

    Args:
        board: the board as it is shown; the known tags come from it.
        ids: the ideas.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", "Save", show=False)]
    """
    | Key(s) | Description |
    | :- | :- |
    | letters | Find a tag, or name a new one. |
    | enter | Toggle it when something was typed, else save. |
    | ctrl+s | Save. |
    | escape | Take back what was typed, then close without saving. |
    """

    DEFAULT_CSS = """
    TagEditor > #panel { width: 52; }
    TagEditor PickList { max-height: 14; }
    """

    PLACEHOLDER = "find a tag, or name a new one"

    def __init__(self, board: Board, ids: Sequence[str]) -> None:
        super().__init__()
        self._ideas = [board.ideas[id] for id in ids if id in board.ideas]
        had = Counter(tag for idea in self._ideas for tag in idea.tags)
        self._before = {tag: ALL if count == len(self._ideas) else SOME for tag, count in had.items()}
        self._now: dict[str, str] = {}
        self._counts = Counter(tag for idea in board.ideas.values() for tag in idea.tags)
        known = sorted(self._counts, key=lambda tag: (-self._counts[tag], tag))
        self._known = [
            *(tag for tag in known if tag in self._before),
            *(tag for tag in known if tag not in self._before),
        ]
        self._shown: list[str] = []
        self._fuzzy = FuzzySearch()

    def dialog_title(self) -> Content:
        if len(self._ideas) == 1:
            return Content(f"Tags of '{self._ideas[0].title}'")
        return Content(f"Tags of {len(self._ideas)} ideas")

    def keys(self) -> Iterable[Key]:
        typed = bool(self.is_mounted and self.line.value.strip())
        enter = ("Enter", "toggle", "enter") if typed else ("Enter", "save", "enter")
        return (("Space", "toggle", "turn"), enter, ("Esc", "clear" if typed else "cancel", "close"))

    def on_resize(self) -> None:
        super().on_resize()
        self._list(self.line.value, self._current())

    def find(self, typed: str) -> None:
        self._list(typed)

    def _current(self) -> str:
        at = self.picks.highlighted
        return "" if at is None else self._shown[at]

    def _list(self, typed: str, at: str = "") -> None:
        """Fill the list: the tags that fit, the best first, and the new one that was typed."""
        typed = typed.strip().lstrip("#").lower()
        if typed:
            scored = [(self._fuzzy.match(typed, tag)[0], tag) for tag in self._known]
            fitting = [tag for score, tag in sorted(scored, key=lambda one: -one[0]) if score > 0]
        else:
            fitting = list(self._known)
        exact = [tag for tag in fitting if tag == typed]
        new = _new_tag(typed)
        if new and new not in self._known:
            fitting.append(new)
        self._shown = [*exact, *(tag for tag in fitting if tag not in exact)][:_MOST]
        cursor = self._shown.index(at) if at in self._shown else 0
        self.show_lines((self._line(tag, typed) for tag in self._shown), cursor)

    def _state(self, tag: str) -> str:
        return self._now.get(tag, self._before.get(tag, NONE))

    def _line(self, tag: str, typed: str) -> Content:
        state = self._state(tag)
        width = min(_NAME_WIDTH, max(8, self.size.width - 12))
        name = Content(tag).truncate(width, ellipsis=True, pad=True)
        if typed:
            for offset in self._fuzzy.match(typed, tag)[1]:
                name = name.stylize("underline", offset, offset + 1) if offset < width else name
        count = self._counts.get(tag, 0)
        mark = (_MARKS[state], "bold" if state != NONE else MUTED)
        return Content.assemble(mark, " ", name, " ", (str(count) if count else "new", MUTED))

    def action_turn(self) -> None:
        """Give the tag to all, or take it from all; a tag of some can also stay with some."""
        tag = self._current()
        if not tag:
            self.complain("a tag is a word such as bayes or time-series")
            return
        before, state = self._before.get(tag, NONE), self._state(tag)
        ring = (SOME, ALL, NONE) if before == SOME else (ALL, NONE)
        self._now[tag] = ring[(ring.index(state) + 1) % len(ring)]
        if tag not in self._known:
            self._known.insert(0, tag)
        self.line.value = ""
        self._list("", at=tag)

    def action_enter(self) -> None:
        """Toggle what was typed for; without anything typed, save."""
        if self.line.value.strip():
            self.action_turn()
        else:
            self.action_save()

    def action_save(self) -> None:
        """Close with the tags that came and went, a tag that is still typed among them; None when nothing changed."""
        if self.line.value.strip() and (tag := self._current()) and self._state(tag) != ALL:
            self.action_turn()
        came = tuple(tag for tag, state in self._now.items() if state == ALL and self._before.get(tag) != ALL)
        gone = tuple(tag for tag, state in self._now.items() if state == NONE and tag in self._before)
        self.dismiss(Edit(add_tags=came, remove_tags=gone) if came or gone else None)

    def action_close(self) -> None:
        if self.line.value:
            self.line.value = ""
        else:
            self.dismiss(None)


def _new_tag(typed: str) -> str:
    """Return what was typed as a tag, or nothing when it is none."""
    try:
        return clean_tag(typed)
    except InvalidInput:
        return ""
