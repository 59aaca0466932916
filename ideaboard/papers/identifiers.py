"""Identifiers of papers in every form in which people paste them: arXiv's, and the DOIs of publishers.

Two schemes are in use (info.arxiv.org/help/arxiv_identifier.html): `YYMM.NNNN` from April 2007, with five digits after
the point from January 2015, and before that `archive/YYMMNNN`, where the archive may carry a subject class
(`math.GT/0309136`). Both may end in a version (`v2`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from ideaboard.core.ideas import Paper
from ideaboard.core.text import clean_line
from ideaboard.errors import InvalidInput

# fmt: off
OLD_ARCHIVES = (
    "acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph", "cmp-lg",
    "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math",
    "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg", "q-bio",
    "quant-ph", "solv-int", "supr-con",
)
# fmt: on
"""The archives that gave out identifiers before April 2007."""

_FIRST_NEW_MONTH = "0704"
_FIRST_MONTH_OF_FIVE_DIGITS = "1501"
_FIRST_OLD_MONTH = "9107"
_LAST_OLD_MONTH = "0703"
_CENTURY_OF_OLD_IDS = "9"

_VERSION = r"(?P<version>[vV][1-9][0-9]{0,2})?(?![0-9A-Za-z])"
_NEW = r"(?P<month>[0-9]{4})(?P<point>[.-])(?P<number>[0-9]{4,5})"
_ARCHIVE = "|".join(re.escape(archive) for archive in sorted(OLD_ARCHIVES, key=len, reverse=True))
_OLD = rf"(?P<archive>{_ARCHIVE})(?:\.[A-Za-z]{{2}}|\.[a-z]+-[a-z]+)?[/_](?P<digits>[0-9]{{7}})"
_CANDIDATE = re.compile(rf"(?<![0-9])(?:(?P<new>{_NEW})|(?<![A-Za-z0-9])(?P<old>{_OLD})){_VERSION}", re.IGNORECASE)

# What may stand before an identifier so that nothing else can be meant.
_NAMED = re.compile(
    r"(?:arxiv|ar5iv|alphaxiv|xxx\.lanl\.gov|scirate\.com|(?:huggingface\.co|hf\.co)/papers|eprint|10\.48550/)"
    r"[^\s,;|]*$|arxiv\W{0,4}$|eprint\W{1,24}$",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?:^|/)(?:abs|pdf|html|ps|src|e-print|format|tb|bibtex|papers?|overview)/$", re.IGNORECASE)
_OTHER_DOI = re.compile(r"(?:^|[^0-9])10\.(?!48550/)[0-9]{4,9}/\S*$")
_DBLP = re.compile(r"\babs-$", re.IGNORECASE)

# What may stand around a bare number so that something else is meant: money, phones, versions, physical units.
_NOT_BEFORE = re.compile(
    r"(?:[A-Za-z]|[0-9][.-]|[$€£¥₹#]\s?|[=~<>!]=\s?|\+[0-9]{1,3}[ .(-]*|\([0-9]{2,5}\)\s?|(?<![A-Za-z])"
    r"(?:version|ver|build|release|rev|tel|telephone|phone|fax|mobile|call|price|cost|usd|eur|gbp|chf|jpy)\W{0,4})$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"\.[0-9]|-[0-9]|\s?(?:[%€£¥₹°]|(?:usd|eur|gbp|chf|jpy|[kmgt]?ev|[kmgt]?hz|[kmg]b|kg|km|cm|mm)\b)", re.IGNORECASE
)
# A number with five decimals is never followed by a separator of thousands, but in a table by the next cell.
_THOUSANDS_AFTER = re.compile(r",[0-9]{3}(?![0-9.])")
_CONTEXT = 200
# As arXiv itself cites the old scheme: `arXiv:0601001v2 [astro-ph]`.
_ARCHIVE_BEHIND = re.compile(
    rf"(?<![0-9A-Za-z/.-])([0-9]{{7}})(v[0-9]{{1,3}})?\s?\[({_ARCHIVE})(?:\.[A-Za-z-]+)?\]", re.IGNORECASE
)
# As ADS names papers of arXiv: `2023arXiv230100001S`.
_BIBCODE = re.compile(
    r"(?<![0-9])(?:19|20)[0-9]{2}arXiv([0-9]{4})\.?([0-9]{4,5})[A-Z](?![A-Za-z0-9])"
)  # as ADS names it
_ESCAPED = re.compile(r"%(?:2f|3a|2e)", re.IGNORECASE)
_UNESCAPED = {"%2f": "/", "%3a": ":", "%2e": "."}


@dataclass(frozen=True, slots=True)
class ArxivId:
    """A paper on arXiv, and perhaps one version of it."""

    id: str
    """Canonical: lower-case archive, no subject class, no version: `2107.07511`, `math/0309136`."""
    version: str = ""
    """`v2`, or empty for the newest."""

    def __str__(self) -> str:
        return self.id + self.version

    def paper(self, **facts: Any) -> Paper:
        """Return the paper, with what else is known of it."""
        return Paper(arxiv_id=self.id, version=self.version, **facts)


def parse_id(text: str) -> ArxivId:
    """Read one identifier, link, DOI or citation that names one paper.
    Raises `InvalidInput` when the text names no paper on arXiv, or several.
    """
    found = find_ids(text)
    shown = clean_line(text)[:80]
    if len(found) > 1:
        raise InvalidInput(f"'{shown}' names {len(found)} papers", "give one at a time")
    if not found:
        raise InvalidInput(f"'{shown}' is not an arXiv identifier", id_hint(text))
    return found[0]


def find_ids(text: str) -> list[ArxivId]:
    """Find every arXiv identifier in free text: mail, BibTeX, links, DOIs.

    Each paper is named once, in the order of first mention, with the first version that is mentioned anywhere.
    A bare number counts only where nothing says that it is a price, a phone number or a program's version.
    """
    text = _ESCAPED.sub(lambda match: _UNESCAPED[match.group().lower()], text)
    text = _BIBCODE.sub(r"arXiv:\1.\2", text)
    text = _ARCHIVE_BEHIND.sub(lambda match: f"{match[3]}/{match[1]}{match[2] or ''}", text)
    found: dict[str, str] = {}
    for match in _CANDIDATE.finditer(text):
        id = _canonical(match)
        if id and _is_meant(text, match):
            version = (match["version"] or "").lower()
            found[id] = found.get(id) or version
    return [ArxivId(id, version) for id, version in found.items()]


# What a DOI is made of (www.crossref.org/blog/dois-and-matching-regular-expressions), and the old ones of Wiley.
_DOI = re.compile(
    r"(?<![0-9.])10\.[0-9]{4,9}(?:\.[0-9]+)*/(?:[-._;()/:\[\]A-Za-z0-9+]|<[0-9]+::?[A-Z]+-[A-Za-z0-9]+>){1,300}"
)
_DOI_IN_ESCAPES = re.compile(
    r"10\.[0-9]{4,9}%2f\S{1,300}|(?:doi\.org|/doi(?:/[a-z]{1,8})?)/10\.[0-9]{4,9}/\S{0,300}%\S{1,300}", re.IGNORECASE
)
_DOI_NAMED = re.compile(r"(?:doi\W{0,4}|[/=])$", re.IGNORECASE)
_SHORTEST_BARE = 5  # 10.2024/2025 and the like are dates
_ENDS_OF_PAGES = re.compile(
    r"(?:v[0-9]+)?(?:\.(?:full|abstract|pdf|epub|html?)|/(?:full|fulltext|abstract|e?pdf|html|meta|references|figures))+$",
    re.IGNORECASE,
)
_PARTNERS = {")": "(", "]": "["}
NO_PAPERS = ("10.48550/", "10.5281/", "10.6084/", "10.17605/", "10.24433/", "10.7910/", "10.57967/", "10.34740/")
"""What begins the DOIs of arXiv itself, whose ids are found, and of archives for data, code and models."""


def find_dois(text: str) -> list[str]:
    """Find every publisher's DOI in free text, as it was written, each once whatever its case."""
    text = _DOI_IN_ESCAPES.sub(lambda match: unquote(match[0]), text)
    found: dict[str, str] = {}
    for match in _DOI.finditer(text):
        doi = _without_end(match[0], text[max(0, match.start() - _CONTEXT) : match.start()])
        name = doi.partition("/")[2]
        named = _DOI_NAMED.search(text[max(0, match.start() - len("doi:....")) : match.start()])
        dated = name.isdecimal() and len(name) < _SHORTEST_BARE and not named
        if name and not dated and not doi.startswith(NO_PAPERS):
            found.setdefault(doi.lower(), doi)
    return list(found.values())


