"""Ideas that another program or person wrote, made safe before they are kept (design section 10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ideaboard.core.clock import moment, parse_date, parse_moment
from ideaboard.core.ideas import Archived, Idea, Link, Origin, Paper, Response, Share, Step
from ideaboard.core.links import clean_url
from ideaboard.core.text import TITLE_LIMIT, clean_line, clean_tag, clean_text, clean_title
from ideaboard.errors import InvalidInput


def cleaned_idea(idea: Idea) -> Idea:
    """Clean every text of an idea; moments are brought into our own form, so that they sort as text.

    Raises:
        InvalidInput: when a title, tag, link, date or moment cannot be taken.
    """
    return replace(
        idea,
        title=clean_title(idea.title),
        kind=clean_line(idea.kind),
        stage=clean_line(idea.stage),
        created=_moment(idea.created),
        updated=_moment(idea.updated),
        tags=tuple(dict.fromkeys(map(clean_tag, idea.tags))),
        notes=clean_text(idea.notes),
        url=_url(idea.url),
        links=tuple(Link(clean_url(link.url), clean_line(link.label)) for link in idea.links),
        due=parse_date(idea.due) if idea.due else None,
        trail=tuple(Step(clean_line(step.stage), _moment(step.at)) for step in idea.trail),
        draft=_line(idea.draft),
        ticks=tuple(map(clean_line, idea.ticks)),
        paper=_paper(idea.paper) if idea.paper else None,
        share=_share(idea.share) if idea.share else None,
        responses=tuple(map(_response, idea.responses)),
        archived=_archived(idea.archived) if idea.archived else None,
        origin=Origin(clean_line(idea.origin.idea), clean_line(idea.origin.response)) if idea.origin else None,
    )


def cleaned_value(value: Any) -> Any:
    """Clean every text in a value from JSON, the names of its fields included."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_line(str(key)): cleaned_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [cleaned_value(inner) for inner in value]
    return value


def _paper(paper: Paper) -> Paper:
    return replace(
        paper,
        arxiv_id=clean_line(paper.arxiv_id),
        version=clean_line(paper.version),
        title=clean_text(paper.title),
        authors=tuple(map(clean_line, paper.authors)),
        abstract=clean_text(paper.abstract),
        primary_category=clean_line(paper.primary_category),
        categories=tuple(map(clean_line, paper.categories)),
        published=_line(paper.published),
        updated=_line(paper.updated),
        comment=clean_text(paper.comment) if paper.comment else None,
        journal_ref=clean_text(paper.journal_ref) if paper.journal_ref else None,
        doi=_line(paper.doi),
        code_url=_url_or_none(paper.code_url),
        latest_version=_line(paper.latest_version),
    )


def _share(share: Share) -> Share:
    return replace(
        share,
        at=_moment(share.at),
        date=parse_date(share.date),
        url=_url(share.url),
        summary=clean_line(share.summary),
        title=clean_line(share.title)[:TITLE_LIMIT],
        result=clean_line(share.result),
        channels=tuple(map(clean_line, share.channels)),
        uid=clean_line(share.uid),
    )


def _response(response: Response) -> Response:
    return replace(
        response,
        id=clean_line(response.id),
        type=clean_line(response.type),
        text=clean_line(response.text),
        url=_url(response.url),
        at=_moment(response.at),
        answered=_moment(response.answered) if response.answered else None,
    )


def _archived(archived: Archived) -> Archived:
    return Archived(at=_moment(archived.at), because=clean_line(archived.because), note=clean_line(archived.note))


def _moment(text: str) -> str:
    return moment(parse_moment(text))


def _line(text: str | None) -> str | None:
    return (clean_line(text) or None) if text else None


def _url(text: str | None) -> str | None:
    return clean_url(text) if text else None


def _url_or_none(text: str | None) -> str | None:
    """Drop an address that is no link: it was found in somebody's sentence."""
    try:
        return _url(text)
    except InvalidInput:
        return None
