"""What comes from outside onto the open board: from the inbox folder, and from the other side of a git repository.

Both are waited for beside the board, which goes on meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ideaboard.errors import IdeaboardError
from ideaboard.ui.beside import attempt_beside
from ideaboard.ui.board.picture import BoardPicture
from ideaboard.ui.keymap import keymap_of
from ideaboard.ui.telling import in_keys, sentence, tell_error

if TYPE_CHECKING:
    from ideaboard.service.inbox import InboxResult, Reading
    from ideaboard.service.sync import Synced


def look_into_inbox(picture: BoardPicture, *, asked: bool) -> None:
    """Take in what lies in the inbox folder, and say what came; unless somebody asked, nothing is no news, nor is what
    could not be read before.
    """
    service, screen = picture.state.service, picture.screen

    def read(reading: Reading) -> None:
        try:
            service.inbox.take_in(reading)
        except IdeaboardError as error:
            reading.release()
            tell_error(screen, error)
            return
        picture.show_board()
        service.inbox.leave_out_said(reading, again=asked)
        attempt_beside(screen, lambda: service.inbox.put_away(reading), say)

    def say(result: InboxResult) -> None:
        from ideaboard.service.inbox import in_words

        if said := in_words(result):
            picture.tell(sentence(in_keys(said, keymap_of(screen))), warning=bool(result.failed))
        elif asked:
            picture.tell("There is nothing new in the inbox folder")

    attempt_beside(screen, lambda: service.inbox.read(), read)


def sync(picture: BoardPicture) -> None:
    """Bring the board in step with its other copies, and say what came and went."""

    def say(synced: Synced) -> None:
        from ideaboard.service.sync import in_words

        remarks = [in_keys(one, keymap_of(picture.screen)) for one in synced.remarks]
        picture.tell("; ".join([sentence(in_words(synced)[0]), in_words(synced)[1], *remarks]))

    picture.tell("Syncing…")
    attempt_beside(picture.screen, lambda: picture.state.service.sync.run(), say)