def _without_end(doi: str, before: str) -> str:
    """Take off the punctuation of a sentence, brackets that were opened before, and what a page's address adds."""
    while doi and (doi[-1] in ".,;:/" or doi.count(_PARTNERS.get(doi[-1], doi[-1])) < doi.count(doi[-1])):
        doi = doi[:-1]
    address = re.split(r"[\s<>\"']", before)[-1]
    of_page = "://" in address and "doi.org/" not in address
    return _ENDS_OF_PAGES.sub("", doi) if of_page else doi


# Neither all small nor all capital letters: the journals of the American Physical Society, as `PhysRevLett.116`.
_APS = "10.1103/"
_APS_WORDS = re.compile(
    "phys|rev|mod|lett|applied|research|fluids|materials|accel|beams|educ|res|quantum|life|energy|[a-z]"
)


def doi_spellings(doi: str) -> list[str]:
    """Return how a DOI may be written: arXiv finds only the very letters that it has, while DOIs have no case.

    (`doi` is a keyword without a normalizer in arXiv/arxiv-search, mappings/DocumentMapping.json.)
    """
    small = doi.lower()
    written = [doi, small, doi.upper()]
    if small.startswith(_APS):
        written.append(_APS_WORDS.sub(lambda match: match[0].title(), small))
    return [*dict.fromkeys(written)]


