"""Sharing, and what comes back: the share itself, responses, and the changelog that others follow."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ideaboard import files
from ideaboard.config import Config
from ideaboard.core import changes
from ideaboard.core.board import Board
from ideaboard.core.changes import Change, NewIdea, Sharing
from ideaboard.core.clock import moment
from ideaboard.core.ideas import Idea, Response
from ideaboard.core.text import clean_line, shortened
from ideaboard.errors import IdeaboardError, InvalidInput, Refused
from ideaboard.paths import Paths
from ideaboard.service.ideas import IdeaActions, new_uids
from ideaboard.service.session import Label, Outcome, Receipt, Session, quoted
from ideaboard.storage.ids import named_id

if TYPE_CHECKING:
    from ideaboard.core.changelog import Changelog, ChangelogOptions
    from ideaboard.publish.share_texts import ShareText
    from ideaboard.publish.targets import Target

NOTES = "notes"
"""The table of the hand-written paragraphs of a changelog's periods."""

_EXCERPT = 40


class Written(NamedTuple):
    """What writing a changelog to a file came to."""

    path: Path
    changed: bool
    """Whether the file was, or would be, changed."""
    diff: str = ""
    empty: bool = False
    """Whether nothing fits what was asked for, as after a slip in the name of a tag."""


class Plan(NamedTuple):
    """What would be written to one place, or why nothing can be."""

    target: Target
    written: Written | None
    """With a problem it is what `force` would write; None where force does not help."""
    problem: IdeaboardError | None = None


