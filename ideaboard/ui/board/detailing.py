"""The detail beside the board, or over it where there is no room, and what its keys ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ideaboard.ui.board.base import BoardBase
    from ideaboard.ui.detail.pane import DetailPane
else:
    # Each further class of screen would cost Textual two milliseconds at every start.
    BoardBase = object

BESIDE_FROM = 96
"""From this width on, in cells, the detail stands beside the board."""
_SHARE = 0.42
_LEAST, _MOST = 44, 84


class DetailActions(BoardBase):
    """Opens, places and closes the detail."""

    @property
    def detail_is_open(self) -> bool:
        """Whether the detail is shown."""
        return self.detail is not None and bool(self.detail.display)

    def action_card_open(self) -> None:
        """Show everything about the idea; once it is shown, go into it."""
        if self.current is None:
            self.say_empty()
            return
        opened = self.detail_is_open
        detail = self._detail()
        detail.display = True
        self.place_detail()
        detail.show(self.current)
        if opened or not self.view.display:
            self.set_focus(detail)

    def _detail(self) -> DetailPane:
        """Return the pane; it is made when it is first wanted, since most sessions start with a look at the board."""
        if self.detail is None:
            from ideaboard.ui.detail.pane import DetailPane

            self.detail = DetailPane(self.service, self.inks)
            self.middle.mount(self.detail)
        return self.detail

    def place_detail(self) -> None:
        """Put the open detail beside the board when there is room, else over it."""
        detail = self.detail
        if detail is None or not detail.display:
            return
        width = self.size.width
        beside = width >= BESIDE_FROM
        detail.styles.width = min(max(int(width * _SHARE), _LEAST), _MOST) if beside else "1fr"
        if self.view.display != beside:
            self.view.display = beside
            self.set_focus(None if beside else detail)

    def close_detail(self) -> None:
        """Close the detail."""
        if self.detail is not None:
            self.set_focus(None)
            self.detail.display = False
            self.view.display = True

    def on_descendant_focus(self) -> None:
        """Show the keys of the detail while it has the focus."""
        self.show_footer()

    def on_descendant_blur(self) -> None:
        """Show the keys of the board again."""
        self.show_footer()

    def on_detail_pane_closed(self) -> None:
        """Go back to the board; a detail that covers it closes."""
        if self.view.display:
            self.set_focus(None)
        else:
            self.close_detail()

    def on_detail_pane_link_opened(self, event: DetailPane.LinkOpened) -> None:
        """Open a link in the browser."""
        self.attempt(lambda: self.app.open_link(event.url))

    def on_detail_pane_yanked(self, event: DetailPane.Yanked) -> None:
        """Copy a text."""
        self.copy(event.text)

    def on_detail_pane_yank_asked(self) -> None:
        """Pick what to copy."""
        self.action_card_yank()

    def on_detail_pane_point_ticked(self, event: DetailPane.PointTicked) -> None:
        """Tick a point of the checklist."""
        self.act(lambda: self.service.ideas.tick(event.idea.id, event.point))

    def on_detail_pane_response_answered(self, event: DetailPane.ResponseAnswered) -> None:
        """Say that a response was answered, or that it was not."""
        self.act(lambda: self.service.sharing.answer(event.response_id), say=True)

    def on_detail_pane_response_taken(self, event: DetailPane.ResponseTaken) -> None:
        """Make a response the next idea."""
        self.act(lambda: self.service.sharing.idea_from_response(event.response_id), say=True)
