"""What comes back: every response with its idea, those that wait first, and one key for each thing to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from ideaboard.core.actions import WAITING
from ideaboard.core.clock import age_in_days
from ideaboard.core.ideas import Idea, Response
from ideaboard.core.query import Query, parse_query
from ideaboard.core.text import counted, fold
from ideaboard.service import Outcome, Service
from ideaboard.ui.dialogs.dialog import titled
from ideaboard.ui.drawing.cells import Line, Piece, fit, shorten, tame, width_of
from ideaboard.ui.drawing.prompt import TypedLine
from ideaboard.ui.drawing.rows import LINK
from ideaboard.ui.keymap import Asked, keymap_of
from ideaboard.ui.listing import ListScreen, OpenLine, Paragraph
from ideaboard.ui.telling import ask, ask_until_done, copy, open_link, tell

_TWO_LINES_FROM = 24
_IDEA_SHARE = 0.35
_ROOMY = 40
_AGE = 6
_SIGNS = {"question": "?", "opportunity": "!", "follower": "+"}
_WHAT = (
    "A response is what comes back: somebody follows along, asks a well-researched question, or brings something "
    "of value to both."
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A response and the idea that it is about."""

    idea: Idea
    response: Response

    @property
    def key(self) -> str:
        return f"{self.idea.id} {self.response.id}"

    @property
    def waits(self) -> bool:
        return self.response.waits and self.idea.archived is None

    @property
    def style(self) -> str:
        return "ask" if self.response.type == "question" else "title"

    @property
    def where(self) -> str:
        """The site on which it was said."""
        url = self.response.url or ""
        return tame(urlsplit(url).hostname or "") if url.startswith("http") else ""