class Shares:
    """Shares ideas, keeps their responses, and writes down what was shared."""

    def __init__(self, session: Session, config: Config, paths: Paths) -> None:
        self._session = session
        self._config = config
        self._paths = paths
        self._unsaved: list[tuple[Receipt, str, str]] = []
        """Notes that are shown and still being saved: when they are there, the period, and the text."""

    def share(self, id: str, sharing: Sharing) -> Outcome:
        """Say where an idea was shared, and move it to the last stage; said again, it corrects what was said.
        Raises `InvalidInput` when the link or the date is wrong, or the date lies in the future.
        """
        (uid,) = new_uids(1)
        was = self._session.shown.ideas.get(id)
        outcome = self._session.act(Label.SHARE, lambda board, now: changes.share(board, id, sharing, uid, now))
        takes_back = sharing.withdrawn and not (was and was.share and was.share.withdrawn)
        said = f"withdrew {quoted(outcome.ideas)}" if takes_back and outcome.said else outcome.said
        return outcome._replace(said=said, warning=_still_missing(outcome.board.ideas[id]))

    def respond(self, id: str, type: str, text: str, url: str = "") -> Outcome:
        """Write down a response: `follower`, `question` or `opportunity`; raises as `changes.respond` does."""
        (response_id,) = self._session.new_ids(1)

        def transition(board: Board, now: datetime) -> Change:
            response = Response(id=response_id, type=type, text=text, url=url or None, at=moment(now))
            return changes.respond(board, id, response, now)

        outcome = self._session.act(Label.RESPOND, transition)
        return outcome._replace(said=f"wrote down a {type} for {quoted(outcome.ideas)}")

    def responses(self, *, waiting_only: bool = False) -> list[tuple[Idea, Response]]:
        """Return all responses and their ideas, waiting ones first, then newest first."""
        found = [
            (idea, response)
            for idea in self._session.shown
            for response in (idea.waiting if waiting_only else idea.responses)
        ]
        found.sort(key=lambda one: one[1].at, reverse=True)
        found.sort(key=lambda one: not one[1].waits)
        return found

    def answer(self, response_id: str, reply: str = "") -> Outcome:
        """Say that a response was answered, and what, if one likes; said again without a reply, that it was not.
        Raises `NotFound` when there is no such response, or the prefix fits several.
        """
        _, found = changes.find_response(self._session.shown, response_id)
        wanted = bool(reply) or not found.answered
        outcome = self._session.act(
            Label.ANSWER, lambda board, now: changes.answer(board, found.id, now, answered=wanted, reply=reply)
        )
        text = shortened(found.text, _EXCERPT)
        return outcome._replace(said=f"answered '{text}'" if wanted else f"'{text}' waits again")

    def edit_response(self, response_id: str, type: str, text: str, url: str = "") -> Outcome:
        """Correct a response. Raises as `answer` and `respond` do."""
        outcome = self._session.act(
            Label.EDIT, lambda board, now: changes.edit_response(board, response_id, type, text, url, now)
        )
        return outcome._replace(
            said=f"changed the response '{shortened(clean_line(text), _EXCERPT)}'" if outcome.ideas else ""
        )

    def idea_from_response(self, response_id: str, new: NewIdea | None = None) -> Outcome:
        """Make a response the next idea, which remembers where it came from.

        `new` says what the idea is to be; its title is the response's text when it is empty.
        """
        _, found = changes.find_response(self._session.shown, response_id)
        (id,) = self._session.new_ids(1)
        said = new or NewIdea(title="")
        return self._session.act(
            Label.ADD, lambda board, now: changes.idea_from_response(board, found.id, said, id, now)
        )

    def note(self, period: str, text: str) -> Outcome:
        """Keep a paragraph that the changelog prints under a period's heading; an empty one takes it away.
        Raises `InvalidInput` when there is no such period, or it is a single day, which has no heading.
        """
        from tinydb.table import Document

        from ideaboard.core.changelog import parse_period

        first, last = parse_period(period)
        period = period.strip().upper()
        if first == last:
            raise InvalidInput(f"'{period}' is a single day", "a note goes with a month, a week, a quarter or a year")
        clean, key = clean_line(text), named_id(f"note {period}")

        def write(table: Any) -> None:
            there = period in self._saved_notes()
            if there and clean:
                table.update({"text": clean}, doc_ids=[key])
            elif there:
                table.remove(doc_ids=[key])
            elif clean:
                table.insert(Document({"period": period, "text": clean}, doc_id=key))

        said = f"kept the note for {period}" if clean else f"no note for {period} now"
        outcome = self._session.change_table(Label.NOTE, NOTES, write, said)
        self._unsaved = [one for one in self._unsaved if not one[0].stamp]
        self._unsaved.append((self._session.receipts[-1], period, clean))
        return outcome

    def notes(self) -> dict[str, str]:
        """Return the notes by period, with those that are still being saved."""
        unsaved = {period: text for receipt, period, text in tuple(self._unsaved) if not receipt.stamp}
        return self._saved_notes() | unsaved

    def _saved_notes(self) -> dict[str, str]:
        with self._session.file.lock:
            documents: Mapping[str, Mapping[str, Any]] = self._session.file.documents(NOTES)
            return {str(fields.get("period", "")): str(fields.get("text", "")) for fields in documents.values()}

    def changelog(self, options: ChangelogOptions) -> Changelog:
        """Gather what was shared, as `options` says."""
        from ideaboard.core.changelog import build_changelog

        workflow = self._session.workflow
        for kind in options.kinds:
            workflow.kind(kind)
        return build_changelog(self._session.shown, workflow, options, self.notes(), self._config.words)

    def changelog_text(self, options: ChangelogOptions, format: str = "md", template: Path | None = None) -> str:
        """Gather what was shared, and write it down as a whole document; raises as `written_out` does."""
        return self.written_out(self.changelog(options), format, template)

    def write_changelog(
        self,
        options: ChangelogOptions,
        *,
        output: Path | None = None,
        into: str | None = None,
        format: str = "md",
        force: bool = False,
        dry: bool = False,
        template: Path | None = None,
    ) -> Written:
        """Write the changelog to a file of its own, or into a marked block of somebody's file.

        `output` is the file of its own, `into` is `FILE[:BLOCK]`, which holds Markdown only: a list, unless the options
        divide it, with headings one below that of the block. `force` writes over what a person wrote there; `dry`
        changes nothing and tells what would be changed.
        Raises `InvalidInput` for a missing or doubled block; `Refused` for a block edited by hand, or a file that is
        not our own earlier output.
        """
        from ideaboard.publish import block

        if into is not None and format != "md":
            raise InvalidInput("a block holds Markdown", "write other formats to a file with -o")
        path, name = block.parse_into(into) if into is not None else (output, "")
        if path is None:
            raise InvalidInput("no file is named", "give one with -o or --into")
        if format == "md":
            block.refuse_other_formats(path)
        files.refuse_stray_link(path)
        old = files.read_text(path) if name else ""
        changelog = self.changelog(_suited(options, old, name) if name else options)
        if name:
            from ideaboard.publish.changelog import render_markdown

            body = render_markdown(changelog, whole=False, name=name, folders=self._paths.templates, template=template)
            new = block.update_block(old, name, body, force=force, mdx=path.suffix.lower() == ".mdx")
        else:
            new = block.over_own(path, self.written_out(changelog, format, template), force=force)
        if not dry:
            return Written(path, block.write_file(path, new), empty=changelog.empty)
        if not name and os.path.lexists(path):
            old = files.read_text(path)
        return Written(path, new != old, block.diff(old, new, path.name), changelog.empty)

    def publish(
        self, *, force: bool = False, dry: bool = False, seen: Sequence[Written] | None = None
    ) -> list[tuple[Target, Written]]:
        """Write all that the `[[publish]]` tables name: those of the repository that the board lies in, else those of
        the config. Nothing is written when one of them cannot be; `force` and `dry` as for `write_changelog`. Where the
        person has `seen` what would be written, nothing else is.
        Raises `InvalidInput` when there are no tables, or one is wrong; `Refused` when the repository is not trusted,
        or one names a file outside of it, when something else than was seen would be written, and as `write_changelog`
        does.
        """
        shares, targets = self._targets()
        planned = [(target, shares.write_target(target, force=force, dry=True)) for target in targets]
        if seen is not None and [one for _, one in planned] != list(seen):
            raise Refused("what would be written is not what you saw any more", "look at it again")
        if dry:
            return planned
        return [
            (target, shares.write_target(target, force=force, dry=False) if one.changed else one)
            for target, one in planned
        ]

    def plans(self) -> list[Plan]:
        """Return what `publish` would write to each place; what speaks against one does not hide the others.
        Raises as `publish` does for what concerns all of them.
        """
        shares, targets = self._targets()
        return [shares.plan_target(target) for target in targets]

    def _targets(self) -> tuple[Shares, list[Target]]:
        """Return what the tables name, and what writes it under the names and addresses that stand beside them."""
        from ideaboard.publish.targets import published, read_targets

        config, root = published(self._config, self._paths)
        shares = Shares(self._session, config, self._paths)
        shares._unsaved = self._unsaved
        return shares, read_targets(config.publish, self._session.workflow, root)

    def plan_target(self, target: Target) -> Plan:
        try:
            return Plan(target, self.write_target(target, force=False, dry=True))
        except Refused as problem:
            with suppress(IdeaboardError):
                return Plan(target, self.write_target(target, force=True, dry=True), problem)
            return Plan(target, None, problem)
        except IdeaboardError as problem:
            return Plan(target, None, problem)

    def write_target(self, target: Target, *, force: bool, dry: bool) -> Written:
        options = target.options
        try:
            if target.filter:
                actions = IdeaActions(self._session, dict)
                found = actions.query(target.filter).select(self._session.shown, actions.context())
                options = replace(options, ids=frozenset(idea.id for idea in found))
            return self.write_changelog(
                options,
                output=None if target.block else target.path,
                into=f"{target.path}:{target.block}" if target.block else None,
                format=target.format,
                force=force,
                dry=dry,
            )
        except IdeaboardError as error:
            raise type(error)(f"{target.name}: {error.message}", error.hint) from None

    def share_texts(self, id: str) -> list[ShareText]:
        """Return a text for each channel that the person chose, with its length by the channel's own rule.
        Raises `NotFound` when there is no such idea; `InvalidInput` when a person's own template is wrong.
        """
        from ideaboard.core.credit import with_known_paper
        from ideaboard.core.outputs import CHANNELS
        from ideaboard.publish.share_texts import share_text

        channels = self._config.channels
        idea = with_known_paper(self._session.shown.find(id), self._session.shown)
        return [
            share_text(
                idea,
                channel,
                server=self._config.mastodon,
                folders=self._paths.templates,
                words=self._config.words,
            )
            for channel in (CHANNELS if channels is None else channels)
        ]

    def written_out(self, changelog: Changelog, format: str = "md", template: Path | None = None) -> str:
        """Write a changelog down as a whole document; raises as `render_changelog` does."""
        from ideaboard.publish.changelog import render_changelog
        from ideaboard.publish.feeds import Publication

        config = self._config
        publication = Publication(
            title=config.title,
            author=config.name,
            about=config.about,
            links=config.links,
            home_url=config.url or None,
            page_url=config.page_url or None,
            atom_url=config.atom_url or None,
            json_url=config.json_url or None,
        )
        return render_changelog(changelog, format, publication, folders=self._paths.templates, template=template)


def _suited(options: ChangelogOptions, text: str, name: str) -> ChangelogOptions:
    """Return options with the style that suits a block of somebody's file, and headings one below its own."""
    from ideaboard.core.changelog import HEADING_LEVELS
    from ideaboard.publish.block import heading_level

    style = options.style or ("periods" if options.by else "list")
    level = options.heading_level or min(heading_level(text, name) + 1, HEADING_LEVELS)
    return replace(options, style=style, heading_level=level)


def _still_missing(idea: Idea) -> str:
    """Say what others will miss in the changelog's line."""
    from ideaboard.core.credit import PAPER_LINK, shared_url

    share = idea.share
    if share is None or share.withdrawn:
        return ""
    missing = ["it is private, so others do not see it until you take that back"] if idea.private else []
    if share.url and not shared_url(idea):
        missing.append(PAPER_LINK)
    elif not share.url:
        missing.append("it has no link yet; share it again to add one")
    if not share.summary:
        missing.append("it has no line on what it is yet; share it again to add one")
    return "; ".join(missing)
