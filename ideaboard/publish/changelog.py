"""The changelog in any of its formats, each in one entry of `FORMATS`: the same board, the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from ideaboard.core.changelog import Answers, Changelog, Entry, InProgress, Period
from ideaboard.core.credit import Credit
from ideaboard.core.patterns import late
from ideaboard.core.words import Words
from ideaboard.errors import InvalidInput
from ideaboard.publish import templates
from ideaboard.publish.block import block, stamp
from ideaboard.publish.feeds import Publication, entry_title, render_atom, render_json, render_json_feed, shown_address
from ideaboard.publish.markdown import escape, known_link, uri

TEMPLATE = "export/changelog.md.j2"
PAGE = "export/page.html.j2"


def render_markdown(
    changelog: Changelog,
    *,
    title: str = "Shared",
    whole: bool,
    name: str = "shared",
    folders: Sequence[Path] = (),
    template: Path | None = None,
) -> str:
    """Return the changelog as Markdown, ending in LF: what goes into a block, which may be nothing, or a whole page.

    A whole page has a heading, an introduction, and a marked block called `name`.
    Raises `InvalidInput` when a person's own template is wrong, or the name cannot name a block.
    """
    options = changelog.options
    style = "list" if options.by == "none" and options.style != "sections" else options.style or "periods"
    has_periods = style != "list" and options.by not in ("kind", "none")
    by_kind = style == "sections" or options.by == "kind"
    says_day, says_stage = not has_periods, style != "list"
    filters = line_filters(changelog.words, says_kind=not by_kind, says_day=says_day, says_stage=says_stage)
    variables = {"changelog": changelog, "title": title, "words": changelog.words, "style": style, "by_kind": by_kind}
    level = options.heading_level or 2

    def fill(content: str) -> str:
        more = {"whole": bool(content), "content": content, "level": level}
        return templates.render(TEMPLATE, variables | more, folders, explicit=template, filters=filters)

    body = fill("")
    if style == "sections" or not whole:  # else the block takes the blank lines away
        body = body.strip("\n")
    heads = [line for line in body.splitlines() if line.startswith("#")] if style == "sections" else []
    if len(set(heads)) < len(heads):  # a kind comes again in another period, which markdownlint takes for a slip
        body = f"<!-- markdownlint-disable MD024 -->\n\n{body}\n\n<!-- markdownlint-enable MD024 -->"
    if whole:
        page = fill(block(name, body))
        is_usual = page[:1] != "\n" and page[-2:] == "\n\n" and page[-3:-2] != "\n"
        return page[:-1] if is_usual else page.strip("\n") + "\n"  # one copy of a long page less
    return f"{body}\n" if body else ""


def line_filters(words: Words, *, says_kind: bool, says_day: bool, says_stage: bool) -> dict[str, Callable[..., str]]:
    """Return the filters that write an entry, and what is being made, as one line of Markdown without the bullet."""
    lines = _Lines(words, says_kind=says_kind, says_day=says_day, says_stage=says_stage)
    return {"line": lines.entry, "going": lines.going}


_TILDE = late(r"(\\.|<\S*>|\]\(\S*\))|~")
_escaped = lru_cache(escape)
"""For what many lines say."""
_Piece = str | Credit | Answers


class _Lines(NamedTuple):
    """Writes what was shared, and what is being made, as one line of Markdown each, without the bullet.

    `[title](url): summary. _Kind, result; after [authors, year](link); answers a question on [title](link) · day_`;
    what is missing is left out. The tail is set off by `_`, the sign that prettier keeps.
    """

    words: Words
    says_kind: bool
    """Whether no heading names the kind."""
    says_day: bool
    """Whether no heading names the time."""
    says_stage: bool
    """Whether a heading says that things are in progress, so that the stage can stand in the line."""

    def entry(self, entry: Entry) -> str:
        facts = [entry.label] if self.says_kind and not entry.title_says_kind else []
        if entry.result:
            facts.append(entry.result.removesuffix("."))
        day = self.words.on(entry.date) if self.says_day else ""
        return _line(
            entry_title(entry, self.words),
            entry.url,
            entry.summary,
            self._tail(", ".join(facts), entry.credit, entry.answers, day),
        )

    def going(self, item: InProgress) -> str:
        status = item.status if self.says_stage else self.words.in_progress
        return _line(item.title, None, "", self._tail(status, item.credit, None))

    def _tail(self, facts: str, credit: Credit | None, answers: Answers | None, day: str = "") -> list[_Piece]:
        pieces: list[_Piece] = [facts]
        for word, source in ((self.words.after, credit), (self.words.answers, answers)):
            if source:
                pieces += [f"{'; ' if pieces != [''] else ''}{word} ", source]
        at = 0 if facts or len(pieces) == 1 else 1
        pieces[at] = templates.sentence_case(str(pieces[at]))
        # Last and apart, where the eye finds it in every line: results have commas of their own.
        return [*pieces, f"{' · ' if pieces != [''] else ''}{day}"] if day else pieces


def _line(title: str, url: str | None, summary: str, tail: list[_Piece]) -> str:
    """Put a line together; words between two links are escaped as one run, for neighbours decide what is markup."""
    about = f": {templates.sentence(summary)}" if summary else ""
    runs = [known_link(title, url), escape(about)] if url else [escape(title + about, start=True)]
    end = len(runs)
    words = ""
    for piece in tail:
        if isinstance(piece, str):
            words += piece
        elif piece.url:
            runs += [f"{_escaped(words)} ", known_link(_text(piece), piece.url)]
            words = ""
        else:
            words += _text(piece)
    runs.append(f" {_escaped(words)}" if words.startswith(" ") else _escaped(words))
    if "".join(runs).count("~") > 1 and sum(any(not found[1] for found in _TILDE.finditer(run)) for run in runs) > 1:
        # They strike out what stands between, across runs too.
        runs = [_TILDE.sub(lambda found: found[1] or "\\~", run) for run in runs]
    ended = "".join(runs[end:])
    return "".join(runs[:end]) + (f" _{ended}_" if ended else "")


def _text(source: Credit | Answers) -> str:
    return source.label if isinstance(source, Credit) else source.title


def render_page(
    changelog: Changelog, publication: Publication, folders: Sequence[Path] = (), template: Path | None = None
) -> str:
    """Return the changelog as an HTML page; raises `InvalidInput` when a person's own template is wrong."""
    style, by = changelog.options.style, changelog.options.by
    variables = {
        "changelog": changelog,
        "publication": publication,
        "by_kind": style == "sections" or by == "kind",
        "periods": (Period("", "", "", changelog.entries, ()),) if style == "list" else changelog.periods,
    }
    filters: dict[str, Callable[..., str]] = {
        "entry_title": partial(entry_title, words=changelog.words),
        "address": shown_address,
        "uri": uri,
        "day": changelog.words.on,
    }
    text = templates.render(PAGE, variables, folders, explicit=template, filters=filters).strip("\n")
    return stamp(f"{text}\n<!-- ideaboard:html sum=000000000000 -->\n")


