"""Ideas as documents, and back: the JSON form of design section 8, and the form in the board file.

A document in the board file holds only what says something: an absent field has its default. Reading is the border of
the program: a hand-edited or foreign file gives a complaint in `problems`, never a traceback and never a lost idea.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ideaboard.core.ideas import Archived, Idea, Link, Origin, Paper, Response, Share, Step

Document = dict[str, Any]
"""One JSON object, as TinyDB hands it out."""

T = TypeVar("T")

_EPOCH = "1970-01-01T00:00:00.000Z"


def idea_to_json(idea: Idea) -> Document:
    """Return the full JSON form: every key is there, a missing value is `None`, an empty list `[]`."""
    return {
        "id": idea.id,
        "kind": idea.kind,
        "title": idea.title,
        "stage": idea.stage,
        "tags": list(idea.tags),
        "notes": idea.notes,
        "url": idea.url,
        "links": [{"url": link.url, "label": link.label} for link in idea.links],
        "due": idea.due,
        "created": idea.created,
        "updated": idea.updated,
        "stage_since": idea.stage_since,
        "trail": [{"stage": step.stage, "at": step.at} for step in idea.trail],
        "draft": idea.draft,
        "private": idea.private,
        "ticks": list(idea.ticks),
        "rank": idea.rank,
        "paper": paper_to_json(idea.paper) if idea.paper else None,
        "share": _share_to_json(idea.share) if idea.share else None,
        "responses": [response_to_json(response) for response in idea.responses],
        "archived": _archived_to_json(idea.archived) if idea.archived else None,
        "origin": {"idea": idea.origin.idea, "response": idea.origin.response} if idea.origin else None,
    }


def paper_to_json(paper: Paper) -> Document:
    """Return the `paper` part of the JSON form."""
    return {
        "arxiv_id": paper.arxiv_id,
        "version": paper.version,
        "title": paper.title,
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "primary_category": paper.primary_category,
        "categories": list(paper.categories),
        "published": paper.published,
        "updated": paper.updated,
        "comment": paper.comment,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
        "url": paper.url,
        "pdf_url": paper.pdf_url,
        "code_url": paper.code_url,
        "latest_version": paper.latest_version,
        "withdrawn": paper.withdrawn,
    }


def response_to_json(response: Response) -> Document:
    """Return one of the `responses` of the JSON form."""
    return {
        "id": response.id,
        "type": response.type,
        "text": response.text,
        "url": response.url,
        "at": response.at,
        "answered": response.answered,
    }


def _share_to_json(share: Share) -> Document:
    return {
        "at": share.at,
        "date": share.date,
        "url": share.url,
        "summary": share.summary,
        "result": share.result,
        "channels": list(share.channels),
        "uid": share.uid,
        "withdrawn": share.withdrawn,
    }


def _archived_to_json(archived: Archived) -> Document:
    return {"at": archived.at, "because": archived.because, "note": archived.note}


_DERIVED = ("id", "stage_since")
_DERIVED_OF_PAPER = ("url", "pdf_url")


def idea_to_document(idea: Idea) -> Document:
    """Return what the board file keeps of an idea: no derived fields, nothing that is empty."""
    document = {key: value for key, value in idea_to_json(idea).items() if key not in _DERIVED}
    if document["paper"]:
        document["paper"] = {
            key: value
            for key, value in document["paper"].items()
            if key not in _DERIVED_OF_PAPER and value not in (None, "", [], False)
        }
    return {key: value for key, value in document.items() if value not in (None, "", [], False)}


class _Reader:
    """Takes typed values out of one document and notes what does not fit."""

    __slots__ = ("document", "problems", "where")

    def __init__(self, document: Mapping[str, Any], where: str, problems: list[str]) -> None:
        self.document = document
        self.where = where
        self.problems = problems

    def _complain(self, key: str, wanted: str) -> None:
        self.problems.append(f"{self.where}: '{key}' is not {wanted}; it is left out")

    def text(self, key: str, default: str = "") -> str:
        value = self.document.get(key)
        if type(value) is str:
            return value
        if value is not None:
            self._complain(key, "text")
        return default

    def optional(self, key: str) -> str | None:
        return self.text(key) or None

    def flag(self, key: str) -> bool:
        value = self.document.get(key)
        if value is not None and not isinstance(value, bool):
            self._complain(key, "true or false")
            return False
        return bool(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.document.get(key)
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)):
            self._complain(key, "a list")
            return ()
        if all(type(item) is str for item in value):
            return tuple(value)
        self._complain(key, "a list of texts")
        return tuple(item for item in value if isinstance(item, str))

    def part(self, key: str, build: Callable[[_Reader], T]) -> T | None:
        value = self.document.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self._complain(key, "an object")
            return None
        return build(_Reader(value, f"{self.where}, {key}", self.problems))

    def parts(self, key: str, build: Callable[[_Reader], T]) -> tuple[T, ...]:
        value = self.document.get(key)
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)):
            self._complain(key, "a list")
            return ()
        objects = [item for item in value if isinstance(item, Mapping)]
        if len(objects) != len(value):
            self._complain(key, "a list of objects")
        return tuple(build(_Reader(item, f"{self.where}, {key}", self.problems)) for item in objects)


def _paper(reader: _Reader) -> Paper:
    return Paper(
        arxiv_id=reader.text("arxiv_id"),
        version=reader.text("version"),
        title=reader.text("title"),
        authors=reader.texts("authors"),
        abstract=reader.text("abstract"),
        primary_category=reader.text("primary_category"),
        categories=reader.texts("categories"),
        published=reader.optional("published"),
        updated=reader.optional("updated"),
        comment=reader.optional("comment"),
        journal_ref=reader.optional("journal_ref"),
        doi=reader.optional("doi"),
        code_url=reader.optional("code_url"),
        latest_version=reader.optional("latest_version"),
        withdrawn=reader.flag("withdrawn"),
    )


def _share(reader: _Reader) -> Share:
    at = reader.text("at", _EPOCH)
    return Share(
        at=at,
        date=reader.text("date", at[: len("2026-01-01")]),
        url=reader.optional("url"),
        summary=reader.text("summary"),
        result=reader.text("result"),
        channels=reader.texts("channels"),
        uid=reader.text("uid"),
        withdrawn=reader.flag("withdrawn"),
    )


def _response(reader: _Reader) -> Response:
    return Response(
        id=reader.text("id"),
        type=reader.text("type", "question"),
        text=reader.text("text"),
        url=reader.optional("url"),
        at=reader.text("at", _EPOCH),
        answered=reader.optional("answered"),
    )


def _archived(reader: _Reader) -> Archived:
    return Archived(at=reader.text("at", _EPOCH), because=reader.text("because", "parked"), note=reader.text("note"))


def paper_from_document(document: Mapping[str, Any], problems: list[str]) -> Paper:
    """Read the `paper` part of a document; see `idea_from_document`."""
    return _paper(_Reader(document, "paper", problems))


def idea_from_document(id: str, document: Mapping[str, Any], problems: list[str]) -> Idea:
    """Read an idea as the board file keeps it, or its JSON form.

    Args:
        id: the eight characters that name the idea.
        document: the fields; unknown ones are left alone.
        problems: takes one sentence for each field of the wrong type, which then has its default.
    """
    reader = _Reader(document, f"idea {id}", problems)
    created = reader.text("created", _EPOCH)
    return Idea(
        id=id,
        title=reader.text("title") or "(untitled)",
        kind=reader.text("kind", "project"),
        stage=reader.text("stage", "idea"),
        created=created,
        updated=reader.text("updated") or created,
        rank=reader.text("rank"),
        tags=reader.texts("tags"),
        notes=reader.text("notes"),
        url=reader.optional("url"),
        links=reader.parts("links", lambda link: Link(link.text("url"), link.text("label"))),
        due=reader.optional("due"),
        trail=reader.parts("trail", lambda step: Step(step.text("stage", "idea"), step.text("at", _EPOCH))),
        draft=reader.optional("draft"),
        private=reader.flag("private"),
        ticks=reader.texts("ticks"),
        paper=reader.part("paper", _paper),
        share=reader.part("share", _share),
        responses=reader.parts("responses", _response),
        archived=reader.part("archived", _archived),
        origin=reader.part("origin", lambda origin: Origin(origin.text("idea"), origin.text("response"))),
    )
