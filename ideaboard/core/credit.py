"""Whose work it is: the public title and link of an idea, and the credit of the paper behind it.

Nothing that other people made is shown as the user's own. So the link of a shared item is the share's, never the
paper's; an idea that still bears its paper's title is called `Code for "..."` or `Notes on "..."`; and the paper is
credited by its authors, its year and its link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from ideaboard.core.ideas import Idea, Paper
from ideaboard.core.patterns import late
from ideaboard.core.text import TITLE_LIMIT, fold, one_line, safe_url
from ideaboard.core.words import WORDS, Words

_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_GROUPS = frozenset({"collaboration", "consortium", "team", "group"})
_NO_SURNAMES = _SUFFIXES | _GROUPS
ET_AL = "et al."
"""The last of the authors of a paper of which not all are known, as the `and others` of BibTeX."""


def surname(author: str) -> str:
    """Return the surname in a name as arXiv writes it, particles included: `van der Vaart`; groups stay whole."""
    name = one_line(author)
    first, blank, last = name.partition(" ")
    is_usual = blank and first.isascii() and "," not in first and not first.islower() and last.isalpha()
    if is_usual and last.casefold() not in _NO_SURNAMES:
        return last
    before, comma, after = name.partition(",")
    if comma and after.strip().casefold() not in _SUFFIXES:
        return before.strip()
    words = before.split()
    while len(words) > 1 and words[-1].casefold() in _SUFFIXES:
        words.pop()
    if not words or words[-1].casefold() in _GROUPS:
        return " ".join(words)
    start = len(words) - 1
    while start and words[start - 1].islower() and not words[-1].islower():
        start -= 1
    return " ".join(words[start:])


def author_label(authors: Iterable[str], words: Words) -> str:
    """Return the short form of a list of authors: `Hu et al.`, `Angelopoulos & Bates`, `Vaswani`."""
    # Three tell all, and some papers have thousands. A name that begins with a letter has a surname.
    named = list(islice((author for author in authors if author[:1].isalpha() or surname(author)), 3))
    several = len(named) > 2 or ET_AL in named[1:]
    return f"{surname(named[0])} {words.et_al}" if several else " & ".join(map(surname, named))


def short_authors(authors: Sequence[str], n: int = 3) -> str:
    """Name the first `n` authors and count the others: `A, B, C and 7 more`."""
    named = ", ".join(" ".join(author.split()) for author in authors[:n])
    more = len(authors) - n
    return f"{named} and {more:,} more" if more > 0 else named


def named_authors(authors: Sequence[str], words: Words = WORDS, most: int = 20) -> list[str]:
    """Return the authors as a page lists them; of a large collaboration the first and `et al.` behind them."""
    named = [" ".join(author.split()) for author in authors[:most]]
    return [*named, words.et_al] if len(authors) > most else named


# Patterns are compiled by `re` when they are first used: most ideas have no paper.
_DOI = r"10\.[0-9]{4,9}/[^\s,;]*[^\s,;.]"
_PAGES_OF_PAPERS = (
    r"(?<![\w-])(?:(?:arxiv|alphaxiv|ar5iv|scirate|semanticscholar|paperswithcode|arxiv-vanity|doi|inspirehep|bytez"
    r"|emergentmind|catalyzex|researchgate|connectedpapers|openreview|adsabs\.harvard|xxx\.lanl|talk2arxiv|arxiv-sanity)"
    r"[.-](?:org|com|net|io|gov|edu|lite)|(?:hf|huggingface)\.co/papers)(?![\w-])"
)
"""Sites that show other people's papers under their arXiv ids, in the address or in that of a proxy or archive."""
_PAGES = late(_PAGES_OF_PAPERS)
_MAY_BE_TEX = late(r"[\\${}^~]")
_ID = r"(?:(?<![\w.])(?P<new>[0-9]{4}\.[0-9]{4,5})|(?P<old>[a-z][a-z-]+)(?:\.[a-z-]+)?/(?P<digits>[0-9]{7}))(?![0-9])"


_PUBLISHERS = (
    r"//(?:www\.)?((?:[\w-]+\.)*(?:nature|sciencedirect|springer|wiley|cell|sagepub|tandfonline|mdpi|biomedcentral|oup"
    r"|annualreviews|science|pnas|plos|frontiersin|ieee|acm|aps|acs|rsc|iop|ams|siam|jstor|cambridge|projecteuclid"
    r"|biorxiv|medrxiv|openreview|aclanthology|ssrn|thecvf|mlr|neurips|nips|jmlr|usenix|aaai|pubmed\.ncbi\.nlm\.nih)"
    r"\.(?:com|org|net|press|cc|edu|gov))/"
)
"""Sites of publishers. One may have a page of one's own there, too: so only what came along with an idea counts."""
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())
_SHORT = 12
"""Letters of a title that may stand in an address by chance."""
_NAMED = 10
"""Authors that may stand beside a title."""
ABOUT_PAPERS = ("summary", "paper-to-code")
_LABELS = (
    r"arxiv(?:org)?|pdf|alphaxiv|huggingface|paperswithcode|semanticscholar|papers?|page|etal"
    r"|v[0-9]{1,2}(?![0-9])|(?:19|20)[0-9]{2}"
)
"""What browsers, sites and reference managers put around a title."""


