"""What can happen to a board, as pure functions: (board, what, when) -> `Change`.

Each checks what it is given and raises `InvalidInput` or `NotFound` before anything has changed. The service runs
them on the newest board under the lock and writes what came out; before that, on the board in memory, so that the
screen shows the result at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from ideaboard.core.board import Board
from ideaboard.core.clock import moment, parse_date
from ideaboard.core.documents import cleaned_fields
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Paper, Response, Share, Step
from ideaboard.core.kinds import ARCHIVE_REASONS, CANDIDATE, response_type
from ideaboard.core.ranks import fresh_ranks, rank_between
from ideaboard.core.text import TITLE_LIMIT, clean_line, clean_tags, clean_title, clean_url, with_scheme
from ideaboard.errors import InvalidInput, NotFound


class Change(NamedTuple):
    """A new board, and what is different on it."""

    board: Board
    ideas: tuple[Idea, ...] = ()
    """The ideas that came or changed, as they are now."""
    removed: tuple[str, ...] = ()
    """The ids of ideas that are gone."""

    def __bool__(self) -> bool:
        return bool(self.ideas or self.removed)


class NewIdea(NamedTuple):
    """What a person says about an idea that they add; everything but the title has a default."""

    title: str
    kind: str = ""
    stage: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    url: str = ""
    due: str = ""
    paper: Paper | None = None


class Edit(NamedTuple):
    """What a person changes about an idea: None leaves a field as it is, an empty text clears it."""

    title: str | None = None
    kind: str | None = None
    notes: str | None = None
    url: str | None = None
    due: str | None = None
    draft: str | None = None
    private: bool | None = None
    tags: tuple[str, ...] | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    add_links: tuple[Link, ...] = ()
    remove_links: tuple[str, ...] = ()


class Sharing(NamedTuple):
    """What a person says when they share: None leaves what was said before."""

    url: str | None = None
    summary: str | None = None
    on: str | None = None
    title: str | None = None
    """What others see in place of the idea's title; empty for the default."""
    result: str | None = None
    channels: tuple[str, ...] = ()
    withdrawn: bool | None = None


def add(board: Board, new: Sequence[NewIdea], ids: Sequence[str], now: datetime, *, uids: Iterable[str] = ()) -> Change:
    """Add ideas, in the order given, at the end of their columns.

    Each has an id that is not taken; `uids` are `urn:uuid:` names for those that are shared already.
    """
    workflow = board.workflow
    stages = [workflow.stage(one.stage).key if one.stage else workflow.first for one in new]
    ranks = {stage: iter(end_ranks(board, stage, now, count)) for stage, count in Counter(stages).items()}
    names = iter(uids)
    at = moment(now)
    ideas: list[Idea] = []
    for one, id, stage in zip(new, ids, stages, strict=True):
        idea = Idea(
            id=id,
            kind=workflow.kind(one.kind or workflow.default_kind).key,
            stage=stage,
            created=at,
            updated=at,
            rank=next(ranks[stage]),
            trail=(Step(stage, at),),
            share=_shared_now(now, next(names, "")) if stage == workflow.last else None,
            paper=one.paper,
            **cleaned_fields(Idea, _given(one, now, "title", "tags", "notes", "url", "due")),
        )
        ideas.append(idea)
    return _change(board, ideas)


def _given(said: NamedTuple, now: datetime, *names: str) -> dict[str, Any]:
    """Return what is given, a link and a day read as a person types them."""
    given = {name: value for name in names if (value := getattr(said, name)) is not None}
    if given.get("url"):
        given["url"] = with_scheme(given["url"])
    if given.get("due"):
        from ideaboard.core.days import day_from

        given["due"] = day_from(given["due"], now.date())
    return given


def edit(board: Board, ids: Iterable[str], changes: Edit, now: datetime) -> Change:
    """Change fields of ideas; those that already are as wanted stay untouched."""
    return _each(board, ids, lambda idea: _edited(board, idea, changes, now), now)


