"""Taking everything out, and in.

An import is read, shown (`preview`) and done (`apply`): the first two change nothing. It is one step for undo, and may
be repeated: what is there already is left alone, but for ideas of our own that are newer in the file, and papers that
are known by their names alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ideaboard import files
from ideaboard.core.board import Board
from ideaboard.core.changes import Change, put
from ideaboard.core.clock import moment
from ideaboard.core.documents import cleaned_idea, cleaned_value, idea_from_document, idea_to_document
from ideaboard.core.ideas import Idea, Step
from ideaboard.core.ranks import fresh_ranks
from ideaboard.core.text import clean_tags, counted
from ideaboard.errors import IdeaboardError, InvalidInput
from ideaboard.intake import SIZE_LIMIT
from ideaboard.service.session import IDEAS, Label, Session
from ideaboard.storage.ids import decode_id

if TYPE_CHECKING:
    from ideaboard.intake.cards import Imported
    from ideaboard.intake.formats import Format
    from ideaboard.service.imports import Options

FORMATS = ("json", "csv", "bibtex", "tinydb", "ics", "obsidian")
_SAMPLES = 3


class Brought(NamedTuple):
    """A file that was read."""

    format: Format
    imported: Imported
    name: str


@dataclass(frozen=True, slots=True)
class ListPlan:
    """Where the cards of a list go."""

    name: str
    """Empty for cards that are on no list."""
    stage: str
    """The key of a stage, or `archive`."""
    ideas: int
    samples: tuple[str, ...]
    """The first titles."""
    archived: int = 0
    """How many of them are put away, wherever the list goes: what is ticked, say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import is going to do."""

    format: str
    label: str
    """What the file was recognised as: `a Trello board`."""
    lists: tuple[ListPlan, ...]
    added: int
    updated: int
    removed: int
    unchanged: int
    archived: int
    papers: int
    filled: int
    """Papers on the board of which only a name is known until now."""
    new_tags: tuple[str, ...]
    left_out: tuple[str, ...]
    """What does not come along, counted: `cards without text: 2`."""
    remarks: tuple[str, ...]
    """What the person should know besides: a guessed encoding, an order of day and month."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did."""

    added: tuple[str, ...] = ()
    """The ids of new ideas."""
    updated: tuple[str, ...] = ()
    unchanged: int = 0
    removed: tuple[str, ...] = ()
    """The ids of ideas that another board file says are deleted."""
    filled: tuple[str, ...] = ()
    """The ids of ideas whose paper was known by its name alone."""


class _Plan(NamedTuple):
    ideas: list[Idea]
    lists: list[ListPlan]
    left_out: Counter[str]


class _Step(NamedTuple):
    new: list[Idea]
    newer: list[Idea]
    gone: list[str]
    filled: list[Idea]
    twice: int = 0
    """Entries about a paper that is here already."""


