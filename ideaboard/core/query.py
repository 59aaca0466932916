"""The filter language of the board, the command line and the candidates.

Words are ANDed over title, tags, notes, paper title, abstract and authors. `"a phrase"`, `-not`, `kind:`, `tag:` or
`#tag`, `stage:`, `author:`, `cat:`, `is:`, `has:`, `age:>30d`, `due:<2026-12-24`, `shared:2026-03`, `votes:>50`, `id:`.

Parsing never fails: what is not complete, and what looks like an operator and is none, filters nothing and is named in
`Query.problems`, so that a filter works while it is still being typed. The command line refuses a query that has
problems. In quotes everything is a word.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from ideaboard.core.clock import age_in_days
from ideaboard.core.days import DAYS, begins_a_day, relative_day
from ideaboard.core.facts import FactsById, facts_of, has_code
from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.kinds import CANDIDATE, Kind, Stage, Workflow
from ideaboard.core.late import StoredPaper, needles
from ideaboard.core.text import fold

Predicate = Callable[[Idea, "Context"], bool]
_Builder = Callable[[str, Workflow, list[str]], Predicate | None]

FIELDS = ("kind", "tag", "stage", "author", "cat", "is", "has", "age", "due", "shared", "votes", "guest", "id")

_OPERATORS = {
    "OR": "'{}' is no operator, all parts must fit; for any of several: list -t bayes -t llm",
    "AND": "'{}' is no operator, all parts must fit without it",
    "NOT": "'{}' is no operator; write -word, or -tag:lora",
}
_OPERATORS |= {"||": _OPERATORS["OR"], "|": _OPERATORS["OR"], "&&": _OPERATORS["AND"], "&": _OPERATORS["AND"]}
_SIGNS = ("<=", ">=", "<", ">", "==", "=", "!=", ":")
_COMPARED = re.compile(f"({'|'.join(FIELDS)})(<=|>=|<|>|==?|!=)(.*)", re.IGNORECASE)
_TOKEN = re.compile(r'(-?)(?:([A-Za-z]+):)?("([^"]*)"?|\S*)')
_AGE = re.compile(r"(<=|>=|<|>)?([0-9]{1,6})([dwmy])?")
_VOTES = re.compile(r"(<=|>=|<|>)?([0-9]{1,9})")
_DATE = "[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"
_DATE_BEGUN = re.compile("(?:[<>]=?)?(?:[0-9]{0,4}|[0-9]{4}-(?:[01]?|(?:0[1-9]|1[0-2])-[0-3]?))")
_PERIOD = re.compile(_DATE)
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365, None: 1}


@dataclass(slots=True)
class Context:
    """What a query is asked against."""

    workflow: Workflow
    now: datetime
    facts: Callable[[], FactsById] = dict
    """What is known of papers besides; it is asked for only where a part of the query wants it."""


class Query(NamedTuple):
    """A parsed filter."""

    text: str
    predicates: tuple[Predicate, ...] = ()
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.predicates)

    def select(self, ideas: Iterable[Idea], context: Context) -> list[Idea]:
        """Return the ideas that pass, in the order in which they came."""
        predicates = self.predicates
        return [idea for idea in ideas if all(predicate(idea, context) for predicate in predicates)]


def parse_query(text: str, workflow: Workflow) -> Query:
    """Read a filter as a person types it; see the module for the language."""
    predicates: list[Predicate] = []
    problems: list[str] = []
    before = ""
    for match in _TOKEN.finditer(text):
        minus, name, raw, phrase = match.groups()
        value = raw if phrase is None else phrase
        if not match.group() or (minus and not name and not value):
            continue
        if value in _SIGNS and before.lower() in FIELDS:
            problems.append(
                f"'{before} {value}' is no comparison; write {before.lower()}: and the value, without blanks"
            )
            continue
        before = value if phrase is None and not name else ""
        if predicate := _predicate(name, value, phrase is not None, workflow, problems):
            predicates.append(_not(predicate) if minus else predicate)
    return Query(text, tuple(predicates), tuple(problems))


def _predicate(name: str | None, value: str, quoted: bool, workflow: Workflow, problems: list[str]) -> Predicate | None:
    if not quoted and (problem := _not_understood(name, value)):
        problems.append(problem)
        return None
    if name is None:
        if value.startswith("#") and not quoted:
            return _build_tag(value, workflow, problems)
        return _words(value) if value else None
    build = _BUILDERS.get(name.lower())
    if build is None:
        if not value.startswith("//"):
            problems.append(f"there is no field '{name}:'; there are " + ", ".join(f"{known}:" for known in FIELDS))
        return _words(f"{name}:{value}")
    return build(value, workflow, problems) if value else None


def _not_understood(name: str | None, value: str) -> str:
    if value.count("(") != value.count(")"):
        return "parentheses do not group here; to look for one, put it in quotes"
    if name is not None:
        return ""
    if value in _OPERATORS:
        return _OPERATORS[value].format(value) + "; in quotes it is a word"
    if value == "#":
        return "a tag belongs to '#', as in #bayes"
    if match := _COMPARED.fullmatch(value):
        field, sign, rest = match.groups()
        minus = "-" if sign == "!=" else ""
        sign = sign if field.lower() in ("age", "due", "votes") and sign[:1] not in "=!" else ""
        return f"'{value}' lacks its colon; write {minus}{field.lower()}:{sign}{rest}"
    return ""


def _not(predicate: Predicate) -> Predicate:
    return lambda idea, context: not predicate(idea, context)


def _fold(text: str, *, lines: bool) -> str:
    """Fold quickly where nothing but ASCII is there, which is nine abstracts in ten; line ends may become blanks."""
    if text.isascii():
        return " ".join(text.lower().split()) if lines else text.lower()
    return fold(text)


def _words(value: str) -> Predicate:
    wanted = fold(value) or value
    words = needles(wanted)
    lines = " " in wanted or wanted != wanted.strip()

    def found(idea: Idea, _context: Context) -> bool:
        # Each part is looked through by itself, so that a phrase never spans two of them, while it may span two lines
        # of an abstract. Most ideas are let through or ruled out without reading their papers.
        if wanted in _fold(idea.title, lines=lines) or (
            idea.tags and wanted in _fold(" ".join(idea.tags), lines=lines)
        ):
            return True
        if idea.notes and wanted in _fold(idea.notes, lines=lines):
            return True
        if (paper := _paper(idea, words)) is None:
            return False
        title, abstract, authors = paper.texts()
        # Its title comes last, since that is the idea's own as a rule.
        return (
            wanted in _fold(abstract, lines=lines)
            or wanted in _fold(" ".join(authors), lines=lines)
            or (title != idea.title and wanted in _fold(title, lines=lines))
        )

    return found


def _paper(idea: Idea, words: Sequence[bytes]) -> Paper | None:
    """Return the paper of an idea, unless it is certain without reading it that the words are not in it."""
    paper = idea.paper
    return None if isinstance(paper, StoredPaper) and not paper.may_hold(words) else paper


def _build_tag(value: str, _workflow: Workflow, problems: list[str]) -> Predicate:
    if "," in value.strip(","):
        problems.append(f"'{value}' is no tag, none has a comma; for any of several: list -t bayes -t llm")
    wanted = fold(value.strip("#,"))
    return lambda idea, _: any(fold(tag).startswith(wanted) for tag in idea.tags)


def _begun(things: Iterable[Kind | Stage], value: str) -> frozenset[str]:
    wanted = fold(value)
    return frozenset(one.key for one in things if one.key.startswith(wanted) or fold(one.label).startswith(wanted))


def _build_kind(value: str, workflow: Workflow, problems: list[str]) -> Predicate:
    keys = _begun(workflow.kinds, value)
    if not keys:
        problems.append(f"there is no kind '{value}'; there are " + ", ".join(workflow.kind_keys))
    return lambda idea, _: idea.kind in keys


def _build_stage(value: str, workflow: Workflow, problems: list[str]) -> Predicate:
    keys = _begun((workflow.stage(CANDIDATE), *workflow.stages), value)
    if not keys:
        problems.append(f"there is no stage '{value}'; there are " + ", ".join((CANDIDATE, *workflow.stage_keys)))
    return lambda idea, context: context.workflow.column_of(idea.stage) in keys


def _build_author(value: str, _workflow: Workflow, _problems: list[str]) -> Predicate:
    wanted = fold(value)
    words = needles(wanted)

    def fits(idea: Idea, _context: Context) -> bool:
        paper = _paper(idea, words)
        return paper is not None and any(wanted in _fold(author, lines=True) for author in paper.authors)

    return fits


def _build_category(value: str, _workflow: Workflow, _problems: list[str]) -> Predicate:
    wanted = value.lower().rstrip("*").rstrip(".") + "."
    return lambda idea, _: (
        idea.paper is not None and any(f"{code.lower()}.".startswith(wanted) for code in idea.paper.categories)
    )


def _is_stale(idea: Idea, context: Context) -> bool:
    workflow = context.workflow
    position = workflow.position(idea.stage)
    in_progress = not idea.archived and 0 <= position < len(workflow.stages) - 1
    return in_progress and age_in_days(idea.stage_since, context.now) >= workflow.stale_days


def _is_overdue(idea: Idea, context: Context) -> bool:
    open_still = not idea.archived and idea.stage != context.workflow.last
    return open_still and idea.due is not None and idea.due < context.now.date().isoformat()


_STATES: dict[str, Predicate] = {
    "stale": _is_stale,
    "shared": lambda idea, context: idea.stage == context.workflow.last,
    "archived": lambda idea, _: idea.archived is not None,
    "candidate": lambda idea, _: idea.stage == CANDIDATE,
    "private": lambda idea, _: idea.private,
    "guest": lambda idea, _: bool(idea.guest),
    "overdue": _is_overdue,
    "withdrawn": lambda idea, _: bool(idea.share and idea.share.withdrawn),
}

_POSSESSIONS: dict[str, Predicate] = {
    "question": lambda idea, _: any(one.type == "question" and not one.answered for one in idea.responses),
    "opportunity": lambda idea, _: any(one.type == "opportunity" and not one.answered for one in idea.responses),
    "response": lambda idea, _: bool(idea.responses),
    "paper": lambda idea, _: idea.paper is not None,
    "code": lambda idea, context: idea.paper is not None and has_code(idea.paper, context.facts()),
    "notes": lambda idea, _: bool(idea.notes),
    "link": lambda idea, _: bool(idea.url or idea.links or (idea.share and idea.share.url)),
    "draft": lambda idea, _: idea.draft is not None,
    "due": lambda idea, _: idea.due is not None,
    "tag": lambda idea, _: bool(idea.tags),
}


def _no_idea(_idea: Idea, _context: Context) -> bool:
    """The predicate of a value that is wrong; one that is only begun filters nothing."""
    return False


def _choice(name: str, known: dict[str, Predicate]) -> _Builder:
    def build(value: str, _workflow: Workflow, problems: list[str]) -> Predicate | None:
        wanted = value.lower()
        fitting = [found for key, found in known.items() if key == wanted or key + "s" == wanted]
        if not fitting:
            problems.append(f"there is no '{name}:{value}'; there are " + ", ".join(f"{name}:{key}" for key in known))
            incomplete = any(key.startswith(wanted) for key in known)
            return None if incomplete else _no_idea
        return fitting[0]

    return build


_COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, None: operator.eq}


def _build_age(value: str, _workflow: Workflow, problems: list[str]) -> Predicate | None:
    match = _AGE.fullmatch(value.lower())
    if match is None:
        problems.append(f"'age:{value}' is not an age; write age:>30d, age:<2w or age:>=3m")
        return None if re.fullmatch("[<>]=?", value) else _no_idea
    sign, count, unit = match.groups()
    days = int(count) * _DAYS[unit]
    fits = _COMPARISONS[sign]
    return lambda idea, context: fits(age_in_days(idea.stage_since, context.now), days)


def _build_due(value: str, _workflow: Workflow, problems: list[str]) -> Predicate | None:
    word = value.lstrip("<>=")
    fits = _COMPARISONS.get(value.removesuffix(word) or None)
    if fits and relative_day(word, date.min):
        return lambda idea, context: idea.due is not None and fits(idea.due, relative_day(word, context.now.date()))
    if not fits or not _PERIOD.fullmatch(word):
        problems.append(f"'due:{value}' is not a date; write due:2026-12, or due:< and a day: {DAYS}")
        return None if _DATE_BEGUN.fullmatch(value) or (fits and begins_a_day(word)) else _no_idea
    return lambda idea, _: idea.due is not None and fits(idea.due[: len(word)], word)


def _build_shared(value: str, _workflow: Workflow, problems: list[str]) -> Predicate | None:
    if not _PERIOD.fullmatch(value):
        problems.append(f"'shared:{value}' is not a period; write shared:2026, shared:2026-03 or shared:2026-03-14")
        return None if _DATE_BEGUN.fullmatch(value) else _no_idea
    return lambda idea, context: (
        idea.stage == context.workflow.last and idea.share is not None and idea.share.date.startswith(value)
    )


def _build_votes(value: str, _workflow: Workflow, problems: list[str]) -> Predicate | None:
    match = _VOTES.fullmatch(value)
    if match is None:
        problems.append(f"'votes:{value}' is not a number; write votes:>50")
        return None if re.fullmatch("[<>]=?", value) else _no_idea
    sign, count = match.groups()
    fits, votes = _COMPARISONS[sign], int(count)

    def predicate(idea: Idea, context: Context) -> bool:
        facts = facts_of(idea.paper, context.facts())
        return facts is not None and fits(facts.votes, votes)

    return predicate


_BUILDERS: dict[str, _Builder] = {
    "kind": _build_kind,
    "tag": _build_tag,
    "stage": _build_stage,
    "author": _build_author,
    "cat": _build_category,
    "is": _choice("is", _STATES),
    "has": _choice("has", _POSSESSIONS),
    "age": _build_age,
    "due": _build_due,
    "shared": _build_shared,
    "votes": _build_votes,
    "guest": lambda value, _workflow, _problems: lambda idea, _: fold(idea.guest).startswith(fold(value)),
    "id": lambda value, _workflow, _problems: lambda idea, _: idea.id.startswith(value.lower()),
}