def _edited(board: Board, idea: Idea, changes: Edit, now: datetime) -> Idea:
    tags = idea.tags if changes.tags is None else clean_tags(changes.tags)
    tags = (*tags, *(tag for tag in clean_tags(changes.add_tags) if tag not in tags))
    gone = {*changes.remove_tags, *clean_tags(changes.remove_tags)}
    unlinked = {*changes.remove_links, *map(with_scheme, changes.remove_links)}
    links = tuple(link for link in idea.links if link.url not in unlinked)
    for link in changes.add_links:
        clean = Link(clean_url(with_scheme(link.url)), clean_line(link.label))
        links = (*(other for other in links if other.url != clean.url), clean)
    return replace(
        idea,
        kind=idea.kind if changes.kind is None else board.workflow.kind(changes.kind).key,
        draft=idea.draft if changes.draft is None else (changes.draft or None),
        tags=tuple(tag for tag in tags if tag not in gone),
        links=links,
        **cleaned_fields(Idea, _given(changes, now, "title", "notes", "url", "due", "private")),
    )


def tick(board: Board, id: str, point: str, now: datetime, *, done: bool | None = None) -> Change:
    """Tick a point of the kind's checklist, or take the tick away; unless `done` says which, the other way round."""

    def ticked(idea: Idea) -> Idea:
        ticks = tuple(other for other in idea.ticks if other != point)
        wanted = len(ticks) == len(idea.ticks) if done is None else done
        if wanted == (point in idea.ticks):
            return idea
        return replace(idea, ticks=(*ticks, point) if wanted else ticks)

    return _each(board, [id], ticked, now)


def move(board: Board, ids: Iterable[str], to: str, now: datetime, *, uids: Iterable[str] = ()) -> Change:
    """Move ideas to the end of the column of a stage (its key or name, `next` or `prev`), in the order given.

    Those that are there already stay; `uids` are for those that come to the last stage for the first time. Raises
    `InvalidInput` when there is no such stage, or an idea is archived.
    """
    workflow = board.workflow
    step = {"next": 1, "prev": -1}.get(to)
    target = "" if step else workflow.stage(to).key
    ideas = _ideas(board, ids)
    targets = {idea.id: workflow.neighbour(idea.stage, step) if step else target for idea in ideas}
    ranks = {stage: iter(end_ranks(board, stage, now, count)) for stage, count in Counter(targets.values()).items()}
    names = iter(uids)
    at = moment(now)
    moved: list[Idea] = []
    for idea in ideas:
        if idea.archived:
            raise InvalidInput(f"'{idea.title}' is archived", f"bring it back with 'ideaboard restore {idea.id}'")
        stage = targets[idea.id]
        if stage == idea.stage:
            continue
        share = idea.share
        if stage == workflow.last and share is None:
            share = _shared_now(now, next(names, ""))
        trail = (*idea.trail, Step(stage, at))
        moved.append(replace(idea, stage=stage, rank=next(ranks[stage]), trail=trail, share=share, updated=at))
    return _change(board, moved)


def end_ranks(board: Board, stage: str, now: datetime, count: int) -> list[str]:
    """Return ranks for ideas that come to the end of a stage's column, in order."""
    column = board.column(stage)
    return fresh_ranks(now, count, column[-1].rank if column else "")


def _shared_now(now: datetime, uid: str) -> Share:
    return Share(at=moment(now), date=now.date().isoformat(), uid=uid)


def place(board: Board, id: str, index: int, now: datetime) -> Change:
    """Put an idea at a position (0 is the top) of its column; raises `InvalidInput` when that is in order of time."""
    (idea,) = _ideas(board, [id])
    key = board.column_of(idea)
    if key not in board.workflow.stage_keys or key == board.workflow.last:
        hint = "only the columns before it are ordered by hand"
        raise InvalidInput("this column is in order of time, newest first", hint)
    column, at = board.column(key), board.index_of(idea)
    last = len(column) - 1
    index = min(max(index, 0), last)
    if index == at:
        return Change(board)
    # Its neighbours there, once it is gone from where it is.
    low = column[index - (index <= at)].rank if index else ""
    high = column[index + (index > at)].rank if index < last else None
    if high is None or low < high:
        (rank,) = fresh_ranks(now, 1, low) if high is None else [rank_between(low, high)]
        return _change(board, [replace(idea, rank=rank, updated=moment(now))])
    order = [*column]
    order.insert(index, order.pop(at))
    ranks = fresh_ranks(now, len(order))
    return _change(
        board, [replace(one, rank=rank, updated=moment(now)) for one, rank in zip(order, ranks, strict=True)]
    )


