"""Sharing: a link and one line are all that is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from ideaboard.core.changes import Sharing
from ideaboard.core.clock import parse_date
from ideaboard.core.credit import PAPER_LINK, default_title, is_paper_link, public_idea, public_title, source_paper
from ideaboard.core.ideas import Idea
from ideaboard.core.links import clean_url
from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.ui.dialogs.channels import ChannelsScreen
from ideaboard.ui.dialogs.confirm import Confirm
from ideaboard.ui.dialogs.dialog import Dialog, Key
from ideaboard.ui.dialogs.edit import Field

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ideaboard.service import Service

__all__ = ["ChannelsScreen", "ShareScreen"]

_FOLD = 140
"""From about this length on, some channels show only the beginning."""


class ShareScreen(Dialog[Sharing | None]):
    """Asks where an idea was shared and what it is in one line; what was shared before can be corrected.

    Args:
        service: knows the moment.
        idea: the idea as it is now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Share", show=False, priority=True),
        Binding("escape", "close", "Close", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Go to the next field; in the last one, share. |
    | ctrl+s | Share. |
    | escape | Close; asks when something was typed. |
    """

    DEFAULT_CSS = """
    ShareScreen > #panel { width: 84; }
    ShareScreen Field { margin-bottom: 1; }
    ShareScreen.-low Field, ShareScreen Field:last-child { margin-bottom: 0; }
    """

    def __init__(self, service: Service, idea: Idea) -> None:
        super().__init__()
        self._idea = idea
        self._now: datetime = service.clock()
        share = idea.share
        self._before = {"title": public_title(idea), "url": _likely_link(idea)}
        self._before["summary"] = share.summary if share else ""
        if share:
            self._before |= {"result": share.result, "on": share.date}

    def dialog_title(self) -> Content:
        """What is shared."""
        return Content.assemble("Share  ", (self._idea.title, "not bold"))

    def keys(self) -> Iterable[Key]:
        """Share and close."""
        label = "save" if self._idea.share else "share"
        return (("Enter", "next", ""), ("Ctrl+S", label, "save"), ("Esc", "cancel", "close"))

    def compose_body(self) -> ComposeResult:
        """Link and line; for what was shared before also what came out, and the day."""
        labels = {
            "url": ("Link", "https://…"),
            "summary": ("One line", "what it is, for someone who has not read it"),
            "title": ("Title", default_title(self._idea)),
            "result": ("Result", "v0.1.0, or 3 of 4 claims reproduced"),
            "on": ("Day", self._now.date().isoformat()),
        }
        for name, text in self._before.items():
            label, placeholder = labels[name]
            yield Field(name, label, Input(text, placeholder=placeholder, select_on_focus=False))

    def on_mount(self) -> None:
        """Start where something is still missing."""
        missing = next((name for name, text in self._before.items() if not text), "url")
        field = self.query_one(f"#{missing}", Input)
        field.focus()
        field.cursor_position = len(field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Check the field that was typed into."""
        self._check(event.input.id or "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next field; from the last one, share."""
        if event.input.id == list(self._before)[-1]:
            self.action_save()
        else:
            self.focus_next()

    def _typed(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value

    def _check(self, name: str) -> bool:
        field = self.query_one(f"#field-{name}", Field)
        try:
            field.say(self._said(name, self._typed(name)))
        except InvalidInput as error:
            field.say(f"{error.message}: {error.hint}" if error.hint else error.message, wrong=True)
            return False
        return True

    def _said(self, name: str, text: str) -> str:
        """Say what is worth knowing about a field.

        Raises:
            InvalidInput: when it cannot be taken.
        """
        if name == "url":
            if not text.strip():
                return "without a link the changelog shows it as text"
            clean = clean_url(text)
            if (paper := source_paper(self._idea)) and is_paper_link(clean, paper):
                return PAPER_LINK
            return f"kept as {clean}" if clean != text.strip() else ""
        if name == "summary":
            length = len(clean_line(text))
            if not length:
                return "the line stands in the changelog and in every channel's text"
            return f"{length} characters" + ("; some channels show only the beginning" if length > _FOLD else "")
        if name == "on" and text.strip() and parse_date(text.strip()) > self._now.date().isoformat():
            raise InvalidInput(f"{text.strip()} lies in the future", "give the day on which it was shared")
        return ""

    def action_save(self) -> None:
        """Close with what was said; when a field cannot be taken, go there instead."""
        wrong = [name for name in self._before if not self._check(name)]
        if wrong:
            self.query_one(f"#{wrong[0]}").focus()
            return
        url, title = self._typed("url").strip(), self._typed("title").strip()
        known = "on" in self._before
        self.dismiss(
            Sharing(
                url=clean_url(url) if url else "",
                summary=clean_line(self._typed("summary")),
                title=title if title != self._before["title"] else None,
                result=clean_line(self._typed("result")) if known else None,
                on=self._typed("on").strip() or None if known else None,
            )
        )

    def _touched(self) -> bool:
        return any(self._typed(name) != text for name, text in self._before.items())

    def closes_by_click(self) -> bool:
        """A click beside the panel only closes an untouched form."""
        return not self._touched()

    def action_close(self) -> None:
        """Close; ask first when something was typed."""
        if not self._touched():
            self.dismiss(None)
            return
        self.app.push_screen(Confirm("Throw away what you typed?", "Throw away", "Go on"), self._thrown_away)

    def _thrown_away(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(None)


def _likely_link(idea: Idea) -> str:
    """Return where an idea was shared, or its own link when that is not just the paper it is about."""
    if idea.share and idea.share.url:
        return idea.share.url
    return "" if idea.share else public_idea(idea).url or ""