class Credit(NamedTuple):
    """The paper that something was made after."""

    authors: str
    """Short form: `Angelopoulos & Bates`."""
    year: str
    """The year of the first version; empty when it is not known."""
    url: str | None
    title: str

    @property
    def label(self) -> str:
        """The two in one: `Angelopoulos & Bates, 2021`."""
        return f"{self.authors}, {self.year}" if self.year else self.authors


def source_paper(idea: Idea) -> Paper | None:
    """Return the paper that an idea came from: its own, or the one that its link or its title names on arXiv.

    What a summary or a reproduction was shared with may name it too; of anything else that may be the person's own.
    """
    global _last  # one value, put in its place at once, whichever thread does it
    known, paper = _last
    if known is not idea:
        paper = idea.paper.for_credit() if idea.paper else _named_paper(idea)
        _last = (idea, paper)
    return paper


_last: tuple[Idea | None, Paper | None] = (None, None)
"""The idea that was asked for last: an output asks several times for each."""


def _named_paper(idea: Idea) -> Paper | None:
    shared = idea.share.url if idea.share and idea.kind in ABOUT_PAPERS else None
    for text in map(_plain, filter(None, (idea.url, idea.title, shared))):
        if not re.search("[0-9]{4}", text):  # every id has as many, and most texts have not
            continue
        page = re.search(_PAGES_OF_PAPERS, text)
        found = re.search(_ID, text[page.end() :]) if page else re.match(f"arxiv:{_ID}", text)
        if found:
            return Paper(arxiv_id=found["new"] or f"{found['old']}/{found['digits']}")
    return None


def credit(idea: Idea, words: Words = WORDS) -> Credit | None:
    """Return the short credit of the paper behind an idea; one without authors is named by its id."""
    paper = source_paper(idea)
    if paper is None:
        url = idea.url if idea.url and is_theirs(idea.url, idea) else None
        return Credit(_publisher(url), "", safe_url(url), "") if url else None
    authors = author_label(paper.authors, words) or one_line(paper.label)
    came_along = not paper.id and idea.url and is_theirs(idea.url, idea)
    url = safe_url(idea.url if came_along else paper.url)
    return Credit(authors or words.nobody, _year(paper), url, _known_title(paper))


def _known_title(paper: Paper) -> str:
    """Return a paper's title, without TeX; nothing while it may be the words of who wrote the idea down."""
    is_told = paper.authors or paper.published or not paper.id
    return one_line(_readable(paper.title)) if is_told else ""


def with_known_paper(idea: Idea, ideas: Iterable[Idea]) -> Idea:
    """Return an idea that only names a paper with that paper, when another idea has it: for its title and authors."""
    named = None if idea.paper else source_paper(idea)
    if named is None:
        return idea
    same = (one.paper for one in ideas if one.paper and one.paper.arxiv_id == named.arxiv_id)
    return next((replace(idea, paper=paper) for paper in same), idea)


def _year(paper: Paper) -> str:
    year = (paper.published or "")[:4]
    if len(year) == 4 and year.isascii() and year.isdigit():
        return year
    id = re.fullmatch(r"(?:.*/)?([0-9]{2})[0-9]{2}\.?[0-9]{3,5}", paper.arxiv_id, re.ASCII)
    return ("19" if id[1] > "90" else "20") + id[1] if id else ""


PAPER_LINK = "that is the paper's own page: it is credited, and your item has no link until you give your own"


NO_AUTHORS = "no authors named"
"""What stands in the place of the authors of a paper that arXiv gives none for."""

_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(?P<terms>[a-z-]{2,12})|publicdomain/(?P<given>zero|mark))"
    r"/(?P<version>[0-9.]{1,4})/?",
    re.IGNORECASE,
)
_ARXIV_LICENSE = re.compile(r"https?://(?:www\.)?arxiv\.org/licenses/", re.IGNORECASE)


def license_name(url: str) -> str:
    """Name a licence by its address: `CC BY 4.0`; an unknown one is its own address."""
    if match := _CREATIVE_COMMONS.fullmatch(url):
        given = {"zero": "CC0", "mark": "public domain"}.get((match["given"] or "").lower())
        return f"{given or 'CC ' + match['terms'].upper()} {match['version']}"
    return "arXiv's own, no reuse" if _ARXIV_LICENSE.match(url) else url


