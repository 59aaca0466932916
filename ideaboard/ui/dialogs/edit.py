"""The form that changes an idea: every field checked as it is typed, and only what changed given back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Checkbox, Input, Select, Static, TextArea

from ideaboard.core.changes import Edit
from ideaboard.core.clock import parse_date
from ideaboard.core.ideas import Idea, Link
from ideaboard.core.links import clean_url
from ideaboard.core.text import TITLE_LIMIT, clean_line, clean_tag, clean_title
from ideaboard.errors import InvalidInput
from ideaboard.ui.dialogs.confirm import Confirm
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ideaboard.service import Service

_TAG_BREAK = re.compile(r"[\s,]+")
_NEARLY_FULL = TITLE_LIMIT - 50


def tags_of(text: str) -> tuple[str, ...]:
    """Read tags as they are typed into one line, with blanks or commas between them.

    Raises:
        InvalidInput: when one of them is none.
    """
    return tuple(dict.fromkeys(clean_tag(word) for word in _TAG_BREAK.split(text) if word))


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
        word = _TAG_BREAK.split(value)[-1]
        if not word:
            return None
        found = next((tag for tag in self._tags if tag.startswith(word.lower().lstrip("#")) and tag != word), None)
        return value + found[len(word.lstrip("#")) :] if found else None


class Field(Vertical):
    """A label, a widget to type in, and a sentence below when something is wrong.

    Args:
        name: names the field; the widget inside carries it as its id.
        label: what stands before it.
        widget: the widget.
    """

    DEFAULT_CSS = """
    Field { height: auto; }
    Field > Horizontal { height: auto; }
    Field .label { width: 9; color: $text-muted; }
    Field.-on .label { color: $text-accent; }
    Field .problem { height: auto; padding-left: 9; display: none; color: $text-muted; }
    Field.-said .problem { display: block; }
    Field.-wrong .problem { color: $text-error; }
    Field Input, Field Input:focus { width: 1fr; height: 1; border: none; padding: 0 1; background: $foreground 7%; }
    Field Input:focus { background: $primary 20%; background-tint: transparent; }
    Field TextArea, Field TextArea:focus {
        width: 1fr; height: auto; min-height: 2; max-height: 12; border: none; padding: 0 1; background: $foreground 7%;
        scrollbar-size-vertical: 1;
    }
    Field TextArea:focus { background: $primary 20%; background-tint: transparent; }
    Field Select { width: 1fr; }
    Field Select.-textual-compact > SelectCurrent { background: $foreground 7%; padding: 0 1; }
    Field Select.-textual-compact:focus > SelectCurrent { background: $primary 20%; background-tint: transparent; }
    Field Checkbox, Field Checkbox:focus { width: 1fr; height: 1; border: none; padding: 0 1; background: transparent; }
    """

    def __init__(self, name: str, label: str, widget: Input | TextArea | Select[str] | Checkbox) -> None:
        super().__init__(id=f"field-{name}")
        self.label = label
        self.widget = widget
        widget.id = name

    def compose(self) -> ComposeResult:
        """Label and widget beside each other, the sentence below."""
        with Horizontal():
            yield Static(Content(self.label), classes="label")
            yield self.widget
        yield Static(classes="problem")

    def on_descendant_focus(self) -> None:
        """Light up the label: Textual does not restyle it for `:focus-within`."""
        self.add_class("-on")

    def on_descendant_blur(self) -> None:
        """Let the label rest."""
        self.remove_class("-on")

    def say(self, said: str, *, wrong: bool = False) -> None:
        """Show a sentence below the field; an empty one takes it away."""
        self.query_one(".problem", Static).update(Content(said))
        self.set_class(bool(said), "-said")
        self.set_class(wrong, "-wrong")


class EditScreen(Dialog[Edit | None]):
    """Changes an idea in a form; gives only the fields that changed, or None.

    Args:
        service: knows the kinds and the tags that are in use.
        idea: the idea as it is now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", show=False, priority=True),
        Binding("escape", "close", "Close", show=False),
        Binding("enter", "app.focus_next", "Next field", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | ctrl+s | Save what changed. |
    | escape | Close; asks when something was typed. |
    | enter, tab | Go to the next field. |
    """

    DEFAULT_CSS = """
    EditScreen > #panel { width: 92; }
    EditScreen #notes { min-height: 4; }
    EditScreen Field { margin-bottom: 1; }
    EditScreen.-low Field, EditScreen Field:last-child { margin-bottom: 0; }
    """

    def __init__(self, service: Service, idea: Idea) -> None:
        super().__init__()
        self._service = service
        self._idea = idea
        self._before = {
            "title": idea.title,
            "tags": " ".join(_TAG_BREAK.sub("-", tag.strip()) for tag in idea.tags),
            "url": idea.url or "",
            "due": idea.due or "",
            "notes": idea.notes,
            "links": links_text(idea.links),
        }

    def dialog_title(self) -> Content:
        """Which idea, and where it is."""
        stage = self._service.workflow.stage_label(self._idea.stage)
        return Content.assemble("Edit  ", (f"{self._idea.id}  {stage}", f"{MUTED} not bold"))

    def keys(self) -> Iterable[Key]:
        """Save and close."""
        return (("Ctrl+S", "save", "save"), ("Esc", "close", "close"), ("Tab", "next field", ""))

    def compose_body(self) -> ComposeResult:
        """The fields, in the order in which they are most often changed."""
        before = self._before
        counts: dict[str, int] = {}
        for other in self._service.board.ideas.values():
            for tag in other.tags:
                counts[tag] = counts.get(tag, 0) + 1
        tags = sorted(counts, key=lambda tag: (-counts[tag], tag))
        yield Field("title", "Title", Input(before["title"], select_on_focus=False))
        yield Field("kind", "Kind", self._kinds())
        yield Field(
            "tags",
            "Tags",
            Input(
                before["tags"], placeholder="bayes time-series", suggester=_TagSuggester(tags), select_on_focus=False
            ),
        )
        yield Field("url", "Link", Input(before["url"], placeholder="https://…", select_on_focus=False))
        yield Field("due", "Due", Input(before["due"], placeholder="2026-12-24", select_on_focus=False))
        yield Field("notes", "Notes", _text_area(before["notes"], "Markdown"))
        yield Field("links", "More", _text_area(before["links"], "https://… what it is, one a line"))
        yield Field("private", "Private", Checkbox(Content("never among the items in progress"), self._idea.private))

    def _kinds(self) -> Select[str]:
        options = [(Content(kind.label), kind.key) for kind in self._service.workflow.kinds]
        if self._idea.kind not in self._service.workflow.kind_keys:
            options.append((Content(f"{self._idea.kind} (not in the config)"), self._idea.kind))
        return Select(options, value=self._idea.kind, allow_blank=False, compact=True)

    def on_mount(self) -> None:
        """Start at the end of the title."""
        title = self.query_one("#title", Input)
        title.focus()
        title.cursor_position = len(title.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check the field that was typed into."""
        self._check(event.input.id or "")

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Check the field that was typed into."""
        self._check(event.text_area.id or "")

    def on_input_submitted(self) -> None:
        """Enter goes to the next field."""
        self.focus_next()

    def _typed(self, name: str) -> str:
        widget = self.query_one(f"#{name}")
        return widget.text if isinstance(widget, TextArea) else self.query_one(f"#{name}", Input).value

    def _check(self, name: str) -> bool:
        """Say what is wrong with a field, and tell whether it can be saved."""
        check = _CHECKS.get(name)
        if check is None:
            return True
        field = self.query_one(f"#field-{name}", Field)
        try:
            field.say(check(self._typed(name)))
        except InvalidInput as error:
            field.say(f"{error.message}: {error.hint}" if error.hint else error.message, wrong=True)
            return False
        return True

    def _changed(self) -> Edit:
        """Gather the fields that differ from the idea; all of them have been checked."""
        typed = {name: self._typed(name) for name in self._before}
        new = {name: text for name, text in typed.items() if text != self._before[name]}
        kind = self.query_one("#kind", Select).value
        private = self.query_one("#private", Checkbox).value
        added, removed = self._links(new.get("links"))
        return Edit(
            title=_differs(clean_title(new["title"]), self._idea.title) if "title" in new else None,
            kind=_differs(str(kind), self._idea.kind),
            notes=new.get("notes"),
            url=_differs(_link(new["url"]), self._idea.url or "") if "url" in new else None,
            due=_differs(new["due"].strip(), self._idea.due or "") if "due" in new else None,
            tags=_differs(tags_of(new["tags"]), self._idea.tags) if "tags" in new else None,
            private=_differs(private, self._idea.private),
            add_links=added,
            remove_links=removed,
        )

    def _links(self, text: str | None) -> tuple[tuple[Link, ...], tuple[str, ...]]:
        """Tell which links came or have another name, and which addresses went."""
        if text is None:
            return (), ()
        before = {link.url: link for link in self._idea.links}
        after = {link.url: link for link in links_from(text)}
        came = tuple(link for url, link in after.items() if before.get(url) != link)
        return came, tuple(url for url in before if url not in after)

    def _touched(self) -> bool:
        """Tell whether anything on the screen differs from the idea, even where it cannot be saved."""
        return (
            any(self._typed(name) != text for name, text in self._before.items())
            or self.query_one("#kind", Select).value != self._idea.kind
            or self.query_one("#private", Checkbox).value != self._idea.private
        )

    def action_save(self) -> None:
        """Close with what changed; when a field cannot be taken, go there instead."""
        wrong = [name for name in _CHECKS if not self._check(name)]
        if wrong:
            self.query_one(f"#{wrong[0]}").focus()
            return
        changes = self._changed()
        self.dismiss(None if changes == Edit() else changes)

    def closes_by_click(self) -> bool:
        """A click beside the panel only closes an untouched form."""
        return not self._touched()

    def action_close(self) -> None:
        """Close; ask first when something was typed."""
        if not self._touched():
            self.dismiss(None)
            return
        self.app.push_screen(Confirm("Throw away what you changed?", "Throw away", "Go on editing"), self._thrown_away)

    def _thrown_away(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(None)


def _text_area(text: str, placeholder: str) -> TextArea:
    return TextArea(
        text, soft_wrap=True, tab_behavior="focus", compact=True, highlight_cursor_line=False, placeholder=placeholder
    )


_V = TypeVar("_V")


def _differs(new: _V, old: _V) -> _V | None:
    """Return the new value, or None when it is the old one."""
    return None if new == old else new


def _link(text: str) -> str:
    return clean_url(text) if text.strip() else ""


def _check_title(text: str) -> str:
    title = clean_title(text)
    return f"{len(title)} of {TITLE_LIMIT} characters" if len(title) > _NEARLY_FULL else ""


def _check_tags(text: str) -> str:
    tags_of(text)
    return ""


def _check_url(text: str) -> str:
    clean = _link(text)
    return f"kept as {clean}" if clean != text.strip() else ""


def _check_due(text: str) -> str:
    if text.strip():
        parse_date(text.strip())
    return ""


def _check_links(text: str) -> str:
    links_from(text)
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "title": _check_title,
    "tags": _check_tags,
    "url": _check_url,
    "due": _check_due,
    "links": _check_links,
}
"""For each field what is to be said about the text in it; raises when it cannot be taken."""
