"""Making: drafts that a template starts from what is known of an idea, and the look over them before sharing."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ideaboard import files
from ideaboard.config import Config
from ideaboard.core import changes
from ideaboard.core.changes import Edit
from ideaboard.errors import IdeaboardError, InvalidInput, Refused
from ideaboard.paths import Paths, trust_command, trust_place
from ideaboard.places import user_path
from ideaboard.service.session import Label, Outcome, Session, quoted

if TYPE_CHECKING:
    from ideaboard.core.ideas import Idea
    from ideaboard.core.weeknotes import WeekNotes
    from ideaboard.publish.drafts import Draft
    from ideaboard.publish.ready import Finding
    from ideaboard.publish.templates import TemplateInfo
    from ideaboard.service.memory import Choices


REPOSITORY = "repository"
"""What a draft of a paper to code can be for, beside the sites."""


class Drafts:
    """Starts drafts, checks them, and keeps the templates."""

    def __init__(self, session: Session, config: Config, paths: Paths, choices: Choices) -> None:
        self._session = session
        self._config = config
        self._paths = paths
        self._choices = choices

    def sites(self, kind: str) -> list[str]:
        """Return what a draft of a kind can be for, what is likely first: a starter repository, or one of the sites."""
        from ideaboard.core.outputs import SITES

        own = self._config.site
        repository = [REPOSITORY] if kind == "paper-to-code" else []
        first = [own] if own != "plain" else []
        return list(dict.fromkeys([*first, *repository, *SITES]))

    def last_place(self, kind: str) -> tuple[str, Path]:
        """Return for what, and in which folder, a draft of a kind was started last on this computer, or would be."""
        site, _, folder = self._choices.get(f"draft of a {kind}").partition("\t")
        sites = self.sites(kind)
        return site if site in sites else sites[0], Path(user_path(folder)) if folder else self._folder

    def remember_place(self, kind: str, site: str, folder: Path) -> None:
        self._choices.put(f"draft of a {kind}", f"{site}\t{portable(folder)}")

    def start(
        self,
        id: str,
        *,
        site: str | None = None,
        folder: Path | None = None,
        template: Path | None = None,
        again: bool = False,
    ) -> tuple[Path, Outcome]:
        """Write the draft of an idea and record its path on the card; one that has a draft keeps it, unless `again`.

        The front matter is for the config's site when none is given. The draft goes to `folder`, else to the config's
        folder, else to the one that the program was started in. `template` is a file to use for the write-up. Returns
        the file to open in an editor, and what was done.
        Raises `InvalidInput` when there is no such site, a template is wrong, or the draft cannot be written; `Refused`
        when something is in the way, or a draft is there and one for a site, a folder or a template is asked for.
        """
        idea = self._session.shown.find(id)
        there = None if again else self._there(idea)
        if there is None:
            return self.write(id, self.plan(id, site=site, folder=folder, template=template))
        said = f"{quoted([idea])} has a draft already"
        if site or folder or template:
            hint = f"open it with 'ideaboard draft {idea.id} --edit', or start a further one with --again"
            raise Refused(f"{said}: '{there}'", hint)
        return there, Outcome(self._session.shown, said=said, warning="--again starts a further one")

    def _there(self, idea: Idea) -> Path | None:
        """Return the file to open of the draft that an idea has, if it lies on this computer and may be looked at."""
        with suppress(Refused):
            return self.main(idea) if idea.draft and os.path.lexists(self.path(idea)) else None
        return None

    def plan(
        self, id: str, *, site: str | None = None, folder: Path | None = None, template: Path | None = None
    ) -> Draft:
        """Fill in the templates of a draft; nothing is written, and any thread may do it. See `start`.

        An idea without a draft takes the last one again when its undo left it and nobody has changed it since: such a
        draft has no files that are to be written. `REPOSITORY` is a site for a starter repository.
        """
        from ideaboard.core.credit import with_known_paper
        from ideaboard.publish.drafts import draft_questions, plan_draft

        idea = with_known_paper(self._session.shown.find(id), self._session.shown)
        own_site = self._config.site if self._config.site != "plain" else None
        return plan_draft(
            idea,
            self._session.workflow,
            folder=folder or self._folder,
            left=None if idea.draft else self._left(idea.id),
            now=self._session.now(),
            site=None if site == REPOSITORY else site or own_site,
            questions=draft_questions(idea, self._session.shown.ideas),
            author=self._config.name,
            license=self._config.license,
            words=self._config.words,
            folders=self._paths.templates,
            template=template,
        )

    def write(self, id: str, draft: Draft) -> tuple[Path, Outcome]:
        """Write a draft that was planned, and record its path on the card. See `start`."""
        from ideaboard.publish.drafts import fingerprint, write_draft

        idea = self._session.shown.find(id)
        try:
            str(draft.path).encode()
        except UnicodeEncodeError:
            what = f"the path '{draft.path}' is not UTF-8 text, so the card cannot name it"
            raise InvalidInput(what, "choose another folder with --dir") from None
        path = write_draft(draft) if draft.files else draft.path
        if draft.files:
            self._choices.put(f"draft {idea.id}", f"{fingerprint(path)}\t{path}")
        edit = Edit(draft=portable(path))
        try:
            outcome = self._session.act(Label.DRAFT, lambda board, now: changes.edit(board, [idea.id], edit, now))
        except IdeaboardError as error:
            raise type(error)(f"{error.message}; the draft is at '{path}' all the same", error.hint) from None
        return draft.main, outcome._replace(said=f"{Label.DRAFT.verb} {quoted([idea])} at {path}")

    def weeknotes(self, week: str | None = None) -> WeekNotes:
        """Gather what happened in a week, given as `parse_week` reads it; this week when it is None."""
        from ideaboard.core.weeknotes import build_weeknotes, parse_week

        now = self._session.now()
        key = parse_week(week, now.date())
        return build_weeknotes(self._session.shown, self._session.workflow, key, now, self._config.words)

    def weeknotes_text(self, notes: WeekNotes) -> str:
        """Write the notes as Markdown. Raises `InvalidInput` when a person's own template is wrong."""
        from ideaboard.publish.weeknotes import render_weeknotes

        return render_weeknotes(notes, words=self._config.words, folders=self._paths.templates)

    def start_weeknotes(self, notes: WeekNotes) -> Path:
        """Write the notes as a draft for the config's site, where drafts go; return its path, raise as `start` does."""
        from ideaboard.publish.drafts import write_draft
        from ideaboard.publish.weeknotes import plan_weeknotes

        return write_draft(
            plan_weeknotes(
                notes,
                folder=self._folder,
                now=self._session.now(),
                site=self._config.site,
                license=self._config.license,
                words=self._config.words,
                folders=self._paths.templates,
            )
        )

    def _left(self, id: str) -> Path | None:
        """Return the last draft of an idea, if it is as it was written."""
        from ideaboard.publish.drafts import fingerprint

        known, _, path = self._choices.get(f"draft {id}").partition("\t")
        return Path(path) if known and known == fingerprint(Path(path)) else None

    @property
    def _folder(self) -> Path:
        return self._own_folder or Path(os.curdir).absolute()

    @property
    def _own_folder(self) -> Path | None:
        return Path(user_path(self._config.drafts)) if self._config.drafts else None

    def path(self, idea: Idea) -> Path:
        """Return where the draft of an idea is.
        Raises `InvalidInput` when it has none; `Refused` when a board that is not trusted names a file elsewhere.
        """
        if not idea.draft:
            raise InvalidInput(f"'{idea.title}' has no draft", f"start one with 'ideaboard draft {idea.id}'")
        # A path that begins with a dash or a plus would be an option, or a command, to the editor.
        return self._safe(Path(user_path(idea.draft)).absolute())

    def _safe(self, path: Path) -> Path:
        """Return a path that the board names: a stranger's board names nothing of the user's."""
        real, board = os.path.realpath(path), self._paths.board
        tops = [trust_place(board), *map(str, filter(None, [self._own_folder]))]
        if self._paths.trusted or any(files.is_below(real, os.path.realpath(top)) for top in tops):
            return path
        raise Refused(
            f"the draft '{path}' lies outside of the folder of its board", f"if it is yours, {trust_command(board)}"
        )

    def main(self, idea: Idea) -> Path:
        """Return the file of a draft to open in an editor (of a repository the write-up); raises as `path` does."""
        path = self.path(idea)
        return self._safe(path / "WRITEUP.md") if os.path.isdir(path) else path  # noqa: PTH112  # Path.is_dir() raises

    def check(self, id: str) -> list[Finding]:
        """Look a draft over before sharing; raises as `path` and `check_draft` do."""
        from ideaboard.publish.ready import check_draft

        return check_draft(self.path(self._session.shown.find(id)))

    @property
    def take_long(self) -> bool:
        """Whether templates of the person's own are in force, which may take their time."""
        from ideaboard.publish.templates import has_templates

        return has_templates(self._paths.templates)

    def templates(self) -> list[TemplateInfo]:
        """Return all templates, the person's own in front of the built-in ones."""
        from ideaboard.publish.templates import list_templates

        return list_templates(self._paths.templates)

    def template_text(self, name: str) -> str:
        """Return the text of a template. Raises `NotFound` when there is none of that name."""
        from ideaboard.publish.templates import show_template

        return show_template(name, self._paths.templates)

    def copy_template(self, name: str) -> Path:
        """Copy a built-in template to the config folder; raises as `templates.copy_template` does."""
        from ideaboard.publish.templates import copy_template

        return copy_template(name, Path(self._paths.config).parent / "templates")


def portable(path: Path) -> str:
    """Write a path below the home folder with `~`, so that it is right on the person's other machine as well."""
    path = path.absolute()
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
