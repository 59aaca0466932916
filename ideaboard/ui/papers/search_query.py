"""The query line of the search screen: typing, earlier searches, and what arXiv will be sent, shown as it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.geometry import Offset

from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput
from ideaboard.papers.identifiers import ArxivId, find_ids
from ideaboard.service.arxiv import SearchOptions
from ideaboard.ui.drawing.cells import Piece, shorten, tame, width_of
from ideaboard.ui.drawing.prompt import LIMIT, TypedLine, draw_prompt
from ideaboard.ui.papers.search_asking import AskingScreen, Question

if TYPE_CHECKING:
    from textual import events

    from ideaboard.service import Service

ORDERS = {"relevance": "best first", "submitted": "newest first", "updated": "latest change first"}
_EXAMPLE = 'words  "a phrase"  -not  OR  title:  author:  cat:cs.LG  since:2024  or paste ids and links'


class QueryScreen(AskingScreen):
    """Types the query and compiles it."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.editor = TypedLine()
        self.typing = True
        self.options = SearchOptions()
        self.words_before_raw: tuple[str, SearchOptions] | None = None
        self._pasted: tuple[str, tuple[ArxivId, ...]] = ("", ())
        self._history_at = 0
        """How many searches back; 0 is what is being typed."""
        self._unsent = ""

    # Typing

    def on_key(self, event: events.Key) -> None:
        """Feed the line while it is typed in; other keys are left to the bindings."""
        if not self.typing:
            return
        event.stop()
        event.prevent_default()
        if event.key == "enter":
            self.submit()
        elif event.key in ("escape", "ctrl+c"):
            self.escape_query()
        elif event.key in ("up", "down"):
            self._go_back(1 if event.key == "up" else -1)
        elif event.key == "tab":
            self.type_query(on=False)
        elif self.editor.press(event.key):
            self._typed()
        elif event.character is not None and event.is_printable:
            self.editor.insert(event.character)
            self._typed()

    def on_paste(self, event: events.Paste) -> None:
        """Take pasted text in; of a text with arXiv ids in it only these, and they are looked up."""
        event.stop()
        self.type_query(on=True)
        ids = tuple(find_ids(event.text))
        if not ids:
            self.editor.insert(event.text)
            self._typed()
            return
        words = " ".join(map(str, ids))
        self.editor = TypedLine(words[:LIMIT].rpartition(" ")[0] if len(words) > LIMIT else words)
        self._pasted = (self.editor.text, ids)
        self._typed()
        self.submit()

    def _typed(self) -> None:
        self._history_at = 0
        self.words_before_raw = None
        self.show_top()

    def _go_back(self, step: int) -> None:
        """Bring an earlier search back, or a later one."""
        known = self.service.searches.all()
        at = min(max(self._history_at + step, 0), len(known))
        if at == self._history_at:
            return
        if self._history_at == 0:
            self._unsent = self.editor.text
        self._history_at = at
        self.editor = TypedLine(known[-at] if at else self._unsent)
        self.show_top()

    def type_query(self, *, on: bool) -> None:
        """Put the keys into the line, or back to the list."""
        self.typing = on
        self.refresh_all()

    def escape_query(self) -> None:
        """Stop asking; else go back to the list; without one, to the board."""
        if self.asking:
            self.stop()
        elif self.found:
            self.editor = TypedLine(self.question.words if self.question else "")
            self.type_query(on=False)
        else:
            self.action_leave()

    def action_query(self) -> None:
        """Type in the query line."""
        self.type_query(on=True)

    def submit(self) -> None:
        """Ask for what the line says, unless it cannot be understood: then it is said where."""
        question = self.question_typed()
        if not question.ids:
            try:
                self.service.arxiv.compile(question.words, question.options)
            except InvalidInput:
                self.type_query(on=True)
                return
        self._history_at = 0
        self.typing = False
        self.ask(question)
        self.refresh_all()

    def question_typed(self) -> Question:
        """Return what the line and the options ask for."""
        text = self.editor.text.strip()
        if text.startswith("="):
            return Question(text, self.options)
        pasted, ids = self._pasted
        found = ids if text and text == pasted else tuple(find_ids(text))
        return Question(text, self.options, found)

    # Raw mode

    def action_raw(self) -> None:
        """Edit the query in arXiv's own language, or go back to the words that it was made of."""
        if self.words_before_raw is not None:
            words, self.options = self.words_before_raw
            self.words_before_raw = None
            self.editor = TypedLine(words)
        elif not self.editor.text.lstrip().startswith("="):
            try:
                compiled = self.service.arxiv.compile(self.editor.text, self.options).text
            except InvalidInput:
                compiled = ""
            before = (self.editor.text, self.options)
            # Categories and dates are in the compiled text already.
            self.options = SearchOptions(sort=self.options.sort)
            self.editor = TypedLine(f"={compiled}")
            self.words_before_raw = before
        self.type_query(on=True)

    # Drawing

    def draw_query(self, width: int) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """Draw the line, and below it what is sent, or what is wrong and where."""
        line, caret = draw_prompt("arXiv", self.editor, self._options_said(), width)
        if self.typing:
            x, y = self.top.region.offset
            self.app.cursor_position = Offset(x + caret, y)
        else:
            line = tuple((text, "input" if name == "caret" else name) for text, name in line)
        return line, self._below(width, caret)

    def _options_said(self) -> tuple[Piece, ...]:
        options = self.options
        parts = [ORDERS[options.sort]]
        if options.categories:
            more = f" +{len(options.categories) - 1}" if len(options.categories) > 1 else ""
            parts.append(options.categories[0] + more)
        if options.since:
            parts.append(f"last {options.since}")
        return ((" · ".join(parts), "quiet"),)

    def _below(self, width: int, caret: int) -> tuple[Piece, ...]:
        question = self.question_typed()
        if question.ids:
            names = " ".join(self._id_said(id) for id in question.ids[:20])
            count = f"{len(question.ids)} papers" if len(question.ids) > 1 else "1 paper"
            return ((shorten(tame(f" look up {count}: {names}"), width), "good"),)
        first = self.first_result
        if first and first.differs and not self.typing:
            return ((shorten(tame(f" arXiv read this as {first.read_as}"), width), "warm"),)
        if not question.words and not question.options.categories and not question.options.since:
            return ((shorten(f" {_EXAMPLE}", width), "quiet"),)
        try:
            compiled = self.service.arxiv.compile(question.words, question.options)
        except InvalidInput as error:
            return self._complaint(error, width, caret)
        notes = "".join(f"  ({note})" for note in compiled.notes)
        return ((shorten(tame(f" {compiled.text}{notes}"), width), "quiet"),)

    def _id_said(self, id: ArxivId) -> str:
        return f"{id} (known)" if self.idea_id_of(id.id) else str(id)

    def idea_id_of(self, arxiv_id: str) -> str | None:
        """Return the id of the idea that is about a paper."""
        raise NotImplementedError

    def _complaint(self, error: InvalidInput, width: int, caret: int) -> tuple[Piece, ...]:
        """Say what is wrong, with a mark below the place."""
        said = tame(clean_line(f"{error.message}; {error.hint}" if error.hint else error.message))
        position = getattr(error, "position", None)
        if position is None:
            return ((shorten(f" {said}", width), "warm"),)
        text, cursor = self.editor.text, self.editor.cursor
        low, high = sorted((min(position, len(text)), cursor))
        cells = width_of(tame(text[low:high]))
        at = min(max(caret - cells if position < cursor else caret + cells, 1), width - 2)
        if width - at - 2 >= min(width_of(said), 24):
            return ((" " * at, "quiet"), ("^ ", "hot"), (shorten(said, width - at - 2), "warm"))
        shown = shorten(said, at - 1)
        return ((" " * (at - 1 - width_of(shown)), "quiet"), (shown, "warm"), (" ^", "hot"))

    def options_changed(self, options: SearchOptions) -> None:
        """Search again with other options, if there was a search; else only show them."""
        if options == self.options:
            return
        self.options = options
        if self.question is not None and not self.question.ids and not self.typing:
            like = self.question.like
            words = self.question.words
            self.ask(Question(words, replace(options), like=like if options.sort == "relevance" else None))
        self.refresh_all()
