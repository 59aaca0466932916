"""Sharing: the form for a link and one line, the texts for the channels, and the form for the responses."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from ideaboard.core.actions import CHANNELS
from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.clock import parse_date
from ideaboard.core.credit import PAPER_LINK, default_title, is_theirs, public_idea, public_title
from ideaboard.core.ideas import Idea, Link, Response
from ideaboard.core.outputs import CHANNELS as SHARE_CHANNELS
from ideaboard.core.text import clean_line, counted, kept_as, link_or_nothing
from ideaboard.errors import InvalidInput
from ideaboard.service import Outcome, Service
from ideaboard.ui.beside import attempt_beside
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key, confirm, throw_away, titled
from ideaboard.ui.dialogs.form import (
    Field,
    FormDialog,
    Tick,
    doubt_line,
    doubt_link,
    text_line,
)
from ideaboard.ui.dialogs.lists import PickList
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.history import ScreenHistory
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.telling import attempt, copy, open_link

if TYPE_CHECKING:
    from ideaboard.publish.share_texts import ShareText

_FOLD = 140
"""From about this length on, some channels show only the beginning."""


class ShareScreen(FormDialog[Sharing]):
    """Asks where an idea was shared and what it is in one line; what was shared before can be corrected."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "texts", "Texts", show=False, priority=True)]
    DEFAULT_CSS = "ShareScreen > #panel { width: 84; }"

    wants_texts = False
    """Whether the texts for the channels shall be shown next."""

    def __init__(self, service: Service, idea: Idea) -> None:
        super().__init__(titled("Share", idea.title))
        self._idea = idea
        self._words = service.config.words
        self._today = service.clock().date().isoformat()
        self.SAVE = "save" if idea.share else "share"
        # A first share takes a link and a line; result and day are there for who wants them, one Tab away.
        self.SAVED_FROM = ("on", "channels") if idea.share else ("summary", "on", "channels")

    def keys(self) -> Iterable[Key]:
        texts = (("Ctrl+t", "texts", "texts"),) if self._idea.share else ()
        return (*super().keys(), *texts)

    def compose_body(self) -> ComposeResult:
        idea, share = self._idea, self._idea.share
        line = "what it is, for someone who has not read it"
        summary, result, day = (share.summary, share.result, share.date) if share else ("", "", "")
        link = text_line(_likely_link(idea), "https://…", proposed=share is None)
        words = self._words
        shown, default = public_title(idea, words), default_title(idea, words=words)
        yield Field("title", "Title", text_line(shown, default, proposed=shown == default), str.strip)
        yield Field("url", "Link", link, link_or_nothing, note=self._about_link, doubt=doubt_link)
        yield Field("summary", "One line", text_line(summary, line), clean_line, note=_about_summary, doubt=doubt_line)
        yield Field("result", "Result", text_line(result, "v0.1.0, or 3 of 4 claims reproduced"), clean_line)
        on = text_line(day, f"YYYY-MM-DD; today, {self._today}, when it is empty", proposed=True)
        yield Field("on", "Day", on, self._day)
        told = text_line("", "where you have posted it already: " + " ".join(SHARE_CHANNELS))
        yield Field("channels", "Told on", told, _channels, note=self._told_already)
        if share:
            withdrawn = Tick(Content("not in the changelog any more; the idea stays"), share.withdrawn)
            yield Field("withdrawn", "Withdraw", withdrawn, bool, share.withdrawn)

    def on_mount(self) -> None:
        # Start where something is still missing.
        self.go_to(next((field.key for field in self.query(Field) if not field.text), "url"))

    def _about_link(self, text: str) -> str:
        if not text.strip():
            return "without a link the changelog shows it as text"
        if is_theirs(link_or_nothing(text), self._idea):
            return PAPER_LINK
        return kept_as(text)

    def _told_already(self, _text: str) -> str:
        told = self._idea.share.channels if self._idea.share else ()
        return f"told on {', '.join(told)} already" if told else ""

    def _day(self, text: str) -> str | None:
        if text.strip() and parse_date(text.strip()) > self._today:
            raise InvalidInput(f"{text.strip()} lies in the future", "give the day on which it was shared")
        return text.strip() or None

    def action_texts(self) -> None:
        """Save what was changed, and go on to the texts for the channels."""
        self.wants_texts = True
        self.action_save()

    def gather(self) -> Sharing:
        title, result = self.field("title"), self.field("result")
        return Sharing(
            url=self.field("url").value,
            summary=self.field("summary").value,
            title=title.value if title.value != title.before.strip() else None,
            result=result.value if result.touched or self._idea.share else None,
            on=self.field("on").value,
            channels=self.field("channels").value,
            withdrawn=self.field("withdrawn").changed if self._idea.share else None,
        )


