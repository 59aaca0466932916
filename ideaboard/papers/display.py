"""Papers as people read them: TeX cleaned, authors in short, links to code."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ideaboard.core.tex import clean_tex

_CODE_HOSTS = (
    r"(?:gist\.)?github\.com|gitlab\.[a-z.-]+|[a-z0-9.-]*\.gitlab\.io|bitbucket\.org|codeberg\.org|gitee\.com|git\.sr\.ht"
    r"|huggingface\.co|hf\.co|zenodo\.org|sourceforge\.net|anonymous\.4open\.science|codeocean\.com|osf\.io"
    r"|doi\.org/10\.5281|[a-z0-9-]+\.github\.io"
)
_LINK = re.compile(
    rf"(?<![\w@./-])(?:https?://)?(?:www\.)?(?P<host>{_CODE_HOSTS})(?P<path>/[^\s<>\"'`{{}}|^\x00-\x1f]*)?",
    re.IGNORECASE,
)
_NOT_CODE = re.compile(r"^(?:huggingface\.co|hf\.co)/papers(?:/|$)", re.IGNORECASE)
_PAGES = re.compile(r"\.(?:github|gitlab)\.io$", re.IGNORECASE)
_TRAILING = ".,;:!?'\"*_~]>\\"


def readable(text: str) -> str:
    """Return a title or an abstract as one line of readable text: wraps joined, TeX cleaned."""
    return " ".join(clean_tex(" ".join(text.split())).split())


def short_authors(authors: Sequence[str], n: int = 3) -> str:
    """Name the first `n` authors and count the others: `A, B, C and 7 more`."""
    named = ", ".join(" ".join(author.split()) for author in authors[:n])
    more = len(authors) - n
    return f"{named} and {more:,} more" if more > 0 else named


def code_links(text: str) -> list[str]:
    """Find links to code, models and archived software, in order, project pages last; all `https` or `http`."""
    links: list[str] = []
    pages: list[str] = []
    for match in _LINK.finditer(text.replace("\\_", "_").replace("\\%", "%").replace("\\#", "#")):
        host = match["host"]
        is_page = bool(_PAGES.search(host))
        link = _trim(match.group())
        bare = re.sub(r"^https?://", "", link, flags=re.IGNORECASE)
        if _NOT_CODE.match(bare) or (not is_page and len(_trim(match["path"] or "").strip("/")) == 0):
            continue
        url = link if bare != link else f"https://{link}"
        chosen = pages if is_page else links
        if url not in chosen:
            chosen.append(url)
    return links + pages


def _trim(link: str) -> str:
    """Take off the punctuation of the sentence, and a closing bracket that was opened before the link."""
    while link and (link[-1] in _TRAILING or (link[-1] == ")" and link.count("(") < link.count(")"))):
        link = link[:-1]
    return link
