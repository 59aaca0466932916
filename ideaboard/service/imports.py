"""What was brought, as ideas: lists go to stages, and cards become ideas that are clean and have a name that stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import NAMESPACE_OID, uuid5

from ideaboard.core.clock import known_date, local_time, moment
from ideaboard.core.documents import cleaned_idea
from ideaboard.core.ideas import Archived, Idea, Link, Paper, Share, Step
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import TAG_LIMIT, TITLE_LIMIT, clean_line, clean_tags, clean_title, fold, safe_url
from ideaboard.errors import InvalidInput
from ideaboard.intake.cards import Card, Imported, paragraphs
from ideaboard.intake.formats import BIBLIOGRAPHIES
from ideaboard.intake.formats.own import id_from
from ideaboard.service.known_papers import URL, names_only_a_paper, paper_meant

ARCHIVE = "archive"
"""What a list may be mapped to beside the stages."""

# Names of lists on the boards of others, by what they say; the words of a name, or the whole of it.
_SYNONYMS: Mapping[str, str] = {
    "idea": "idea ideas todo todos backlog inbox someday notstarted new open planned wishlist later icebox pending "
    "ready maybe queue unstarted tasks requested captured zuerledigen offen afaire porhacer afazer aberto",
    "outline": "next nextup upnext planning plan research design selected thisweek analysis outline scheduled soon",
    "making": "doing inprogress progress wip started active indevelopment development writing current workingon "
    "today making draft drafting ongoing implementing building inarbeit enproceso encours emprogresso fazendo",
    "review": "review inreview reviewing codereview testing test qa feedback verify editing validation staging polish "
    "proofreading",
    "shared": "done complete completed finished published shared released shipped closed live posted deployed "
    "delivered resolved accepted merged erledigt fertig hecho terminado fait feito concluido encerrado",
}
_MEANT = {word: stage for stage, words in _SYNONYMS.items() for word in words.split()}
_STANDS_STILL = re.compile(r"(?<![^\W_])(?:blocked|waiting|on[\W_]*hold|paused|stalled|stuck)(?![^\W_])")


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says about an import."""

    stages: Mapping[str, str] | None = None
    """Stages by the names of lists, as they were typed; `archive` for what is to be put away."""
    kind: str = ""
    tags: tuple[str, ...] = ()


def stages_of(imported: Imported, lists: Iterable[str], workflow: Workflow, options: Options) -> dict[str, str]:
    """Tell for each list the stage it goes to: by what the person says, by name, by synonym, by position.
    Raises `InvalidInput` when there is no such list or stage.
    """
    names = list(lists)
    wanted = dict(options.stages or {})
    places: dict[str, str] = {}
    for name in names:
        said = next((key for key in wanted if fold(key) == fold(name)), None)
        if said is not None:
            to = wanted.pop(said)
            places[name] = ARCHIVE if to.casefold() == ARCHIVE else workflow.stage(to).key
        elif stage := _meant(name, workflow):
            places[name] = stage
        elif name in imported.finished:
            places[name] = workflow.last
        elif not name:
            places[name] = workflow.first
    if wanted:
        named = ", ".join(f"'{clean_line(name)}'" for name in names if name)
        raise InvalidInput(f"there is no list '{clean_line(next(iter(wanted)))}'", f"the lists are {named or 'none'}")
    keys = workflow.stage_keys
    known = {name: keys.index(places[name]) for name in imported.lists if places.get(name) in keys}
    last = max(0, len(keys) - 2)
    for at, name in enumerate(names):
        if name not in places:
            # Only a name says that something is shared; a place on the board does not.
            on_board = imported.ordered and name in imported.lists
            by_place = round(at * last / max(1, len(imported.lists) - 1)) if on_board else 0
            left = max((known[one] for one in names[:at] if one in known), default=0)
            right = min((known[one] for one in names[at + 1 :] if one in known), default=last)
            place = max(min(by_place, right, last), min(left, last)) if on_board else 0
            if _STANDS_STILL.search(fold(name)):
                # What has to wait was begun where it stands behind what is being made, and never is ready for review.
                making = keys.index(_meant("making", workflow))
                place = making if on_board and left >= making else 0
            places[name] = keys[place]
    return places


