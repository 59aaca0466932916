"""BibTeX as arXiv's own pages form it: `@misc{surnameYEARfirstfourwords, ...}`.

The keys are the same as those that people copy from the abstract page, so that a bibliography holds a paper once. The
year is that of the version shown there, hence that of the version that was seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ideaboard.core.credit import surname
from ideaboard.core.ideas import Paper
from ideaboard.core.text import clean_line

_WORDS_IN_KEY = 4
_CENTURY_BREAK = "91"  # the first year of the old identifiers; below it they belong to this century

# Words that arXiv leaves out of a key: the stop list of the Glasgow information retrieval group, misprints included.
_STOP_WORDS = (
    "a about above across after afterwards again against all almost alone along already also although always am among "
    "amongst amoungst amount an and another any anyhow anyone anything anyway anywhere are around as at back be "
    "became because become becomes becoming been before beforehand behind being below beside besides between beyond "
    "bill both bottom but by call can cannot cant co con could couldnt cry de describe detail do done down due during "
    "each eg eight either eleven else elsewhere empty enough etc even ever every everyone everything everywhere "
    "except few fifteen fify fill find fire first five for former formerly forty found four from front full further "
    "get give go had has hasnt have he hence her here hereafter hereby herein hereupon hers herself him himself his "
    "how however hundred ie if in inc indeed interest into is it its itself keep last latter latterly least less ltd "
    "made many may me meanwhile might mill mine more moreover most mostly move much must my myself name namely "
    "neither never nevertheless next nine no nobody none noone nor not nothing now nowhere of off often on once one "
    "only onto or other others otherwise our ours ourselves out over own part per perhaps please put rather re same "
    "see seem seemed seeming seems serious several she should show side since sincere six sixty so some somehow "
    "someone something sometime sometimes somewhere still such system take ten than that the their them themselves "
    "then thence there thereafter thereby therefore therein thereupon these they thickv thin third this those though "
    "three through throughout thru thus to together too top toward towards twelve twenty two un under until up upon "
    "us very via was we well were what whatever when whence whenever where whereafter whereas whereby wherein "
    "whereupon wherever whether which while whither who whoever whole whom whose why will with within without would "
    "yet you your yours yourself yourselves"
)
_BRACE = re.compile(r"((?<!\\)\\*[{}])")
_BARE_SPECIAL = re.compile(r"(\\.)|([&%#])|(_)|(\$)", re.DOTALL)


def bibtex(papers: Sequence[Paper]) -> str:
    """Write papers as BibTeX, one `@misc` each, with keys that are unique within this text."""
    used: set[str] = set()
    return "\n".join(_entry(paper, _unused(_key(paper), used)) for paper in papers)


def _entry(paper: Paper, key: str) -> str:
    fields = {
        "title": _value(paper.title),
        "author": " and ".join(_author(author) for author in paper.authors),
        "year": _year(paper),
        "eprint": _plain(paper.arxiv_id),
        "archivePrefix": "arXiv",
        "primaryClass": _plain(paper.primary_category),
        "doi": f"https://doi.org/{_plain(paper.doi)}" if paper.doi else "",
        "url": _plain(paper.url),
    }
    lines = "".join(f"      {name}={{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{lines}}}\n"


def _key(paper: Paper) -> str:
    stop_words = frozenset(_STOP_WORDS.split(" "))
    words = [word for word in clean_line(paper.title).split() if word.lower() not in stop_words]
    who = surname(clean_line(paper.authors[0])) if paper.authors else "unknown"
    key = f"{who}{_year(paper)}{''.join(words[:_WORDS_IN_KEY])}".lower()
    return "".join(char for char in key if char.isalnum())


def _unused(key: str, used: set[str]) -> str:
    """Number a key that is taken; a dash is in no other key."""
    candidate, number = key, 1
    while candidate in used:
        number += 1
        candidate = f"{key}-{number}"
    used.add(candidate)
    return candidate


def _year(paper: Paper) -> str:
    """Return the year of the version that was seen; the identifier tells that of the first one."""
    when = paper.updated or paper.published or ""
    if re.match(r"[0-9]{4}-", when):
        return when[:4]
    digits = re.sub(r"\D", "", paper.arxiv_id)
    if len(digits) < len("9107001"):
        return "unknown"
    return f"19{digits[:2]}" if "/" in paper.arxiv_id and digits[:2] >= _CENTURY_BREAK else f"20{digits[:2]}"


def _plain(text: str) -> str:
    """Return an address or a code, without what would end the value early."""
    return re.sub(r"[\s{}\\]", "", clean_line(text))


def _author(name: str) -> str:
    """Return a name; one that holds `and` or a comma is one name for BibTeX only in braces."""
    name = _value(name)
    return f"{{{name}}}" if re.search(r"(?i)(?:^|\s)and(?:\s|$)|,", name) else name


def _value(text: str) -> str:
    """Return text as the value of a field: TeX is kept, what TeX would trip over is escaped, braces are balanced."""
    line = " ".join(clean_line(text).split())
    line = _balanced(_escaped(line))
    if line.endswith("\\"):
        alone = (len(line) - len(line.rstrip("\\"))) % 2
        line = line[:-1] + r"\textbackslash{}" if alone else line + " "
    return line


def _escaped(line: str) -> str:
    dollars = len(re.findall(r"(?<!\\)(?:\\\\)*\$", line))
    in_formula = False

    def escape(match: re.Match[str]) -> str:
        nonlocal in_formula
        command, special, underscore, dollar = match.groups()
        if command:
            return match.group()
        if dollar:
            if dollars & 1:
                return r"\$"
            in_formula = not in_formula
            return "$"
        return "\\" + special if special else underscore if in_formula else r"\_"

    return _BARE_SPECIAL.sub(escape, line)


def _balanced(line: str) -> str:
    r"""Spell out braces without a partner.

    BibTeX counts a brace whether a backslash stands before it or not, some readers count only the others; so each sort
    has to be balanced on its own.
    """
    pieces = _BRACE.split(line)
    lonely = _lonely_braces(pieces)
    return "".join(_spelled_out(piece) if at in lonely else piece for at, piece in enumerate(pieces))


def _lonely_braces(pieces: Sequence[str]) -> set[int]:
    opened: dict[bool, list[int]] = {True: [], False: []}
    lonely: set[int] = set()
    for at, piece in enumerate(pieces):
        if piece.endswith("{"):
            opened[len(piece) > 1].append(at)
        elif piece.endswith("}"):
            partners = opened[len(piece) > 1]
            if partners:
                partners.pop()
            else:
                lonely.add(at)
    return lonely.union(opened[True], opened[False])


def _spelled_out(brace: str) -> str:
    name = r"\textbraceleft{}" if brace.endswith("{") else r"\textbraceright{}"
    backslashes = len(brace) - 1
    return "\\" * (backslashes - backslashes % 2) + name