def arxiv_doi(id: str) -> str:
    """Return the DOI that arXiv gives to every paper; it names no version."""
    return f"10.48550/arXiv.{id}"


def _canonical(match: re.Match[str]) -> str | None:
    if match["new"]:
        month, number = match["month"], match["number"]
        width = 5 if month >= _FIRST_MONTH_OF_FIVE_DIGITS else 4
        good = month >= _FIRST_NEW_MONTH and _is_month(month) and len(number) == width and int(number) > 0
        return f"{month}.{number}" if good else None
    digits = match["digits"]
    month = digits[:4]
    in_range = month >= _FIRST_OLD_MONTH if month[0] == _CENTURY_OF_OLD_IDS else month <= _LAST_OLD_MONTH
    return f"{match['archive'].lower()}/{digits}" if in_range and _is_month(month) and int(digits[4:]) > 0 else None


def _is_month(yymm: str) -> bool:
    return "01" <= yymm[2:4] <= "12"


def _is_meant(text: str, match: re.Match[str]) -> bool:
    """Judge a well-formed number by what stands around it."""
    line = text[max(0, match.start() - _CONTEXT) : match.start()].rpartition("\n")[2]
    run = re.split(r"[\s<>\"'{}\[\]|]", line)[-1]
    if match["point"] == "-":
        return bool(_DBLP.search(run))
    if _OTHER_DOI.search(run):
        return False
    if _NAMED.search(run) or _NAMED.search(line[-32:]):
        return True
    if "://" in run or run.startswith("www."):
        return bool(_PATH.search(run))
    if match["old"]:
        return not run or not run[-1].isascii() or run[-1] not in "./-_" or bool(_PATH.search(run))
    after = text[match.end() : match.end() + _CONTEXT]
    price = len(match["number"]) == 4 and _THOUSANDS_AFTER.match(after)
    return not (price or _NOT_BEFORE.search(line) or _NOT_AFTER.match(after))


_NEAR_NEW = re.compile(r"(?<![\w.])[0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?(?![\w.])")


def id_hint(text: str) -> str:
    """Return how to write what looks like an identifier and is none."""
    bare = text.strip()
    if " " in bare and (near := _NEAR_NEW.search(bare)):
        bare = near[0]
    new = re.fullmatch(r"(?:.*[^0-9])?([0-9]{4})\.([0-9]{4,5})(?:v[0-9]*)?", bare, re.DOTALL)
    if new:
        month, number = new.groups()
        if not _is_month(month):
            return f"{month[2:]} is not a month; an identifier begins with year and month"
        if len(number) == 4 and month >= _FIRST_MONTH_OF_FIVE_DIGITS:
            return "since 2015 five digits follow the point, as in 2107.07511"
        if len(number) == 5 and month < _FIRST_MONTH_OF_FIVE_DIGITS:
            return "before 2015 four digits follow the point, as in 1401.1234"
    if re.fullmatch(r"[0-9]{7}", bare):
        return "before April 2007 the archive belongs to it, as in hep-th/9901001"
    if re.fullmatch(rf"(?:.*[^a-z-])?(?:{_ARCHIVE})(?:\.[a-z-]+)?/[0-9]+(?:v[0-9]+)?", bare, re.IGNORECASE | re.DOTALL):
        return "seven digits follow the archive, as in hep-th/9901001"
    return "write it as 2107.07511, hep-th/9901001 or a link to arxiv.org"