def is_paper_link(url: str, paper: Paper) -> bool:
    """Tell whether a link leads to a paper, whatever the version, the form or the site that shows it."""
    text = _plain(url)
    dois = re.findall(_DOI, paper.doi) if paper.doi else ()
    if any(re.search(re.escape(doi.casefold()) + "(?![0-9])", text) for doi in dois):
        return True
    if not _PAGES.search(text):
        return False
    theirs = title_key(paper.title)  # some sites have it in the address
    archive, slash, digits = one_line(paper.arxiv_id).casefold().rpartition("/")
    if len(theirs) > _SHORT and theirs in title_key(text):
        return True
    if not digits or digits not in text:
        return False
    head = rf"{re.escape(archive)}(?:\.[a-z-]+)?[/_:]" if slash else ""
    return re.search(rf"(?<![0-9]){head}{re.escape(digits)}(?![0-9])", text) is not None


def _plain(url: str) -> str:
    """Return an address for comparing: without a scheme, its escapes read, those of an address in it too."""
    text = url
    if "%" in url:
        from urllib.parse import unquote

        text = unquote(unquote(url))
    return text.casefold().removeprefix("https:").removeprefix("http:")


def is_theirs(url: str, idea: Idea) -> bool:
    """Tell whether a link leads to what an idea is about: its paper, or the page of a publisher that came with it."""
    paper = source_paper(idea)
    if paper and is_paper_link(url, paper):
        return True
    if paper and not paper.id and url == idea.url:  # a work without a name has no page but the one it came with
        return True
    came_along = url == idea.url or any(url == link.url for link in idea.links)
    return came_along and (paper is not None or idea.kind in ABOUT_PAPERS) and _publisher(url) != ""


def _publisher(url: str) -> str:
    """Return the site of a publisher that a link leads to; empty when it is none, or other work may stand there."""
    found = re.match(_PUBLISHERS, _plain(url))
    return found[1] if found else ""


def shared_url(idea: Idea) -> str | None:
    """Return where an idea can be seen: the link that it was shared with, when that is not the paper's own page."""
    share = idea.share
    url = safe_url(share.url) if share and not share.withdrawn else None
    return None if url and is_theirs(url, idea) else url


def default_title(idea: Idea, title: str = "", words: Words = WORDS) -> str:
    """Return the public title for a title (the idea's own as a rule): the same, unless it is the paper's own."""
    title = one_line(title or idea.title)
    paper = source_paper(idea)
    if paper is None or not (theirs := _paper_title(title, paper)):
        return title
    return words.credited(idea.kind, theirs)


def public_title(idea: Idea, words: Words = WORDS) -> str:
    """Return the title that others see: the one given when it was shared, else the idea's; never the paper's own."""
    return default_title(idea, idea.share.title if idea.share else "", words)


def public_idea(idea: Idea, words: Words = WORDS) -> Idea:
    """Return an idea as others may see it: by its public title, with no link that is the paper's, and no TeX."""
    links = tuple(link for link in idea.links if not is_theirs(link.url, idea))
    url = None if idea.url and is_theirs(idea.url, idea) else idea.url
    title = public_title(idea, words)
    share = replace(idea.share, url=shared_url(idea), title=title) if idea.share else None
    written = replace(idea.paper, title=_known_title(idea.paper)) if idea.paper else None
    return replace(idea, title=title, url=url, links=links, share=share, paper=written)


def _paper_title(title: str, paper: Paper) -> str:
    """Return what to call the paper when a title is no more than its title, its id or its address; else nothing."""
    named = one_line(_readable(paper.title))
    if named and title in (named, paper.title):
        return named
    ours, theirs, id = map(title_key, (title, named, paper.arxiv_id))
    rest = re.sub(_LABELS, "", ours.replace(theirs, "", 1).replace(id, "", 1))
    if rest and theirs in ours:
        names = filter(None, (title_key(surname(author)) for author in paper.authors[:_NAMED]))
        rest = re.sub("|".join(map(re.escape, names)) or "$", "", rest)
    if (ours and not rest) or is_paper_link(title, paper):
        return named or paper.label
    return named if theirs and len(title) >= TITLE_LIMIT and theirs.startswith(ours) else ""


def _readable(text: str) -> str:
    """Return text without TeX; the tables for it are read when there is some."""
    if not _MAY_BE_TEX.search(text):
        return text
    from ideaboard.core.tex import clean_tex

    return clean_tex(" ".join(text.split()))


def title_key(title: str) -> str:
    """Fold a title to its letters and digits, so that TeX, hyphens and full stops make no difference."""
    title = _readable(title)
    if title.isascii():
        return title.lower().encode().translate(None, _NO_LETTERS).decode()
    return "".join(filter(str.isalnum, fold(title)))
