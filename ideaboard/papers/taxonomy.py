"""arXiv's categories: their names, their archives, and how people look for them.

The data is arXiv's own, packaged as `taxonomy.json` (see TAXONOMY_SOURCES.md beside it) and read when first needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

# fmt: off
SHORTLIST = (
    "stat.ML", "cs.LG", "stat.ME", "stat.AP", "stat.CO", "cs.AI", "cs.CL", "cs.CV", "cs.IR", "cs.HC", "cs.DB", "cs.SI",
    "cs.SE", "cs.CY", "cs.NE", "physics.soc-ph", "q-bio.QM", "econ.EM", "eess.SP", "math.ST",
)
# fmt: on
"""Categories that data scientists read, offered first."""

_ABSENT = frozenset(["bad-arch"])  # a placeholder in arXiv's own list
_SHORTEST_INITIALS = 3
_SHORTEST_STEM = 3
_CLOSE = 0.8
_NEAR = 3

# How much a word of the query says about a category, by where it is found.
_CODE, _ENDING, _CODE_START = 100, 90, 80
_NAME, _NAME_START, _NAME_CLOSE = 60, 50, 35
_ARCHIVE_START, _INITIALS, _DESCRIPTION_START, _DESCRIPTION_CLOSE = 40, 25, 20, 10
_BOOST, _SHORTLIST_BOOST, _HISTORICAL_LOSS = 30, 8, 60


@dataclass(frozen=True, slots=True)
class Category:
    """One category, or a whole archive."""

    code: str
    """`cs.LG`, `hep-th`; `cs.*` for a whole archive."""
    name: str
    archive: str
    group: str
    description: str
    active: bool
    """False for codes that only old papers carry."""
    alias_of: str | None = None
    """The code under which arXiv files the same papers too, or that took this one over."""


def categories() -> tuple[Category, ...]:
    """Return all categories, historical ones included, in arXiv's order."""
    return _taxonomy().categories


def archives() -> tuple[Category, ...]:
    """Return the archives that are divided into categories, each as what a search for all of it is called: `cs.*`."""
    return _taxonomy().archives


def category_name(code: str) -> str:
    """Return the name of a category or archive; an unknown code is its own name."""
    found = find_category(code)
    return found.name if found else code


def find_category(code: str) -> Category | None:
    """Look up a category or archive, in any case of letters; `cs` and `cs.*` are the same archive."""
    return _taxonomy().by_code.get(code.strip().lower())


def category_patterns(code: str) -> tuple[str, ...]:
    """Return what to ask arXiv for so that a category is meant: aliases too, `cs.*` for a whole archive.

    arXiv matches a code as a whole, so `cs` alone finds nothing. Archives that were once undivided are asked for as
    `astro-ph*`, which takes the papers from that time as well. Empty when nothing is called so.
    """
    found = find_category(code)
    if found is None:
        pattern = code.strip().lower()
        known = any(fnmatchcase(category.code.lower(), pattern) for category in categories())
        return (code.strip(),) if known and re.fullmatch(r"[a-z.-]+[*?][a-z.*?-]*", pattern) else ()
    if found.code.endswith("*"):
        return (found.code,)
    aliases = [category.code for category in categories() if category.alias_of == found.code and category.active]
    return (found.code, *([found.alias_of] if found.alias_of else []), *aliases)


def search_categories(words: str, boosted: Collection[str] = (), least: int = 1) -> list[Category]:
    """Find categories and archives by code, name or description, the best first; each word has to fit somewhere.

    The boosted codes, which this person uses, come before others that fit as well. No words give everything. `least`
    is how well a word must fit at least.
    """
    wanted = words.lower().replace(",", " ").split()
    found = []
    for category in (*categories(), *archives()):
        scores = [_score(word, category) for word in wanted]
        if all(score >= least for score in scores):
            listed = SHORTLIST.index(category.code) if category.code in SHORTLIST else len(SHORTLIST)
            found.append((-sum(scores) - _bonus(category, boosted), listed, category))
    return [category for _, _, category in sorted(found, key=lambda entry: entry[:2])]