def reorder(board: Board, ids: Iterable[str], step: int, now: datetime) -> Change:
    """Move ideas up (-1) or down (+1) in their columns, each past one neighbour; a block stays a block."""
    ideas = _ideas(board, ids)
    changed: dict[str, Idea] = {}
    result = board
    for key in dict.fromkeys(board.column_of(idea) for idea in ideas):
        places = sorted((board.index_of(idea), idea.id) for idea in ideas if board.column_of(idea) == key)
        edge = 0 if step < 0 else len(board.column(key)) - 1
        for index, id in places if step < 0 else reversed(places):
            if index == edge:
                edge -= step
                continue
            change = place(result, id, index + step, now)
            result = change.board
            changed.update((idea.id, idea) for idea in change.ideas)
    return Change(result, tuple(changed.values()))


def archive(board: Board, ids: Iterable[str], because: str, note: str, now: datetime) -> Change:
    """Take ideas out of the columns, with one of the reasons; they keep their stage."""
    if because not in ARCHIVE_REASONS:
        raise InvalidInput(f"there is no reason '{because}'", "use one of " + ", ".join(ARCHIVE_REASONS))
    archived = Archived(at=moment(now), because=because, note=clean_line(note))

    def put_away(idea: Idea) -> Idea:
        was = idea.archived
        same = was and (was.because, was.note) == (because, archived.note)
        return idea if same else replace(idea, archived=archived)

    return _each(board, ids, put_away, now)


def restore(board: Board, ids: Iterable[str], now: datetime) -> Change:
    return _each(board, ids, lambda idea: replace(idea, archived=None), now)


def delete(board: Board, ids: Iterable[str]) -> Change:
    """Take ideas off the board; the board file still knows them, for undo."""
    gone = tuple(idea.id for idea in _ideas(board, ids))
    return Change(board.with_changes((), gone), (), gone)


def share(board: Board, id: str, sharing: Sharing, uid: str, now: datetime) -> Change:
    """Say where an idea was shared, and move it to the last stage; said again, it corrects what was said."""
    (idea,) = _ideas(board, [id])
    last = board.workflow.last
    if idea.stage != last:
        change = move(board, [id], last, now, uids=[uid])
        (idea,) = change.ideas
    said = idea.share or _shared_now(now, uid)
    at, date, title = said.at, said.date, said.title
    if sharing.title is not None:
        from ideaboard.core.credit import default_title

        title = clean_title(sharing.title) if sharing.title.strip() else ""
        if default_title(idea, title) == default_title(idea):  # it says no more than the default, so it is the default
            title = ""
    if sharing.on is not None:
        date = parse_date(sharing.on)
        if date > now.date().isoformat():
            raise InvalidInput(f"{date} lies in the future", "give the day on which it was shared")
        if date != said.date:
            at = date + moment(now)[len(date) :]
    said = replace(
        said,
        at=at,
        date=date,
        title=title,
        channels=tuple(dict.fromkeys((*said.channels, *filter(None, map(clean_line, sharing.channels))))),
        **cleaned_fields(Share, _given(sharing, now, "url", "summary", "result", "withdrawn")),
    )
    if said == idea.share and board.ideas[id] == idea:
        return Change(board)
    return _change(board, [replace(idea, share=said, updated=moment(now))])


def respond(board: Board, id: str, response: Response, now: datetime) -> Change:
    """Write down a response to an idea; raises `InvalidInput` when the type is unknown or the text is empty."""
    clean = _clean_response(response)
    return _each(board, [id], lambda idea: replace(idea, responses=(*idea.responses, clean)), now)


def _clean_response(response: Response) -> Response:
    response_type(response.type)
    text = clean_line(response.text)
    if not text:
        raise InvalidInput("the response says nothing", "write who follows, what they ask, or what they bring")
    return replace(response, text=text, url=clean_url(with_scheme(response.url)) if response.url else None)


def answer(board: Board, response_id: str, now: datetime, *, answered: bool | None = None, reply: str = "") -> Change:
    """Say that a response was answered, and what, or that it was not after all; by default the other way round."""
    _, found = find_response(board, response_id)
    reply = clean_line(reply)
    wanted = bool(reply) or not found.answered if answered is None else answered
    at = found.answered or moment(now)
    return _put_response(
        board, replace(found, answered=at, reply=reply or found.reply) if wanted else _open(found), now
    )


def edit_response(board: Board, response_id: str, type: str, text: str, url: str, now: datetime) -> Change:
    """Correct a response; raises `InvalidInput` when the type is unknown or the text is empty."""
    _, found = find_response(board, response_id)
    return _put_response(board, _clean_response(replace(found, type=type, text=text, url=url or None)), now)


