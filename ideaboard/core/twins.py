"""One paper once, also after a merge: ideas about one paper that two machines added are shown and changed as one.

Each stays a document of its own in the board file. What is shown follows from the documents alone, so it is the same on
every machine, in whatever order they were merged; and an action that is taken back takes back what its writer did, no
more. Nothing of either side is lost: what can be there side by side is (tags, links, responses, ticks, notes, the
trail), and of two stages the further one counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from ideaboard.core.board import Board
from ideaboard.core.documents import each_once, in_order
from ideaboard.core.ideas import Idea, Link, Step, version_number
from ideaboard.core.kinds import Workflow
from ideaboard.core.late import all_known, known_of
from ideaboard.core.persistent import LayeredMap
from ideaboard.core.text import fold

_VERSION = re.compile(r"v[0-9]+$")
_NOT_LETTERS = re.compile(r"[\W_]+")


def paper_name(idea: Idea) -> str:
    """Return what the paper of an idea is known by: its arXiv id without version, else its DOI; empty without."""
    if known := known_of(idea):
        return known[1]
    paper = idea.paper
    if paper is None:
        return ""
    name = paper.key
    return _VERSION.sub("", name) if "v" in name and ":" not in name else name


class Twins:
    """Knows which documents are about one paper; the workflow says which of two stages is the further one."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self._only: dict[str, str] = {}
        """The ids of the documents about each paper that only one is about."""
        self._several: dict[str, tuple[str, ...]] = {}
        """Those about each other one."""
        self._own: dict[str, Idea] = {}
        """The ideas, each as its document gives it, of papers that have several."""
        self.aliases: LayeredMap[str, str] = LayeredMap({})
        """The ids of documents that are not shown, with those of the ideas that they are shown as."""

    def load(self, ideas: Sequence[Idea]) -> list[Idea]:
        """Take in all ideas of a board; returns those that are shown."""
        names = [known[1] if known else paper_name(idea) for idea, known in zip(ideas, all_known(ideas), strict=True)]
        only = self._only = dict(zip(names, map(attrgetter("id"), ideas), strict=True))
        only.pop("", None)
        if len(only) == len(names) - names.count(""):
            return list(ideas)
        ids: dict[str, list[str]] = {}
        for name, idea in zip(names, ideas, strict=True):
            ids.setdefault(name, []).append(idea.id)
        self._several = {name: tuple(some) for name, some in ids.items() if name and len(some) > 1}
        by_id = {idea.id: idea for idea in ideas}
        for name in self._several:
            del only[name]
            by_id.update({idea.id: idea for idea in self._shown(name, by_id, by_id)})
        return [idea for id, idea in by_id.items() if id not in self.aliases]

    def _of(self, name: str) -> tuple[str, ...]:
        return self._several.get(name) or ((self._only[name],) if name in self._only else ())

    def _put(self, name: str, ids: tuple[str, ...]) -> None:
        self._several.pop(name, None)
        self._only.pop(name, None)
        if len(ids) > 1:
            self._several[name] = ids
        elif ids:
            self._only[name] = ids[0]

    def follow(
        self, board: Board, changed: Iterable[Idea], gone: Iterable[str]
    ) -> tuple[dict[str, Idea], dict[str, None]]:
        """Take in documents that changed and went; returns what to show instead, by id, and what to show no more."""
        new = {idea.id: idea for idea in changed}
        away = dict.fromkeys(gone)
        names: dict[str, None] = {}
        for id in (*away, *new):
            if (old := self._own.pop(id, None) or board.ideas.get(id)) and (name := paper_name(old)):
                names[name] = None
                self._put(name, tuple(other for other in self._of(name) if other != id))
        self.aliases = self.aliases.with_changes({}, (*away, *new))
        for idea in new.values():
            if name := paper_name(idea):
                names[name] = None
                self._put(name, (*self._of(name), idea.id))
        shown = {id: idea for id, idea in new.items() if not paper_name(idea)}
        for name in names:
            ids = self._of(name)
            shown.update({idea.id: idea for idea in self._shown(name, new, board.ideas)})
            away.update(dict.fromkeys(id for id in ids if id in self.aliases))
        return shown, {id: None for id in away if id not in shown}

    def _shown(self, name: str, new: Mapping[str, Idea], others: Mapping[str, Idea]) -> list[Idea]:
        """Return the one idea that stands for all that are about a paper, if there are any."""
        ids = self._of(name)
        ideas = [new.get(id) or self._own.get(id) or others[id] for id in ids]
        for id in ids:
            self._own.pop(id, None)
        self.aliases = self.aliases.with_changes({}, ids)
        if len(ideas) < 2:  # two of something
            return ideas
        one = united(ideas, self._workflow)
        self._own.update(zip(ids, ideas, strict=True))
        self.aliases = self.aliases.with_changes({id: one.id for id in ids if id != one.id})
        return [one]

    def parts(self, id: str) -> list[str]:
        """Return the ids of the documents that are shown as one idea, its own first; only its own as a rule."""
        own = self._own.get(id)
        return [id, *(other for other in self._of(paper_name(own)) if other != id)] if own else [id]

    def own(self, id: str) -> Idea | None:
        """Return the idea of a document as it is by itself, when it is one of several about a paper."""
        return self._own.get(id)