def _channels(text: str) -> tuple[str, ...]:
    """Read where it was told: the channels that there are, by their names."""
    names = tuple(dict.fromkeys(text.casefold().replace(",", " ").split()))
    if unknown := next((name for name in names if name not in SHARE_CHANNELS), None):
        raise InvalidInput(f"there is no channel '{unknown}'", "there are " + ", ".join(SHARE_CHANNELS))
    return names


def _about_summary(text: str) -> str:
    length = len(clean_line(text))
    if not length:
        return "the line stands in the changelog and in every channel's text"
    return counted(length, "character") + ("; some channels show only the beginning" if length > _FOLD else "")


def _likely_link(idea: Idea) -> str:
    """Return where an idea was shared, or its own link when that is not just the paper it is about."""
    if idea.share and idea.share.url:
        return idea.share.url
    return "" if idea.share else public_idea(idea).url or ""


_TYPES = (
    ("follower", "f", "somebody follows along", "who, and where they came from"),
    ("question", "q", "somebody brings a well-researched question", "what they ask"),
    ("opportunity", "o", "somebody brings something of value to both", "what they bring"),
)


class ResponseScreen(FormDialog[tuple[str, str, str]]):
    """Writes down one of the three responses that matter, or corrects one; gives (type, text, link)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"pick('{type}')", type.capitalize(), show=False) for type, key, _, _ in _TYPES
    ]

    DEFAULT_CSS = """
    ResponseScreen > #panel { width: 76; }
    ResponseScreen PickList { margin-bottom: 1; }
    ResponseScreen.-low PickList { margin-bottom: 0; }
    """

    SAVED_FROM = ("text", "link")

    def __init__(self, idea: Idea, response: Response | None = None) -> None:
        super().__init__(titled("Change the response to" if response else "Write down a response to", idea.title))
        self._response = response

    def compose_body(self) -> ComposeResult:
        lines = (
            Content.assemble((f" {key} ", "bold"), " ", type.capitalize().ljust(12), "  ", (what, MUTED))
            for type, key, what, _ in _TYPES
        )
        yield PickList(*map(Option, lines))
        was = self._response
        yield Field("text", "One line", text_line(was.text if was else ""), _who_or_what)
        link = text_line((was.url or "") if was else "", "where it was said, if anywhere")
        yield Field("link", "Link", link, link_or_nothing, note=kept_as, doubt=doubt_link)

    def on_mount(self) -> None:
        # A question is the most frequent.
        type = self._response.type if self._response else "question"
        picks = self.query_one(PickList)
        picks.highlighted = next((n for n, one in enumerate(_TYPES) if one[0] == type), 1)
        if self._response:
            self.go_to("text")
        else:
            self.set_focus(picks)

    def on_option_list_option_highlighted(self) -> None:
        self.query_one("#text", Input).placeholder = _TYPES[self.query_one(PickList).highlighted or 0][3]

    def on_option_list_option_selected(self) -> None:
        self.go_to("text")

    def action_pick(self, type: str) -> None:
        self.query_one(PickList).highlighted = [one[0] for one in _TYPES].index(type)
        self.go_to("text")

    def gather(self) -> tuple[str, str, str]:
        type = _TYPES[self.query_one(PickList).highlighted or 0][0]
        return type, self.field("text").value, self.field("link").value


def _who_or_what(text: str) -> str:
    if not (line := clean_line(text)):
        raise InvalidInput("write who or what it is about")
    return line


class ChannelsScreen(Dialog[None]):
    """Helps to tell about a shared idea; nothing is posted from here."""

    SCREEN = CHANNELS
    history: ScreenHistory

    DEFAULT_CSS = """
    ChannelsScreen > #panel { width: 84; }
    ChannelsScreen PickList { max-height: 8; }
    ChannelsScreen #text { height: auto; padding: 0 1; background: $foreground 7%; }
    ChannelsScreen #preview { height: auto; max-height: 14; margin-top: 1; scrollbar-size-vertical: 1; }
    ChannelsScreen.-low #preview { margin-top: 0; }
    ChannelsScreen #note { height: auto; color: $foreground-muted; }
    ChannelsScreen Input, ChannelsScreen Input:focus { background: $primary 20%; display: none; }
    ChannelsScreen.-asking Input { display: block; }
    """

    def __init__(self, service: Service, idea: Idea) -> None:
        super().__init__(titled("Tell about", idea.title))
        self._service = service
        self._idea = idea
        self.history = ScreenHistory(self, service, self._followed)
        self._texts: list[ShareText] = []
        self._copied = 0
        """How many posts of the thread that is shown were copied."""

    def keys(self) -> Iterable[Key]:
        if self.has_class("-asking"):
            return (("Enter", "mark as done", ""), ("Esc", "cancel", "close"))
        one = self._current() if self.is_mounted else None
        return self.hints_for(
            *(("card.yank",) if one else ()),
            *((("card.open_link", "open page"),) if one and one.compose_url else ()),
            *(("channels.done",) if one else ()),
            ("view.clear", "close"),
            "board.undo",
            "board.help",
        )

    def compose_body(self) -> ComposeResult:
        yield PickList()
        yield Input(placeholder="the link of the post, or nothing")
        yield Static(id="note")
        with VerticalScroll(id="preview"):
            yield Static(id="text")

    def on_mount(self) -> None:
        texts = partial(self._service.sharing.share_texts, self._idea.id)
        if self._service.drafts.take_long:
            attempt_beside(self, texts, self._show_texts)
        else:
            self._show_texts(attempt(self, texts) or [])
        self.set_focus(self.query_one(PickList))

    def _show_texts(self, texts: list[ShareText], at: int = 0) -> None:
        self._texts = texts
        picks = self.query_one(PickList)
        picks.set_options(Option(self._line(one), id=one.channel.key) for one in self._texts)
        picks.highlighted = min(at, len(self._texts) - 1) if self._texts else None

    def _line(self, one: ShareText) -> Content:
        done = bool(self._idea.share and one.channel.key in self._idea.share.channels)
        about = "about " if one.channel.about else ""
        length = f"{about}{one.length} of {one.channel.limit}" if one.channel.limit else f"{one.length}"
        too_long = "" if one.fits else f"  {len(one.thread)} posts" if one.thread else "  too long"
        mark = ("✓ ", "$text-success") if done else ("○ ", MUTED)
        return Content.assemble(
            mark, one.channel.label.ljust(12), (length.rjust(18), MUTED if one.fits else "bold"), (too_long, "bold")
        )

    def on_option_list_option_highlighted(self) -> None:
        one = self._current()
        self._copied = 0
        self.refresh_keys()
        text = "\n\n───\n\n".join(one.thread or (one.text,)) if one else ""
        self.query_one("#text", Static).update(Content("\n".join(map(tame, text.split("\n")))))
        notes = [one.channel.note] if one else []
        if one and one.thread:
            notes.insert(0, f"{keymap_of(self).shown('card.yank')} copies one post after the other")
        if one and not one.compose_url:
            notes.append("no page to open: copy the text")
        self.query_one("#note", Static).update(Content(" · ".join(filter(None, notes))))

    def on_option_list_option_selected(self) -> None:
        self.action_yank()

    def on_input_submitted(self) -> None:
        one = self._current()
        typed = self.query_one(Input).value
        if one is None:
            return
        try:
            url, doubt = link_or_nothing(typed), doubt_link(typed)
        except InvalidInput as error:
            self.query_one("#note", Static).update(Content(f"{error.message}: {error.hint}"))
            return
        done = partial(self._mark_done, one, url)
        if doubt:
            confirm(self, doubt, "Keep it", "Change it", done)
        else:
            done()

    def _mark_done(self, one: ShareText, url: str) -> None:
        shared = Sharing(channels=(one.channel.key,))
        done = self.history.do(lambda: self._service.sharing.share(self._idea.id, shared), say=False)
        if done and url:
            links = Edit(add_links=(Link(url, one.channel.label),))
            self.history.do(lambda: self._service.ideas.edit([self._idea.id], links), say=False)
        self._stop_asking()

    def _current(self) -> ShareText | None:
        at = self.query_one(PickList).highlighted
        return self._texts[at] if at is not None and at < len(self._texts) else None

    def _stop_asking(self) -> None:
        self.remove_class("-asking")
        self.query_one(Input).value = ""
        self.set_focus(self.query_one(PickList))
        self.refresh_keys()

    def action_yank(self) -> None:
        """Copy the text, or the next post of a thread."""
        one = self._current()
        if one and one.thread:
            at = self._copied % len(one.thread)
            self._copied += 1
            copy(self, one.thread[at], f"post {at + 1} of {len(one.thread)} for {one.channel.label}")
        elif one:
            copy(self, one.text, f"the text for {one.channel.label}")

    def action_open(self) -> None:
        """Open the page to post on; where the text is not in it, copy it too."""
        one = self._current()
        if one is None or one.compose_url is None:
            return
        if "{text}" not in one.channel.compose:
            self.action_yank()
        open_link(self, one.compose_url)

    def _followed(self, outcome: Outcome) -> None:
        self._idea = outcome.board.ideas.get(self._idea.id, self._idea)
        self._show_texts(self._texts, self.query_one(PickList).highlighted or 0)
        self.refresh_keys()

    def action_done(self) -> None:
        if self._current() and not self.history.refused:
            self.add_class("-asking")
            self.set_focus(self.query_one(Input))
            self.refresh_keys()

    @property
    def holds_typed(self) -> bool:
        return self.has_class("-asking") and bool(self.query_one(Input).value.strip())

    def action_close(self) -> None:
        if self.holds_typed:
            throw_away(self, self._stop_asking)
        elif self.has_class("-asking"):
            self._stop_asking()
        else:
            self.dismiss(None)
