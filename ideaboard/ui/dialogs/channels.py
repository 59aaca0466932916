"""What to post where: a line for each channel with its length, its text to copy, its page to open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from ideaboard.core.changes import Edit, Sharing
from ideaboard.core.ideas import Idea, Link
from ideaboard.core.links import clean_url
from ideaboard.errors import InvalidInput
from ideaboard.ui.dialogs.dialog import MUTED, Dialog, Key
from ideaboard.ui.dialogs.lists import PickList
from ideaboard.ui.drawing.cells import tame
from ideaboard.ui.telling import attempt

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ideaboard.publish.share_texts import ShareText
    from ideaboard.service import Service


class ChannelsScreen(Dialog[None]):
    """Helps to tell about a shared idea; nothing is posted from here.

    Args:
        service: makes the texts, and keeps where it was told.
        idea: the idea, shared already.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,y", "copy", "Copy", show=False),
        Binding("o", "open", "Open the page", show=False),
        Binding("x", "done", "Mark as done", show=False),
        Binding("escape,q", "close", "Close", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | c, y, enter | Copy the text. |
    | o | Open the channel's page to post on. |
    | x | Mark as done, with the link of the post. |
    | escape | Close. |
    """

    DEFAULT_CSS = """
    ChannelsScreen > #panel { width: 84; }
    ChannelsScreen PickList { max-height: 8; }
    ChannelsScreen #text { height: auto; padding: 0 1; background: $foreground 7%; }
    ChannelsScreen #preview { height: auto; max-height: 14; margin-top: 1; scrollbar-size-vertical: 1; }
    ChannelsScreen.-low #preview { margin-top: 0; }
    ChannelsScreen #note { height: auto; color: $foreground-muted; }
    ChannelsScreen Input, ChannelsScreen Input:focus {
        border: none; height: 1; padding: 0 1; background: $primary 20%; display: none;
    }
    ChannelsScreen.-asking Input { display: block; }
    """

    def __init__(self, service: Service, idea: Idea) -> None:
        super().__init__()
        self._service = service
        self._idea = idea
        self._texts: list[ShareText] = []

    def dialog_title(self) -> Content:
        """What to tell about."""
        return Content.assemble("Tell about  ", (self._idea.title, "not bold"))

    def keys(self) -> Iterable[Key]:
        """What works now."""
        if self.has_class("-asking"):
            return (("Enter", "mark as done", ""), ("Esc", "cancel", "close"))
        return (("c", "copy", "copy"), ("o", "open page", "open"), ("x", "done", "done"), ("Esc", "close", "close"))

    def compose_body(self) -> ComposeResult:
        """The channels, the text, and the line for the link of a post."""
        yield PickList()
        yield Input(placeholder="the link of the post, or nothing")
        with VerticalScroll(id="preview"):
            yield Static(id="text")
        yield Static(id="note")

    def on_mount(self) -> None:
        """List the channels."""
        self._texts = attempt(self, lambda: self._service.sharing.share_texts(self._idea.id)) or []
        self._list(0)
        self.query_one(PickList).focus()

    def _list(self, at: int) -> None:
        picks = self.query_one(PickList)
        picks.set_options(Option(self._line(one), id=one.channel.key) for one in self._texts)
        picks.highlighted = min(at, len(self._texts) - 1) if self._texts else None

    def _line(self, one: ShareText) -> Content:
        done = bool(self._idea.share and one.channel.key in self._idea.share.channels)
        about = "about " if one.channel.about else ""
        length = f"{about}{one.length} of {one.channel.limit}" if one.channel.limit else f"{one.length}"
        too_long = "" if one.fits else "  too long"
        mark = ("✓ ", "$text-success") if done else ("○ ", MUTED)
        return Content.assemble(
            mark, one.channel.label.ljust(12), (length.rjust(18), MUTED if one.fits else "bold"), (too_long, "bold")
        )

    def on_option_list_option_highlighted(self) -> None:
        """Show the text of the channel."""
        one = self._current()
        text = "\n".join(map(tame, one.text.split("\n"))) if one else ""
        self.query_one("#text", Static).update(Content(text))
        notes = [one.channel.note, "" if one.compose_url else "no page to open: copy the text"] if one else []
        self.query_one("#note", Static).update(Content(" · ".join(note for note in notes if note)))

    def on_option_list_option_selected(self) -> None:
        """Copy by Enter or a click."""
        self.action_copy()

    def on_input_submitted(self) -> None:
        """Mark as done with the link that was typed."""
        one = self._current()
        typed = self.query_one(Input).value.strip()
        if one is None:
            return
        try:
            url = clean_url(typed) if typed else ""
        except InvalidInput as error:
            self.query_one("#note", Static).update(Content(f"{error.message}: {error.hint}"))
            return
        shared = Sharing(channels=(one.channel.key,))
        outcome = attempt(self, lambda: self._service.sharing.share(self._idea.id, shared))
        if outcome is not None and url:
            links = Edit(add_links=(Link(url, one.channel.label),))
            outcome = attempt(self, lambda: self._service.ideas.edit([self._idea.id], links))
        if outcome is not None:
            self._idea = outcome.board.ideas.get(self._idea.id, self._idea)
        self._stop_asking()
        self._list(self._texts.index(one))

    def _current(self) -> ShareText | None:
        at = self.query_one(PickList).highlighted
        return self._texts[at] if at is not None and at < len(self._texts) else None

    def _stop_asking(self) -> None:
        self.remove_class("-asking")
        self.query_one(Input).value = ""
        self.query_one(PickList).focus()
        self.refresh_keys()

    def action_copy(self) -> None:
        """Copy the text of the channel."""
        if one := self._current():
            self.app.copy_to_clipboard(one.text)
            self.notify(f"Copied the text for {one.channel.label}", timeout=3, markup=False)

    def action_open(self) -> None:
        """Open the page to post on; where the text is not in it, copy it too."""
        one = self._current()
        if one is None or one.compose_url is None:
            return
        if "{text}" not in one.channel.compose:
            self.action_copy()
        url = one.compose_url
        attempt(self, lambda: self._open(url))

    def _open(self, url: str) -> None:
        from ideaboard.ui.external import open_link

        open_link(url)

    def action_done(self) -> None:
        """Ask for the link of the post."""
        if self._current():
            self.add_class("-asking")
            self.query_one(Input).focus()
            self.refresh_keys()

    def closes_by_click(self) -> bool:
        """A click beside the panel only closes while no link is asked for."""
        return not self.has_class("-asking")

    def action_close(self) -> None:
        """Ask for no link any more, or close."""
        if self.has_class("-asking"):
            self._stop_asking()
        else:
            self.dismiss(None)