class Format(NamedTuple):
    """A form of the changelog: what writes it, whether it is JSON, and whether it says who made it."""

    write: Callable[[Changelog, Publication, Sequence[Path], Path | None], str]
    is_json: bool = False
    has_author: bool = False


FORMATS = {
    "md": Format(
        lambda changelog, publication, folders, template: render_markdown(
            changelog, title=publication.title, whole=True, folders=folders, template=template
        )
    ),
    "html": Format(render_page, has_author=True),
    "atom": Format(lambda changelog, publication, *_: render_atom(changelog, publication), has_author=True),
    "jsonfeed": Format(
        lambda changelog, publication, *_: render_json_feed(changelog, publication), is_json=True, has_author=True
    ),
    "json": Format(lambda changelog, publication, *_: render_json(changelog, publication), is_json=True),
}


def render_changelog(
    changelog: Changelog,
    format: str,
    publication: Publication,
    *,
    folders: Sequence[Path] = (),
    template: Path | None = None,
) -> str:
    """Return the changelog as a whole document in one of `FORMATS`, ending in LF; feeds and JSON have no template.
    Raises `InvalidInput` when there is no such format, or a person's own template is wrong.
    """
    if format not in FORMATS:
        raise InvalidInput(f"there is no format '{format}'", "use one of " + ", ".join(FORMATS))
    return FORMATS[format].write(changelog, publication, folders, template)