def close_codes(code: str) -> list[str]:
    """Return up to three codes that an unknown one may have meant, the nearest first.

    A word that is only somewhere in a description, or like one there, is no reason to think of that category.
    """
    from difflib import get_close_matches

    known = {category.code.lower(): category.code for category in (*categories(), *archives())}
    near = [known[match] for match in get_close_matches(code.lower(), known, n=_NEAR, cutoff=0.6)]
    words = re.sub(r"[^A-Za-z ]+", " ", code)
    named = [category.code for category in search_categories(words, least=_NAME_CLOSE)] if words.strip() else []
    return list(dict.fromkeys([*named[:_NEAR], *near]))[:_NEAR]


@dataclass(frozen=True, slots=True)
class _Taxonomy:
    categories: tuple[Category, ...]
    archives: tuple[Category, ...]
    by_code: dict[str, Category]


@cache
def _taxonomy() -> _Taxonomy:
    data = json.loads(Path(__file__).with_name("taxonomy.json").read_text("utf-8"))
    every = tuple(
        Category(
            code=code,
            name=entry["name"],
            archive=entry["archive"],
            group=entry["group_name"],
            description=entry["description"],
            active=entry["active"],
            alias_of=entry.get("alias_of") or entry.get("subsumed_into"),
        )
        for code, entry in data["categories"].items()
    )
    undivided = {category.code for category in every}
    divided = {category.archive for category in every if category.code != category.archive}
    whole = tuple(
        Category(
            code=code + ("*" if code in undivided else ".*"),
            name=entry["name"],
            archive=code,
            group=data["groups"][entry["group"]],
            description=f"everything in {code}",
            active=entry["active"],
        )
        for code, entry in data["archives"].items()
        if code in divided and code not in _ABSENT
    )
    by_code = {category.code.lower(): category for category in every}
    for archive in whole:
        by_code |= {archive.archive: archive, f"{archive.archive}.*": archive, archive.code.lower(): archive}
    return _Taxonomy(every, whole, by_code)


def _score(word: str, category: Category) -> int:
    return max(_score_exactly(variant, category) for variant in {word, word.removesuffix("s") or word})


def _score_exactly(word: str, category: Category) -> int:
    code = category.code.lower()
    if word in (code, code.rstrip(".*")):
        return _CODE
    if word == code.partition(".")[2]:
        return _ENDING
    if code.startswith(word):
        return _CODE_START
    name, description = _words(category.name), _words(category.description)
    if word in name:
        return _NAME if len(name) > 1 else _ENDING
    if any(other.startswith(word) for other in name) or word == _initials(name):
        return _NAME_START
    if any(other.startswith(word) for other in (*_words(category.group), *_words(category_name(category.archive)))):
        return _ARCHIVE_START
    if _is_close(word, name):
        return _NAME_CLOSE
    if len(word) >= _SHORTEST_INITIALS and word in _initials(description):
        return _INITIALS
    if any(other.startswith(word) for other in description):
        return _DESCRIPTION_START
    return _DESCRIPTION_CLOSE if _is_close(word, description) else 0


def _initials(words: Collection[str]) -> str:
    return "".join(word[0] for word in words)


def _is_close(word: str, others: Collection[str]) -> bool:
    from difflib import get_close_matches

    return len(word) > _SHORTEST_STEM and bool(get_close_matches(word, others, n=1, cutoff=_CLOSE))


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z0-9]+", text.lower()))


def _bonus(category: Category, boosted: Collection[str]) -> int:
    bonus = _BOOST if category.code in boosted else 0
    bonus += _SHORTLIST_BOOST if category.code in SHORTLIST else 0
    return bonus if category.active else bonus - _HISTORICAL_LOSS