def _meant(name: str, workflow: Workflow) -> str:
    """Return the stage that a name means; empty when it means none."""
    wanted = fold(name)
    words = re.sub(r"[\W_]+", " ", wanted).split()
    for stage in workflow.stages:
        if wanted and wanted in (stage.key.casefold(), fold(stage.label)):
            return stage.key
    role = _MEANT.get("".join(words)) or next((_MEANT[word] for word in words if len(words) < 4 and word in _MEANT), "")
    if not role or role in workflow.stage_keys:
        return role
    order = list(_SYNONYMS)
    if role in (order[0], order[-1]):
        return workflow.first if role == order[0] else workflow.last
    middle = workflow.stage_keys[1:-1]
    return middle[(order.index(role) - 1) * len(middle) // (len(order) - 2)] if middle else workflow.first


class Maker:
    """Makes ideas of cards at the stages of their lists; the name of the format is part of what names a card."""

    def __init__(
        self, format: str, places: Mapping[str, str], workflow: Workflow, options: Options, now: datetime
    ) -> None:
        self.left_out: Counter[str] = Counter()
        self._format = format
        self._places = places
        self._workflow = workflow
        self._kind = workflow.kind(options.kind).key if options.kind else ""
        self._tags = clean_tags(options.tags)
        self._now = now
        self._paper_kind = "summary" if "summary" in workflow.kind_keys else workflow.default_kind
        self._taken: set[str] = set()
        self._named: Counter[str] = Counter()
        """How many cards had a name so far: a list may hold one a hundred thousand times."""
        self._says_its_stage = lru_cache(lambda name: bool(_meant(name, workflow)))

    def idea(self, card: Card, rank: str) -> Idea | None:
        """Return the idea of a card; none when there is nothing on it."""
        whole = clean_line(card.title)
        extra = {name: text for name, text in card.extra.items() if text.strip()}
        url, links, unsafe = _links(card, whole)
        # What is no paper in a bibliography only cites those that its notes name.
        notes = "" if self._format in BIBLIOGRAPHIES else paragraphs(card.notes, *map(": ".join, extra.items()))
        paper = card.paper or paper_meant(whole, [url or "", *(link.url for link in links)], notes)
        title, rest = _title(whole, paper)
        if not title:
            self.left_out["cards without text"] += 1
            return None
        tags, no_tags = _tags(card.tags)
        kind = self._kind or (card.kind if card.kind in self._workflow.kind_keys else "")
        if card.kind and card.kind != kind:
            extra["Kind"] = card.kind
        extra |= {name: text for name, text in (("Tags", ", ".join(no_tags)), ("Links", " ".join(unsafe))) if text}
        if card.on and not self._says_its_stage(card.on):
            extra["List"] = card.on
        main = paper.url if paper and (paper.pdf_url or not url) else url
        if paper and url and main != url and paper.arxiv_id not in url:
            links.insert(0, Link(url))
        due = known_date(card.due)
        if card.due and not due:
            extra["Due"] = card.due
        created = card.created or card.updated or card.ended or moment(self._now)
        updated = max(card.updated, created)
        stage, because = self._place(card)
        shared = stage == self._workflow.last
        at = max(created, card.ended or updated) if shared or because else created
        id = self._id(card, title)
        where = url if self._format == "table" and card.url and not paper else None
        idea = Idea(
            id=id,
            title=title,
            kind=kind or (self._paper_kind if paper or self._format in BIBLIOGRAPHIES else self._workflow.default_kind),
            stage=stage,
            created=created,
            updated=updated,
            rank=rank,
            tags=tuple(dict.fromkeys((*tags, *self._tags))),
            notes=paragraphs(rest, card.notes.strip("\n"), "\n".join(f"{name}: {extra[name]}" for name in extra)),
            url=main,
            links=tuple(dict.fromkeys(links)),
            due=due,
            trail=(Step(stage, at if shared else created),),
            paper=paper,
            share=self._share(id, at, where) if shared else None,
            archived=Archived(at=at, because=because) if because else None,
        )
        return cleaned_idea(idea)

    def _place(self, card: Card) -> tuple[str, str]:
        """Return the stage of a card, and why it is archived: what is done, and on no last stage, is off the board."""
        stage, because = self._places.get(card.on, self._workflow.first), card.archived
        if stage == ARCHIVE:
            return self._workflow.first, because or ("done" if card.done else "parked")
        return stage, because or ("done" if card.done and stage != self._workflow.last else "")

    def _share(self, id: str, at: str, url: str | None) -> Share:
        day = local_time(at, self._now.tzinfo).date().isoformat()
        return Share(at=at, date=day, url=url, uid=uuid5(NAMESPACE_OID, f"ideaboard/{id}").urn)

    def _id(self, card: Card, title: str) -> str:
        """Name a card so that it has the same id at every import; what is there twice is two cards."""
        if card.id and card.id not in self._taken:
            self._taken.add(card.id)
            return card.id
        name = f"{self._format}/{card.key or '/'.join((title, card.notes))}"
        number = self._named[name] + 1
        while (id := id_from(f"{name}/{number}")) in self._taken:
            number += 1
        self._named[name] = number
        self._taken.add(id)
        return id


def _links(card: Card, title: str) -> tuple[str | None, list[Link], list[str]]:
    """Return the main address, the others, and what is no address that may be followed."""
    given = [(card.url, ""), *card.links] if card.url else [*card.links]
    unsafe = [f"{label} {url}".strip() for url, label in given if url and not safe_url(url)]
    links = [Link(clean, clean_line(label)) for url, label in given if (clean := safe_url(url))]
    main = safe_url(card.url) or next(filter(None, map(safe_url, URL.findall(title))), None)
    # The main address has no label; one that says more than the address does is kept beside it.
    return main, [link for link in links if link.url != main or link.label not in link.url], unsafe


def _title(whole: str, paper: Paper | None) -> tuple[str, str]:
    """Return a title that can be kept, and what did not fit into it."""
    if paper and names_only_a_paper(whole):
        return paper.label, ""
    try:
        return clean_title(whole[:TITLE_LIMIT]), whole if len(whole) > TITLE_LIMIT else ""
    except InvalidInput:
        return "", ""


def _tags(found: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return tags, and what is too long for one."""
    tags: list[str] = []
    too_long: list[str] = []
    for text in found:
        try:
            tags += clean_tags([text])
        except InvalidInput:
            too_long += [text] if len(text) > TAG_LIMIT else []
    return tags, too_long