def _open(response: Response) -> Response:
    return replace(response, answered=None, reply="")


def _put_response(board: Board, response: Response, now: datetime) -> Change:
    """Put a response in the place of the one with its id."""
    idea, found = find_response(board, response.id)
    if response == found:
        return Change(board)
    responses = tuple(response if one.id == response.id else one for one in idea.responses)
    return _change(board, [replace(idea, responses=responses, updated=moment(now))])


def idea_from_response(board: Board, response_id: str, new: NewIdea, id: str, now: datetime) -> Change:
    """Make a response the next idea, which remembers where it came from.

    A text that is too long for a title is cut there, and goes into the notes whole.
    """
    idea, found = find_response(board, response_id)
    title, notes = new.title, new.notes
    if not title:
        title = found.text
        if len(title) > TITLE_LIMIT:
            title = title[: TITLE_LIMIT - 1].rstrip() + "…"
            notes = "\n\n".join(filter(None, [found.text, notes]))
    url = new.url or found.url or ""
    (born,) = add(board, [new._replace(title=title, notes=notes, url=url)], [id], now).ideas
    return _change(board, [replace(born, origin=Origin(idea.id, found.id))])


def find_response(board: Board, prefix: str) -> tuple[Idea, Response]:
    """Return the response whose id starts with what a person typed, and its idea; raises `NotFound` unless one does."""
    wanted = prefix.strip().lower()
    fitting = [
        (idea, response)
        for idea in board.ideas.values()
        for response in idea.responses
        if wanted and response.id.startswith(wanted)
    ]
    if exact := [one for one in fitting if one[1].id == wanted]:
        return exact[0]
    if not fitting:
        raise NotFound(f"there is no response '{prefix}'", "'ideaboard response list' shows their ids")
    if len(fitting) > 1:
        named = "\n".join(f"  {response.id}  {response.text}" for _, response in fitting)
        raise NotFound(f"'{prefix}' fits {len(fitting)} responses", f"type more of the id:\n{named}")
    return fitting[0]


def put(board: Board, ideas: Iterable[Idea]) -> Change:
    """Put whole ideas on the board as they are: from an import, or from a paper."""
    return _change(board, [idea for idea in ideas if board.ideas.get(idea.id) != idea])


def candidates_to(
    board: Board, ids: Sequence[str], kind: str, stage: str, now: datetime, *, uids: Iterable[str] = ()
) -> Change:
    """Take candidates onto the board as a kind, in one step; raises `InvalidInput` when one is none any more."""
    _only_candidates(_ideas(board, ids), "move it instead")
    taken = edit(board, ids, Edit(kind=kind), now)
    moved = move(taken.board, ids, stage or board.workflow.first, now, uids=uids)
    changed = {idea.id: idea for idea in (*taken.ideas, *moved.ideas)}
    return Change(moved.board, tuple(changed.values()))


def skip(board: Board, ids: Sequence[str], now: datetime) -> Change:
    """Skip candidates: archived as `skipped`, so that they do not come back; raises `InvalidInput` when one is none."""
    _only_candidates(_ideas(board, ids), "archive it instead")
    return archive(board, ids, "skipped", "", now)


def _only_candidates(ideas: Iterable[Idea], hint: str) -> None:
    for idea in ideas:
        if idea.stage != CANDIDATE:
            raise InvalidInput(f"'{idea.title}' is on the board already", hint)


def _ideas(board: Board, ids: Iterable[str]) -> list[Idea]:
    """Look ideas up by their whole ids, each once; raises `NotFound` when one is not on the board any more."""
    found: list[Idea] = []
    for id in dict.fromkeys(ids):
        if id not in board.ideas:
            raise NotFound(f"idea {id} is gone", "somebody deleted it meanwhile; 'ideaboard undo' may bring it back")
        found.append(board.ideas[id])
    return found


def _each(board: Board, ids: Iterable[str], turn: Callable[[Idea], Idea], now: datetime) -> Change:
    turned = ((idea, turn(idea)) for idea in _ideas(board, ids))
    return _change(board, [replace(new, updated=moment(now)) for old, new in turned if new != old])


def _change(board: Board, ideas: Sequence[Idea]) -> Change:
    return Change(board.with_changes(ideas), tuple(ideas)) if ideas else Change(board)
