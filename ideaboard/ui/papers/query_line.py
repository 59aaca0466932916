"""The query line of the search screen: typing, earlier searches, and what arXiv will be sent, shown as it is typed."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from ideaboard.core.text import clean_line, counted
from ideaboard.errors import InvalidInput
from ideaboard.intake.papers import papers_in
from ideaboard.papers.arxiv.answers import Order
from ideaboard.papers.identifiers import ArxivId, find_ids
from ideaboard.service import Service
from ideaboard.service.arxiv import SearchOptions
from ideaboard.ui.drawing.cells import Piece, shorten, tame, width_of
from ideaboard.ui.drawing.prompt import LIMIT, Fed, TypedLine, draw_prompt
from ideaboard.ui.papers.asking import Question

ORDERS: dict[Order, str] = {"relevance": "best first", "submitted": "newest first", "updated": "latest change first"}
_EXAMPLE = 'words  "a phrase"  -not  OR  title:  author:  cat:cs.LG  since:2024  or paste ids and links'


class QueryLine:
    """The words and the options of a search, as a person types them; papers whose ids are known are marked so."""

    def __init__(self, service: Service, is_known: Callable[[str], bool]) -> None:
        self._service = service
        self._is_known = is_known
        self.line = TypedLine()
        self.typing = True
        """Whether keys go into the line, where the cursor blinks then."""
        self.sent = False
        """Whether nothing was typed since the line was sent: only then may an answer take the keys to the list."""
        self.options = SearchOptions()
        self._before_raw: tuple[str, SearchOptions] | None = None
        self._pasted: tuple[str, tuple[ArxivId, ...]] = ("", ())
        self._history_at = 0
        """How many searches back; 0 is what is being typed."""
        self._unsent = ""

    # Typing

    def open(self) -> None:
        """Take the keys until the person sends the line or goes away."""
        self.typing, self.sent = True, False

    def close(self, words: str | None = None) -> None:
        """Leave the keys to the list, with other words in the line if there are some."""
        self.typing = False
        if words is not None:
            self.put(words)

    def put(self, words: str) -> None:
        self.line = TypedLine(words)

    def feed(self, event: events.Key) -> Fed:
        """Type a key; earlier searches come with the arrows."""
        fed = self.line.feed(event)
        if fed in (Fed.UP, Fed.DOWN):
            self._go_back(1 if fed is Fed.UP else -1)
            fed = Fed.EDITED
        elif fed is Fed.EDITED:
            self._edited()
        return fed

    def paste(self, text: str) -> bool:
        """Take pasted text in; of a text with arXiv ids in it only these; tell whether there are some."""
        self.open()
        ids = papers_in(text).ids
        if ids:
            words = " ".join(map(str, ids))
            self.put(words[:LIMIT].rpartition(" ")[0] if len(words) > LIMIT else words)
            self._pasted = (self.line.text, ids)
        else:
            self.line.insert(text)
        self._edited()
        return bool(ids)

    def _edited(self) -> None:
        self._history_at = 0
        self._before_raw = None
        self.sent = False

    def _go_back(self, step: int) -> None:
        known = self._service.searches.all()
        at = min(max(self._history_at + step, 0), len(known))
        if at == self._history_at:
            return
        if self._history_at == 0:
            self._unsent = self.line.text
        self._history_at = at
        self.sent = False
        self.put(known[-at] if at else self._unsent)

    # What it asks for

    def question(self) -> Question:
        text = self.line.text.strip()
        if text.startswith("="):
            return Question(text, self.options)
        pasted, ids = self._pasted
        return Question(text, self.options, ids if text and text == pasted else tuple(find_ids(text)))

    def send(self) -> Question | None:
        """Return what is asked for; None, with the keys in the line, when it cannot be understood."""
        question = self.question()
        if not question.ids:
            try:
                self._service.arxiv.compile(question.words, question.options)
            except InvalidInput:
                self.open()
                return None
        self._history_at = 0
        self.sent = True
        return question

    def turn_raw(self) -> None:
        """Edit the query in arXiv's own language, or go back to the words that it was made of."""
        if self._before_raw is not None:
            words, self.options = self._before_raw
            self._before_raw = None
            self.put(words)
        elif not self.line.text.lstrip().startswith("="):
            try:
                compiled = self._service.arxiv.compile(self.line.text, self.options).text
            except InvalidInput:
                compiled = ""
            self._before_raw = (self.line.text, self.options)
            # Categories and dates are in the compiled text already.
            self.options = SearchOptions(sort=self.options.sort)
            self.put(f"={compiled}")
        self.open()

    # Drawing

    def draw(self, width: int, read_as: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...], int]:
        """Draw the line, and below it what is sent, or what is wrong and where; return also the cell of the cursor.

        `read_as` is how arXiv read the last question, when that differs from what was sent.
        """
        line, caret = draw_prompt("arXiv", self.line, self._options_said(), width)
        if not self.typing:
            line = tuple((text, "input" if name == "caret" else name) for text, name in line)
        return line, self._below(width, caret, read_as), caret

    def _options_said(self) -> tuple[Piece, ...]:
        options = self.options
        parts = [ORDERS[options.sort]]
        if options.categories:
            more = f" +{len(options.categories) - 1}" if len(options.categories) > 1 else ""
            parts.append(options.categories[0] + more)
        if options.since:
            parts.append(f"last {options.since}")
        return ((" · ".join(parts), "quiet"),)

    def _below(self, width: int, caret: int, read_as: str) -> tuple[Piece, ...]:
        question = self.question()
        if question.ids:
            names = " ".join(f"{id} (known)" if self._is_known(id.id) else str(id) for id in question.ids[:20])
            return ((shorten(tame(f" look up {counted(len(question.ids), 'paper')}: {names}"), width), "good"),)
        if read_as and not self.typing:
            return ((shorten(tame(f" arXiv read this as {read_as}"), width), "warm"),)
        if not question.words and not question.options.categories and not question.options.since:
            return ((shorten(f" {_EXAMPLE}", width), "quiet"),)
        try:
            compiled = self._service.arxiv.compile(question.words, question.options)
        except InvalidInput as error:
            return self._complaint(error, width, caret)
        notes = "".join(f"  ({note})" for note in compiled.notes)
        return ((shorten(tame(f" {compiled.text}{notes}"), width), "quiet"),)

    def _complaint(self, error: InvalidInput, width: int, caret: int) -> tuple[Piece, ...]:
        """Say what is wrong, with a mark below the place."""
        said = tame(clean_line(f"{error.message}; {error.hint}" if error.hint else error.message))
        position = getattr(error, "position", None)
        if position is None:
            return ((shorten(f" {said}", width), "warm"),)
        text, cursor = self.line.text, self.line.cursor
        low, high = sorted((min(position, len(text)), cursor))
        cells = width_of(tame(text[low:high]))
        at = min(max(caret - cells if position < cursor else caret + cells, 1), width - 2)
        if width - at - 2 >= min(width_of(said), 24):
            return ((" " * at, "quiet"), ("^ ", "hot"), (shorten(said, width - at - 2), "warm"))
        shown = shorten(said, at - 1)
        return ((" " * (at - 1 - width_of(shown)), "quiet"), (shown, "warm"), (" ^", "hot"))