class Transfer:
    """Exports and imports."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: tuple[Brought, Options, _Plan] | None = None
        self._stepped: tuple[Board, _Plan, _Step] | None = None

    def export(self, format: str) -> str:
        """Return the whole board as text, the archive and the inbox included.
        Raises `InvalidInput` when there is no such format; `NotFound` for BibTeX when no idea has a paper.
        """
        from ideaboard.service.exports import WRITERS

        if format not in WRITERS:
            raise InvalidInput(f"there is no format '{format}'", "use one of " + ", ".join(FORMATS))
        return WRITERS[format](self._session)

    def read_file(self, path: Path, format: str | None = None) -> Brought:
        """Read a file that is to be imported; see `read`."""
        files.refuse_stray_link(path)
        with files.explained(f"'{path}' cannot be read", "check the name"):
            data = files.read_file(path, SIZE_LIMIT + 1)
        return self.read(data, f"'{path}'", format)

    def read(self, data: bytes, name: str, format: str | None = None) -> Brought:
        """Find out what a file is, unless it is said, and read it, compressed or not; nothing changes.

        `name` is what to call it in messages, `format` one of `ideaboard.intake.formats.NAMES`.
        Raises `InvalidInput` when nobody knows it, or it cannot be read.
        """
        from ideaboard.intake.cards import Source
        from ideaboard.intake.formats import read_as

        source = Source(data, name, self._session.now().tzinfo, self._own_bytes)
        found, imported = read_as(source, format)
        if found.name not in ("board", "kanban-tui"):
            imported.remarks += source.read.remarks
        return Brought(found, imported, name)

    def preview(self, brought: Brought, options: Options | None = None) -> Preview:
        """Tell what an import is going to do; nothing changes.
        Raises `InvalidInput` when a list, stage, kind or tag cannot be taken, or an idea of our own in the file.
        """
        from ideaboard.service.known_papers import told_later

        board, plan = self._session.shown, self._plan(brought, options)
        step = self._step(board, plan, brought)
        tags = dict.fromkeys(tag for idea in step.new for tag in idea.tags)
        known = {tag for idea in board for tag in idea.tags}
        bare = [idea.paper for idea in step.new if idea.paper and not idea.paper.authors]
        entries = counted(step.twice, "entry", "entries")
        stay = [f"{entries} about a paper that is here already, left out"] if step.twice else []
        fills = [told_later(bare)] if bare else []
        told = 0 if brought.format.ours else sum(idea.stage == board.workflow.last for idea in step.new)
        shares = [f"{counted(told, 'idea')} will stand in the changelog: the list means shared"] if told else []
        return Preview(
            format=brought.format.name,
            label=brought.imported.label or brought.format.label,
            lists=tuple(plan.lists),
            added=len(step.new),
            updated=len(step.newer),
            removed=len(step.gone),
            unchanged=len(plan.ideas) - len(step.new) - len(step.newer) - len(step.filled),
            archived=sum(idea.archived is not None for idea in step.new),
            papers=sum(idea.paper is not None for idea in step.new),
            filled=len(step.filled),
            new_tags=tuple(tag for tag in tags if tag not in known),
            left_out=tuple(f"{what}: {count:,}" for what, count in sorted(plan.left_out.items()) if count),
            remarks=tuple(dict.fromkeys([*brought.imported.remarks, *stay, *fills, *shares])),
        )

    def apply(self, brought: Brought, options: Options | None = None, *, label: Label = Label.IMPORT) -> ImportResult:
        """Do an import, as one action; the label says in the log where it came from.
        Raises `InvalidInput` as `preview`; nothing is imported then.
        """
        plan = self._plan(brought, options)
        step = _Step([], [], [], [])

        def transition(board: Board) -> Change:
            nonlocal step
            step = self._step(board, plan, brought)
            changed = put(board, [*step.new, *step.newer, *step.filled])
            if not step.gone:
                return changed
            return Change(changed.board.with_changes((), step.gone), changed.ideas, tuple(step.gone))

        self._session.do(label.key, transition, lambda: self._import_other_tables(brought))
        new, newer, filled = (tuple(idea.id for idea in ideas) for ideas in (step.new, step.newer, step.filled))
        unchanged = len(plan.ideas) - len(new) - len(newer) - len(filled)
        return ImportResult(new, newer, unchanged, tuple(step.gone), filled)

    def import_file(self, path: Path, format: str | None = None, options: Options | None = None) -> ImportResult:
        """Read a file and take in what it holds."""
        return self.apply(self.read_file(path, format), options)

    def import_data(
        self, data: bytes, name: str, format: str | None = None, options: Options | None = None
    ) -> ImportResult:
        """Read what a file holds and take it in."""
        return self.apply(self.read(data, name, format), options)

    def _own_bytes(self) -> bytes:
        try:
            return files.read_file(self._session.file.path)
        except OSError:
            return b""

    def _plan(self, brought: Brought, options: Options | None) -> _Plan:
        """Make ideas of what was brought; what was previewed is what is done."""
        from ideaboard.service.imports import Options

        options = options or Options()
        if self._kept is None or self._kept[0] is not brought or self._kept[1] != options:
            self._kept = brought, options, self._new_plan(brought, options)
        return self._kept[2]

    def _new_plan(self, brought: Brought, options: Options) -> _Plan:
        from ideaboard.service.imports import Maker, stages_of

        now, workflow, imported = self._session.now(), self._session.workflow, brought.imported
        left_out = imported.left_out.copy()
        if imported.documents is None:
            names = list(dict.fromkeys([*imported.lists, *(card.on for card in imported.cards)]))
            places = stages_of(imported, names, workflow, options)
            maker = Maker(brought.format.name, places, workflow, options, now)
            ranks = fresh_ranks(now, len(imported.cards))
            made = [(card.on, maker.idea(card, rank)) for card, rank in zip(imported.cards, ranks, strict=True)]
            left_out += maker.left_out
        else:
            taken = [
                self._taken(id, document, f"idea {number} ({id})")
                for number, (id, document) in enumerate(imported.documents.get(IDEAS, {}).items(), 1)
            ]
            names = sorted(dict.fromkeys(idea.stage for idea in taken), key=workflow.position)
            places = {name: name for name in names}
            places |= stages_of(imported, names, workflow, options) if options.stages else {}
            kind = workflow.kind(options.kind).key if options.kind else ""
            tags = clean_tags(options.tags)
            made = []
            for one, rank in zip(taken, fresh_ranks(now, len(taken)), strict=True):
                all_tags = tuple(dict.fromkeys((*one.tags, *tags)))
                new = replace(one, kind=kind or one.kind, stage=places[one.stage], tags=all_tags, rank=one.rank or rank)
                made.append((one.stage, new))
        on: dict[str, list[Idea]] = {name: [] for name in names}
        for name, idea in made:
            if idea:
                on[name].append(idea)
        lists = [_list_plan(name, places[name], ideas) for name, ideas in on.items()]
        return _Plan([idea for _, idea in made if idea], lists, left_out)

    def _step(self, board: Board, plan: _Plan, brought: Brought) -> _Step:
        """Tell what of a plan is new on a board, and what is newer than what is there."""
        if self._stepped is None or self._stepped[0] is not board or self._stepped[1] is not plan:
            self._stepped = board, plan, self._new_step(board, plan, brought)
        return self._stepped[2]

    def _new_step(self, board: Board, plan: _Plan, brought: Brought) -> _Step:
        imported = brought.imported
        if imported.documents is None:
            from ideaboard.intake.formats import BIBLIOGRAPHIES

            return _each_paper_once(board, plan.ideas, brought.format.name in BIBLIOGRAPHIES)
        absent = [idea for idea in plan.ideas if idea.id not in board.ideas and idea.id not in board.aliases]
        here = ((board.ideas[idea.id], idea) for idea in plan.ideas if idea.id in board.ideas)
        there = [(old, replace(new, draft=old.draft, guest=old.guest)) for old, new in here]
        if brought.format.name == "board":
            # What is shown of two that are one is neither of them: the documents tell whether anything came.
            kept, united = self._session.file.documents(IDEAS), imported.documents[IDEAS]
            there = [(old, new) for old, new in there if dict(kept.get(new.id, {})) != united[new.id]]
            newer = [new for old, new in there if idea_to_document(old) != idea_to_document(new)]
            return _Step(absent, newer, [id for id in board.ideas if id in imported.gone], [])
        # What does not say when it changed is never newer than what is there.
        documents = imported.documents.get(IDEAS, {})
        dated = {id for id, document in documents.items() if document.get("updated") or document.get("created")}
        newer = [
            _merged(old, new) if imported.partial else new
            for old, new in there
            if new.id in dated and new.updated > old.updated
        ]
        return _Step(absent, newer, [], [])

    def _import_other_tables(self, brought: Brought) -> None:
        """Take in month notes, watches and whatever else the other board kept, where this one has nothing newer."""
        from tinydb.table import Document

        for name, documents in sorted((brought.imported.documents or {}).items()):
            if name == IDEAS:
                continue
            there = self._session.file.documents(name)
            united = brought.format.name == "board"
            for id, fields in documents.items():
                if id in there and not (united and dict(there[id]) != fields):
                    continue
                self._session.file.table(name).upsert(Document(cleaned_value(dict(fields)), doc_id=decode_id(id)))

    def _taken(self, id: str, document: Mapping[str, Any], where: str) -> Idea:
        problems: list[str] = []
        idea = idea_from_document(id, document, problems)
        if document.get("title") in (None, ""):
            problems.append("it has no title")
        try:
            if problems:
                raise InvalidInput(problems[0])
            if not document.get("created"):
                at = moment(self._session.now())
                idea = replace(idea, created=at, updated=idea.updated if document.get("updated") else at)
            idea = cleaned_idea(idea)
        except IdeaboardError as error:
            message = f"{where} cannot be imported: {error.message}"
            raise InvalidInput(message, "nothing was imported; mend the file first") from None
        # A draft lies on the machine of whoever wrote this, and a guest is one of theirs: here nobody did anything.
        return replace(idea, draft=None, guest="", trail=idea.trail or (Step(idea.stage, idea.created),))


def _list_plan(name: str, stage: str, ideas: Sequence[Idea]) -> ListPlan:
    titles = tuple(idea.title for idea in ideas[:_SAMPLES])
    return ListPlan(name, stage, len(ideas), titles, sum(idea.archived is not None for idea in ideas))


def _each_paper_once(board: Board, ideas: Iterable[Idea], bibliography: bool) -> _Step:
    """Let one paper be one idea: an entry about one that is here stays away or fills it in, a card keeps its link."""
    from ideaboard.intake.cards import paragraphs
    from ideaboard.intake.entries import plain_name
    from ideaboard.service.known_papers import BoardPapers, filled_by

    index: BoardPapers | None = None
    new: dict[str, Idea] = {}
    filled: dict[str, Idea] = {}
    twice = 0
    for idea in ideas:
        known = idea.id in board.ideas or idea.id in board.aliases
        card = board.ideas.get(board.aliases.get(idea.id, idea.id))
        if known and not _tells_more(idea, card):
            continue
        if paper := idea.paper:
            index = index or BoardPapers(board)
            there = index.find(paper) or ""
            card = filled.get(there) or new.get(there) or board.ideas.get(there)
            if card and _tells_more(idea, card):
                (new if there in new else filled)[there] = filled_by(card, idea)
                twice += there in new
                continue
            if known:
                continue
            # Of a paper on the board that has no authors, the title is what a person called it.
            here = card.paper if card else None
            named = plain_name(here.title) if here and (here.authors or there in new) else ""
            if not there:
                index.add(idea.id, paper)
            elif not bibliography:
                idea = replace(idea, paper=None)
            elif paper.arxiv_id or _like(plain_name(paper.title), named):
                twice += 1
                continue
            else:
                # Some write the DOI of a journal or a book on all that is in it.
                said = ". ".join(filter(None, (", ".join(paper.authors), paper.journal_ref or paper.published or "")))
                idea = replace(idea, paper=None, notes=paragraphs(said, paper.abstract, idea.notes))
        new[idea.id] = idea
    return _Step([*new.values()], [], [], [*filled.values()], twice)


def _tells_more(entry: Idea, card: Idea | None) -> bool:
    """Tell whether an entry knows whose a paper is of which a card has only the name."""
    here = card.paper if card else None
    return bool(entry.paper and entry.paper.authors and here and not here.authors)


def _like(one: str, other: str) -> bool:
    return not one or not other or one in other or other in one


def _merged(old: Idea, new: Idea) -> Idea:
    """Take from an idea what a table can hold of it, and leave the rest as it is."""
    return replace(
        old,
        kind=new.kind,
        title=new.title,
        stage=new.stage,
        tags=new.tags,
        url=new.url,
        due=new.due,
        notes=new.notes,
        updated=new.updated,
        trail=old.trail if new.stage == old.stage else (*old.trail, *new.trail),
        share=old.share or new.share,
        private=old.private or new.private,
        archived=new.archived if bool(new.archived) != bool(old.archived) else old.archived,
    )
