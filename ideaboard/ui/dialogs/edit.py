"""Changing an idea: the form with all fields, and the editor of the tags alone; only what changed is given back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.suggester import Suggester
from textual.widgets import Select, TextArea

from ideaboard.core.board import Board
from ideaboard.core.changes import Edit
from ideaboard.core.days import EXAMPLES, day_from
from ideaboard.core.ideas import Idea, Link
from ideaboard.core.text import (
    TAG_BREAK,
    TITLE_LIMIT,
    clean_line,
    clean_title,
    counted,
    kept_as,
    link_or_nothing,
    tags_from,
)
from ideaboard.errors import InvalidInput
from ideaboard.service import Service
from ideaboard.ui.dialogs.dialog import MUTED, Key, titled
from ideaboard.ui.dialogs.form import Field, FormDialog, Tick, doubt_link, text_line
from ideaboard.ui.dialogs.lists import FindDialog
from ideaboard.ui.dialogs.pickers import named

_DAY_HINT = ", ".join((*EXAMPLES, "or nothing"))
_NEARLY_FULL = TITLE_LIMIT - 50
_OTHER_LINES = 24
"""What the form needs beside the notes, in lines."""
_HIGH = 20
_LEAST_NOTES, _MOST_NOTES = 4, 24


def links_from(text: str) -> tuple[Link, ...]:
    """Read links, one a line: the address, then what it is called; raises `InvalidInput` for a line without a link."""
    links: dict[str, Link] = {}
    for number, line in enumerate(text.splitlines(), 1):
        url, _, label = line.strip().partition(" ")
        if not url:
            continue
        try:
            clean = link_or_nothing(url)
        except InvalidInput as error:
            raise InvalidInput(f"line {number}: {error.message}", error.hint) from None
        links[clean] = Link(clean, clean_line(label))
    return tuple(links.values())


def links_text(links: Iterable[Link]) -> str:
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
    """Changes an idea in a form; gives only the fields that changed, or None. `notes` are new ones to begin with."""

    DEFAULT_CSS = """
    EditScreen > #panel { width: 92; }
    """

    def __init__(self, service: Service, idea: Idea, notes: str | None = None) -> None:
        super().__init__(titled("Edit", idea.title))
        self._service = service
        self._idea = idea
        self._notes = notes

    def compose_body(self) -> ComposeResult:
        idea, today = self._idea, self._service.clock().date()
        counts = Counter(tag for other in self._service.board.ideas.values() for tag in other.tags)
        suggester = _TagSuggester(sorted(counts, key=lambda tag: (-counts[tag], tag)))
        tags = " ".join(re.sub(TAG_BREAK, "-", tag.strip()) for tag in idea.tags)
        link, due = (
            text_line(idea.url or "", "https://…, or nothing"),
            text_line(idea.due or "", _DAY_HINT, proposed=True),
        )
        more = _text_area(links_text(idea.links), "one a line: https://…, then what it is")
        private = Tick(Content("keep out of the public changelog"), idea.private)
        yield Field("title", "Title", text_line(idea.title), clean_title, idea.title, _nearly_full)
        yield Field("kind", "Kind", self._kinds(), was=idea.kind)
        yield Field("tags", "Tags", text_line(tags, "words, one or several", suggester), tags_from, idea.tags)
        yield Field("url", "Link", link, link_or_nothing, idea.url or "", kept_as, doubt_link)
        yield Field("due", "Due", due, partial(day_from, today=today), idea.due or "", partial(_day_meant, today=today))
        yield Field("notes", "Notes", _text_area(idea.notes, "what you know so far, as Markdown"), was=idea.notes)
        yield Field("links", "Links", more, links_from, idea.links)
        yield Field("private", "Private", private, bool, idea.private)

    def _kinds(self) -> Select[str]:
        options = [(Content(kind.label), kind.key) for kind in self._service.workflow.kinds]
        if self._idea.kind not in self._service.workflow.kind_keys:
            options.append((Content(f"{self._idea.kind} (not in the config)"), self._idea.kind))
        return Select(options, value=self._idea.kind, allow_blank=False, compact=True)

    def on_mount(self) -> None:
        self.go_to("title" if self._notes is None else "notes")
        if self._notes is not None:
            self.query_one("#notes", TextArea).text = self._notes

    def fit_body(self) -> None:
        """Give the notes the rows that are free."""
        if self.query("#notes"):
            notes = self.query_one("#notes")
            free = self.size.height - (_OTHER_LINES if self.size.height >= _HIGH else _OTHER_LINES // 2)
            notes.styles.min_height = min(max(free, _LEAST_NOTES), _MOST_NOTES)
            notes.styles.max_height = _MOST_NOTES
        super().fit_body()

    def gather(self) -> Edit | None:
        new = {field.key: field.changed for field in self.query(Field)}
        if (links := new.pop("links")) is not None:
            after = {link.url for link in links}
            new["add_links"] = tuple(link for link in links if link not in self._idea.links)
            new["remove_links"] = tuple(link.url for link in self._idea.links if link.url not in after)
        changes = Edit(**new)
        return None if changes == Edit() else changes


def _text_area(text: str, placeholder: str) -> TextArea:
    return TextArea(
        text, soft_wrap=True, tab_behavior="focus", compact=True, highlight_cursor_line=False, placeholder=placeholder
    )


def _nearly_full(text: str) -> str:
    length = len(clean_title(text))
    return f"{length} of {TITLE_LIMIT} characters" if length > _NEARLY_FULL else ""


def _day_meant(text: str, today: date) -> str:
    day = day_from(text, today)
    if not day:
        return ""
    days = (date.fromisoformat(day) - today).days
    when = "today" if not days else f"in {counted(days, 'day')}" if days > 0 else f"{counted(-days, 'day')} ago"
    return f"{day}, {when}"


class DueScreen(FormDialog[Edit]):
    """Asks for the due date of one idea, or of several at once; an empty one takes it away."""

    SAVED_FROM = ("due",)
    DEFAULT_CSS = "DueScreen > #panel { width: 60; }"

    def __init__(self, service: Service, ids: Sequence[str]) -> None:
        super().__init__(titled("Due date of", named(service.board, ids)))
        self._today = service.clock().date()
        dates = {service.board.ideas[id].due or "" for id in ids if id in service.board.ideas}
        self._before = dates.pop() if len(dates) == 1 else ""
        self._several = bool(dates)

    def compose_body(self) -> ComposeResult:
        due = text_line(self._before, _DAY_HINT, proposed=True)
        yield Field("due", "Due", due, self._date, self._before, note=self._meant)

    def on_mount(self) -> None:
        self.go_to("due")

    def _date(self, text: str) -> str:
        return day_from(text, self._today)

    def _meant(self, text: str) -> str:
        if not text.strip() and self._several:
            return "the dates differ; this takes them all away"
        return _day_meant(text, self._today)

    def gather(self) -> Edit:
        return Edit(due=self.field("due").value)


ALL, SOME, NONE = "all", "some", "none"
_NAME_WIDTH = 34
_MOST = 200
"""As many tags are listed; typing finds the others."""
_MARKS = {ALL: "●", SOME: "◐", NONE: "○"}


class TagEditor(FindDialog["Edit | None", str]):
    """Changes the tags of one idea, or of several at once.

    A tag of only some of them stays as it is until it is toggled: then all have it, then none, then some again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", "Save", show=False)]
    DEFAULT_CSS = """
    TagEditor > #panel { width: 52; }
    TagEditor PickList { max-height: 14; }
    """

    PLACEHOLDER = "find a tag, or name a new one"

    def __init__(self, board: Board, ids: Sequence[str]) -> None:
        ideas = [board.ideas[id] for id in ids if id in board.ideas]
        super().__init__(titled("Tag", named(board, ids)))
        had = Counter(tag for idea in ideas for tag in idea.tags)
        self._before = {tag: ALL if count == len(ideas) else SOME for tag, count in had.items()}
        self._now: dict[str, str] = {}
        self._counts = Counter(tag for idea in board.ideas.values() for tag in idea.tags)
        known = sorted(self._counts, key=lambda tag: (-self._counts[tag], tag))
        self._known = sorted(known, key=lambda tag: tag not in self._before)
        self._fuzzy = FuzzySearch()

    def keys(self) -> Iterable[Key]:
        typed = bool(self.is_mounted and self.line.value.strip())
        enter = ("Enter", "toggle", "enter") if typed else ("Enter", "save", "enter")
        save = (("Ctrl+s", "save", "save"),) if typed else ()
        return (("Space", "toggle", "turn"), enter, *save, ("Esc", "clear" if typed else "cancel", "close"))

    def on_resize(self) -> None:
        super().on_resize()
        self.find(self.line.value, self.current)

    def find(self, typed: str, at: str | None = None) -> None:
        """List the tags that fit, the best first, and the new one that was typed; the cursor goes to `at`."""
        typed = typed.strip(" ,").lstrip("#").lower()
        if typed:
            scored = [(self._fuzzy.match(typed, tag)[0], tag) for tag in self._known]
            fitting = [tag for score, tag in sorted(scored, key=lambda one: -one[0]) if score > 0]
        else:
            fitting = list(self._known)
        fitting.sort(key=lambda tag: tag != typed)
        new = _typed_tags(typed)
        fitting = [*_several(typed)] or [*fitting, *(tag for tag in new if tag not in self._known)]
        tags = fitting[:_MOST]
        self.show_items(tags, partial(self._line, typed), tags.index(at) if at in tags else 0)

    def _state(self, tag: str) -> str:
        return self._now.get(tag, self._before.get(tag, NONE))

    def _line(self, typed: str, tag: str) -> Content:
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
        tag = self.current
        if not tag:
            self.complain("a tag is a word such as bayes or time-series")
            return
        before, state = self._before.get(tag, NONE), self._state(tag)
        ring = (SOME, ALL, NONE) if before == SOME else (ALL, NONE)
        several = _several(self.line.value)
        self._now |= dict.fromkeys(several, ALL) or {tag: ring[(ring.index(state) + 1) % len(ring)]}
        self._known = [*(one for one in several or [tag] if one not in self._known), *self._known]
        self.line.value = ""
        self.find("", at=tag)

    def action_enter(self) -> None:
        """Toggle what was typed for; without anything typed, save."""
        if self.line.value.strip():
            self.action_turn()
        else:
            self.action_save()

    def action_save(self) -> None:
        """Close with the tags that came and went, a tag that is still typed among them; None when nothing changed."""
        typed = self.line.value.strip()
        if typed and (tag := self.current) and (_several(typed) or self._state(tag) != ALL):
            self.action_turn()
        came = tuple(tag for tag, state in self._now.items() if state == ALL and self._before.get(tag) != ALL)
        gone = tuple(tag for tag, state in self._now.items() if state == NONE and tag in self._before)
        self.give(Edit(add_tags=came, remove_tags=gone) if came or gone else None)

    @property
    def holds_typed(self) -> bool:
        named = any(state == ALL for tag, state in self._now.items() if tag not in self._counts)
        return named or bool(self.line.value.strip())

    def action_close(self) -> None:
        if self.line.value:
            self.line.value = ""
        else:
            super().action_close()


def _typed_tags(typed: str) -> tuple[str, ...]:
    try:
        return tags_from(typed)
    except InvalidInput:
        return ()


def _several(typed: str) -> tuple[str, ...]:
    """Return the tags of a line that holds more than one: all of them are given to all."""
    tags = _typed_tags(typed)
    return tags if len(tags) > 1 else ()