class WaitingScreen(ListScreen[Heard]):
    """Lists all responses; gives the id of the idea to go to, or None."""

    TITLE = "Waiting"
    SCREEN = WAITING
    LIST_SHARE = 58
    FILTERS = "responses"
    NO_FIT = "No response fits"

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.heard: dict[str, Heard] = {}
        self._query = Query("")
        self._board_context = service.ideas.context()
        self._texts: dict[str, str] = {}
        self._born: dict[str, Idea] = {}

    def on_mount(self) -> None:
        self.board_changed()

    # Rows

    def board_changed(self) -> None:
        """List all responses anew: those that wait first, each part the newest first."""
        heard = [Heard(idea, response) for idea, response in self.service.sharing.responses()]
        heard.sort(key=lambda one: not one.waits)
        self.heard = {one.key: one for one in heard}
        self._born = {idea.origin.response: idea for idea in self.service.board if idea.origin}
        self._texts.clear()
        self._board_context = self.service.ideas.context()
        self.list_anew()

    def item(self, key: str) -> Heard | None:
        return self.heard.get(key)

    def listed(self) -> Sequence[str]:
        self._query, words = self._read(self.filter)
        return [key for key, one in self.heard.items() if self._passes(one, words)]

    @property
    def total(self) -> int:
        return len(self.heard)

    def _read(self, text: str) -> tuple[Query, list[str]]:
        """Divide a filter into what is asked of the idea, as on the board, and words of the response or the idea."""
        tokens = text.split()
        fields = [token for token in tokens if ":" in token or token[:1] in "#-"]
        return parse_query(" ".join(fields), self.service.workflow), [
            fold(token) for token in tokens if token not in fields
        ]

    def _passes(self, one: Heard, words: Sequence[str]) -> bool:
        if words:
            text = self._texts.get(one.key)
            if text is None:
                response, state = one.response, "waits waiting" if one.waits else "answered"
                said = (response.type, response.text, response.reply, response.url or "", one.idea.title, state)
                text = self._texts[one.key] = fold(" ".join(said))
            if not all(word in text for word in words):
                return False
        return all(predicate(one.idea, self._board_context) for predicate in self._query.predicates)

    def nothing(self) -> Sequence[Piece]:
        key = keymap_of(self).shown("card.add")
        how = f"{key} writes one down: the idea that it is about, what kind it is, and one line."
        last = "Questions and opportunities wait here until they are answered."
        return [("No responses yet.", "name"), (_WHAT, "title"), (how, "quiet"), (last, "quiet")]

    def place_preview(self) -> None:
        super().place_preview()
        lines = 2 if self.place == "beside" and self.size.height >= _TWO_LINES_FROM else 1
        if self.rows.row_lines != lines:
            self.rows.row_lines = lines
            self.rows.redraw()

    def draw_item(self, one: Heard, width: int) -> Sequence[Line]:
        response, waits = one.response, one.waits
        sign: Piece = (f"{_SIGNS.get(response.type, '-')} ", one.style)
        days = age_in_days(response.at, self.service.clock())
        age = f"{days}d" if days else "today"
        title = tame(one.idea.title)
        if self.rows.row_lines == 1:
            age = age.rjust(_AGE)
            room = width - 2 - width_of(age)
            about = int(room * _IDEA_SHARE) if room > _ROOMY else 0
            said = fit(shorten(tame(response.text), room - about - 2), room - about - 2)
            right = f"  {fit(shorten(title, about), about)}{age}"
            return ((sign if waits else (sign[0], "quiet"), (said, "title" if waits else "quiet"), (right, "quiet")),)
        first: Line = (
            sign if waits else (sign[0], "quiet"),
            (shorten(tame(response.text), width - 2), "title" if waits else "quiet"),
        )
        state = response.type if waits or not response.answered else f"{response.type}, answered"
        tail = "  ".join(filter(None, (one.where, age)))
        room = width - 4 - width_of(tail)
        left = shorten(f"{state} · {title}", room)
        blank = " " * max(width - 2 - width_of(left) - width_of(tail), 1)
        return first, (("  ", "quiet"), (f"{left}{blank}{tail}", "quiet"))

    # The preview

    def draw_preview(self, one: Heard, width: int) -> Iterator[Paragraph]:
        del width
        response, idea = one.response, one.idea
        workflow, now = self.service.workflow, self.service.clock()

        def ago(moment: str) -> str:
            days = age_in_days(moment, now)
            return f"{counted(days, 'day')} ago" if days else "today"

        yield [(response.text, "name")]
        state = f", answered {ago(response.answered)}" if response.answered else ", waits" if one.waits else ""
        yield [(f"{response.type}, {ago(response.at)}{state}", one.style if one.waits else "quiet")]
        if response.url:
            yield [(response.url, LINK + response.url)]
        if response.reply:
            yield [("answered: ", "quiet"), (response.reply, "good")]
        if born := self._born.get(response.id):
            where = born.archived.because if born.archived else workflow.stage_label(born.stage)
            yield [("became ", "quiet"), (born.title, "title"), (f" · {where}", "quiet")]
        yield ()
        yield [(idea.title, "strong")]
        stage = f"archived, {idea.archived.because}" if idea.archived else workflow.stage_label(idea.stage)
        yield [(workflow.kind_label(idea.kind), f"kind:{idea.kind}"), (f" · {stage}", "quiet")]
        if share := idea.share:
            if share.summary:
                yield [(share.summary, "title")]
            if share.url:
                yield [(share.url, LINK + share.url)]
        others = len(idea.responses) - 1
        if others:
            yield [(f"{counted(others, 'other response')} to it", "quiet")]

    # The lines around

    def headline(self) -> Sequence[Piece]:
        questions, opportunities = self.service.board.waiting
        waiting = [counted(questions, "question")] if questions else []
        waiting += [counted(opportunities, "opportunity", "opportunities")] if opportunities else []
        said = f"{', '.join(waiting)} to answer" if waiting else "all answered" if self.heard else ""
        return [*self.counted("Waiting", "no response fits" if self.heard else "nothing yet"), (said, "ask")]

    def filter_said(self) -> str:
        return self._query.problems[0] if self._query.problems else f"{len(self.rows.keys):,}"

    def offered(self) -> Iterator[Asked]:
        one = self.current
        if one is None:
            yield "card.add"
            if self.heard:
                yield "view.filter"
            yield "board.undo"
            return
        if one.response.type != "follower":
            yield "waiting.answer", "waits again" if one.response.answered else "answer"
            if not one.response.answered:
                yield "waiting.done"
        if one.response.id not in self._born:
            yield "detail.take"
        if one.response.url:
            yield "card.open_link"
        yield from self.tab
        yield from ("card.add", "card.edit", ("waiting.idea", "its idea"), "view.filter", "card.yank", "board.undo")

    # One key each

    def action_answer(self) -> None:
        """Ask what was answered; an answered one waits again."""
        one = self._answerable()
        if one is None or self.history.refused:
            return
        if one.response.answered:
            self._turn_answered(one)
            return

        def answered(reply: str | None) -> bool:
            return reply is None or self._answer(one, reply.strip())

        before = one.response.reply
        hints = (("Enter", "answered", ""), ("Esc", "cancel", ""))
        asked, line, said = (one.response.text, "ask"), TypedLine(before), "may stay empty"
        self.open_line(OpenLine("What was answered", line, hints, answered, said=said, below=asked, before=before))

    def action_done(self) -> None:
        """Mark as answered without a word, or not any more."""
        if one := self._answerable():
            self._turn_answered(one)

    def _answerable(self) -> Heard | None:
        one = self.current
        if one is None:
            tell(self, "There is no response here")
        elif one.response.type == "follower":
            tell(self, "Who follows along waits for no answer")
            return None
        return one

    def _answer(self, one: Heard, reply: str) -> bool:
        """Keep what was answered; when that is refused, it stays typed."""
        now = self.heard.get(one.key)
        if not reply and now is not None and now.response.answered:
            tell(self, "It was answered meanwhile")  # it must not wait again by that
            return True
        return self._turn_answered(one, reply) or not reply

    def _turn_answered(self, one: Heard, reply: str = "") -> bool:
        """Turn it; when it leaves those that wait, the cursor goes on to the next of them. Tell whether it was done."""
        at = self.rows.index
        after = self.rows.keys[at + 1] if at + 1 < len(self.rows.keys) else None
        outcome = self.act(lambda: self.service.sharing.answer(one.response.id, reply))
        if outcome and one.waits and self.rows.current == one.key:
            self.go_to(after)
        return outcome is not None

    def turn(self, turn: Callable[[], Outcome]) -> Outcome | None:
        """Take back or do again, and go to the response that this is about."""
        before = {key: one.response for key, one in self.heard.items()}
        outcome = super().turn(turn)
        changed = [key for key, one in self.heard.items() if before.get(key) != one.response]
        if len(changed) == 1:
            self.go_to(changed[0])
        return outcome

    def action_take(self) -> None:
        """Make it the next idea, once."""
        one = self.current
        if one is None:
            return
        if born := self._born.get(one.response.id):
            where = born.archived.because if born.archived else self.service.workflow.stage_label(born.stage)
            tell(self, f"It has become '{born.title}' already: {where}")
            return

        def take() -> Outcome:
            outcome = self.service.sharing.idea_from_response(one.response.id)
            stage = self.service.workflow.stage_label(outcome.ideas[0].stage)
            return outcome._replace(said=f"{outcome.said} to {stage}")

        self.act(take)

    def action_open(self) -> None:
        if one := self.current:
            url = one.response.url
            if url:
                open_link(self, url)
            else:
                tell(self, f"It has no link; {keymap_of(self).shown('card.edit')} adds one")

    def action_add(self) -> None:
        """Write down a response to an idea that is asked for, that of the row first."""
        from ideaboard.ui.dialogs.ideas import IdeaPicker

        first = self.current.idea.id if self.current else ""
        if not self.history.refused:
            ask(self, IdeaPicker("Write down a response to", self.service.board, first), self._add_to)

    def action_response(self) -> None:
        """Write down another response to the idea of the row."""
        if one := self.current:
            self._add_to(one.idea.id)

    def _add_to(self, id: str) -> None:
        from ideaboard.ui.dialogs.share import ResponseScreen

        def respond(answer: tuple[str, str, str]) -> Outcome | None:
            return self.act(lambda: self.service.sharing.respond(id, *answer))

        def go_to(outcome: Outcome) -> None:
            if outcome.ideas:
                self.go_to(Heard(outcome.ideas[0], outcome.ideas[0].responses[-1]).key)

        idea = self.service.board.ideas.get(id)
        if idea and not self.history.refused:
            ask_until_done(self, ResponseScreen(idea), respond, go_to)

    def action_edit(self) -> None:
        one = self.current
        if one is None or self.history.refused:
            return
        from ideaboard.ui.dialogs.share import ResponseScreen

        def edit(answer: tuple[str, str, str]) -> Outcome | None:
            return self.act(lambda: self.service.sharing.edit_response(one.response.id, *answer))

        ask_until_done(self, ResponseScreen(one.idea, one.response), edit)

    def action_yank(self) -> None:
        one = self.current
        if one is None:
            return
        from ideaboard.ui.dialogs.pickers import Choice, Picker, markdown_link

        text, url = one.response.text, one.response.url
        if not url:
            copy(self, text)
            return
        choices = (
            Choice(text, "Text", text, ("t",)),
            Choice(url, "Link", url, ("l",)),
            Choice(markdown_link(text, url), "Markdown link", "", ("m",)),
        )
        ask(self, Picker(titled("Copy", text), choices), partial(copy, self))

    def action_idea(self) -> None:
        """Go to its idea on the board."""
        if one := self.current:
            self.action_leave(one.idea.id)

    def choose(self) -> None:
        self.action_answer()