def united(ideas: Sequence[Idea], workflow: Workflow) -> Idea:
    """Return one idea with all that several about one paper have; their order does not matter.

    It has the id of the oldest. The stage, with all that belongs to it, is that of the one that came furthest; of two
    at one stage, of one that was archived, then of the one that was changed last.
    """
    ideas = sorted(ideas, key=lambda idea: (idea.created, idea.id))
    by_change = sorted(ideas, key=lambda idea: (idea.updated, idea.id), reverse=True)
    first = ideas[0]
    lead = max(reversed(by_change), key=lambda idea: (workflow.position(idea.stage), idea.archived is not None))
    ordered = [lead, *(idea for idea in by_change if idea is not lead)]
    papers = [idea.paper for idea in ideas if idea.paper]
    paper = max(papers, key=lambda paper: (version_number(paper.version), paper.updated or ""))
    license = paper.license or next((one.license for one in papers if one.license), None)
    shares = [idea.share for idea in ordered if idea.share]
    own_titles = (one.title for one in by_change if not one.paper or _letters(one.title) != _letters(one.paper.title))
    urls = _each(idea.url for idea in ordered if idea.url)
    links = _each(link for idea in ideas for link in idea.links)
    known = {link.url for link in links} | set(urls[:1])
    other_urls = _each([*urls[1:], *(share.url for share in shares[1:] if share.url)])
    return replace(
        first,
        title=next(own_titles, first.title),
        kind=lead.kind,
        stage=lead.stage,
        updated=by_change[0].updated,
        rank=lead.rank,
        tags=_each(tag for idea in ideas for tag in idea.tags),
        notes=_joined([idea.notes for idea in ideas]),
        url=urls[0] if urls else None,
        links=(*links, *(Link(url) for url in other_urls if url not in known)),
        due=next((idea.due for idea in ordered if idea.due), None),
        trail=_trail(ideas, workflow),
        draft=next((idea.draft for idea in ordered if idea.draft), None),
        private=any(idea.private for idea in ideas),
        ticks=_each(tick for idea in ideas for tick in idea.ticks),
        paper=replace(paper, license=license) if license != paper.license else paper,
        share=replace(shares[0], channels=_each(name for share in shares for name in share.channels))
        if shares
        else None,
        responses=each_once([response for idea in ideas for response in idea.responses]),
        archived=lead.archived,
        origin=next((idea.origin for idea in ideas if idea.origin), None),
        guest=next((idea.guest for idea in by_change if idea.guest), ""),
    )


def _each(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


def _joined(notes: Sequence[str]) -> str:
    """Put notes below each other, and none that another one holds already."""
    kept: list[str] = []
    for text in notes:
        if text and not any(text in other for other in kept):
            kept = [*(other for other in kept if other not in text), text]
    return "\n\n".join(kept)


def _trail(ideas: Sequence[Idea], workflow: Workflow) -> tuple[Step, ...]:
    """Put all steps in order; that the paper came once more, while it was as far already, is none."""
    trails = sorted((idea.trail for idea in ideas if idea.trail), key=lambda trail: (trail[0].at, trail[0].stage))
    came_again = {trail[0] for trail in trails[1:]}
    steps: dict[Step, None] = {}
    furthest = -2
    for step in in_order([step for trail in trails for step in trail]):
        if step not in came_again or workflow.position(step.stage) > furthest:
            steps[step] = None
        furthest = max(furthest, workflow.position(step.stage))
    return tuple(steps)


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", fold(text))


_WORD = re.compile(r"\w+")
_COMMON_WORDS = "a an and are as at by for from how in is it its my of on or the to using via with"
_COMMON = frozenset(_COMMON_WORDS.split())
_ENOUGH = 0.6
_FEWEST = 2


def words_of(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(title))) - _COMMON


def similar_ideas(title: str, board: Board, limit: int) -> list[Idea]:
    """Return the ideas whose titles share at least 60 % of the words of both, the most similar first."""
    wanted = words_of(title)
    if len(wanted) < _FEWEST:
        return []
    scored: list[tuple[float, Idea]] = []
    for idea in board.ideas.values():
        words = words_of(idea.title)
        shared = len(wanted & words)
        score = shared / len(wanted | words)
        if shared >= _FEWEST and score >= _ENOUGH:
            scored.append((score, idea))
    scored.sort(key=lambda one: (-one[0], one[1].title, one[1].id))
    return [idea for _, idea in scored[:limit]]
