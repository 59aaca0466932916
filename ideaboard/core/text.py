"""Text from people, papers and files, made safe before it is kept.

A title is one line of at most 500 characters; line breaks become blanks; control characters
(C0, C1, DEL, bidirectional overrides and isolates) are taken out. Everything else comes back unchanged.

A link is `http`, `https` or `mailto`; characters that break a page or a terminal are percent-encoded, parentheses kept;
tracking parameters go, since they tell on readers and make one page look like two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain

from ideaboard.core.patterns import late
from ideaboard.errors import InvalidInput

TITLE_LIMIT = 500
TAG_LIMIT = 100
TAG_BREAK = r"[\s,]+"
"""What stands between tags on a line."""
_NEXT_TAG = r",|\s(?=#)"
"""What stands between tags where blanks may be within one."""

# Embeddings, overrides and isolates (Unicode UAX #9, section 2). Marks stay, as a part of spelling.
_BIDI = "\u202a-\u202e\u2066-\u2069"
# Patterns are compiled by `re` when they are first used: nearly all text is printable and needs none of them.
_LINE_BREAKS = "[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]+"
# Control sequences, then strings with their end (ECMA-48, 5.4 and 5.6), then the two-character rest: a string without
# an end loses only what starts it, so that one stray escape does not take a whole note with it.
_ESCAPES = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[@-_])"
_CONTROLS = f"[\x00-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff\ufffe\uffff]"
_CONTROLS_BUT_LF_TAB = f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_BIDI}\ud800-\udfff\ufffe\uffff]"


_PRINTABLE = bytes((*b"\t\n", *range(0x20, 0x7F)))


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number with its noun: `1 entry`, `3,000 papers`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def shortened(text: str, most: int) -> str:
    """Return at most so many characters of a text, with an ellipsis where something is left out."""
    return text if len(text) <= most else text[: most - 1] + "…"


def clean_line(text: str) -> str:
    """Return text as one line: breaks become blanks, terminal escapes and control characters go."""
    if text.isprintable():
        return text.strip()
    text = re.sub(_ESCAPES, "", text)
    text = re.sub(_LINE_BREAKS, " ", text)
    return re.sub(_CONTROLS, "", text).strip()


def one_line(text: str) -> str:
    """Return text as one line with single blanks; what is in a file may be anything."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return re.sub("[ \t\n]+", " ", clean_line(text))


def clean_text(text: str) -> str:
    """Return text of several lines, LF between them, without terminal escapes and control characters but tab."""
    if text.isprintable():
        return text
    # What is left without the printable characters of ASCII is little, and the rest is quickly told from it.
    if text.encode("utf-8", "surrogatepass").translate(None, _PRINTABLE).decode("utf-8", "surrogatepass").isprintable():
        return text
    text = re.sub(_ESCAPES, "", text.replace("\r\n", "\n").replace("\r", "\n"))
    return re.sub(_CONTROLS_BUT_LF_TAB, "", text)


def clean_title(text: str) -> str:
    """Return a title that can be kept; raises `InvalidInput` when nothing is left, or more than 500 characters are."""
    title = clean_line(text)
    # A title of blanks and invisible marks shows nothing.
    if all(unicodedata.category(char) in ("Cf", "Zs") or char in "\u3164\uffa0\u115f\u1160\u2800" for char in title):
        raise InvalidInput("the title is empty", "give the idea a few words")
    if len(title) > TITLE_LIMIT:
        raise InvalidInput(
            f"the title has {len(title):,} characters; {TITLE_LIMIT} are the most", "put the rest in the notes"
        )
    return title


def clean_tag(text: str) -> str:
    """Return a tag: lower case, without a leading `#`, blanks as dashes; raises `InvalidInput` when nothing is left."""
    tag = re.sub(TAG_BREAK, "-", re.sub(r"^[#,\s]+|[,\s]+$", "", clean_line(text)).lower())
    if not tag:
        raise InvalidInput(f"'{clean_line(text)}' is not a tag", "a tag is a word such as bayes or time-series")
    if len(tag) > TAG_LIMIT:
        raise InvalidInput(
            f"the tag has {len(tag):,} characters; {TAG_LIMIT} are the most", "put the rest in the notes"
        )
    return tag


def clean_tags(texts: Iterable[str]) -> tuple[str, ...]:
    """Return tags, each once: in one text, a comma or a `#` begins another. Raises `InvalidInput` when one is none."""
    parts = ([part for part in re.split(_NEXT_TAG, text) if part.strip()] or [text] for text in texts)
    return tuple(dict.fromkeys(map(clean_tag, chain.from_iterable(parts))))


def tags_from(text: str) -> tuple[str, ...]:
    """Read tags from one line, blanks or commas between them, each once; raises `InvalidInput` when one is none."""
    return clean_tags(filter(None, re.split(TAG_BREAK, text)))


def fold(text: str) -> str:
    """Return text for comparing: case folded, accents and compatibility forms evened out, blanks squeezed."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_NOT_ASCII.sub(_without_accents, decomposed).split())


_NOT_ASCII = late(r"[^\x00-\x7f]+")


def _without_accents(match: re.Match[str]) -> str:
    return "".join(char for char in match.group() if not unicodedata.combining(char))


_SCHEMES = ("http", "https", "mailto")
_PLAIN_URL = late(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[A-Za-z0-9/._~+=@:,-]*)?")
"""Most links, which need no closer look."""
ADDRESS = late(r"(?i)(?:https?://|www\.)\S+|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?")
_UNSAFE_IN_URL = r'[\s<>"\\^`{|}\x00-\x1f\x7f]'
_TRACKING = "(?i)(utm_.*|fbclid|gclid|mc_cid|mc_eid|igshid)(=|$)"
_SI_HOSTS = ("youtube.com", "youtu.be", "spotify.com")


def clean_url(text: str) -> str:
    """Return a link, unsafe characters percent-encoded, without tracking; raises `InvalidInput` when it is none."""
    if _PLAIN_URL.fullmatch(text):
        return text
    from urllib.parse import quote, urlsplit

    url = clean_line(text)
    hint = "a link starts with https://, http:// or mailto:"
    scheme = url.partition(":")[0].lower()
    if scheme not in _SCHEMES:
        raise InvalidInput(f"'{url[:80]}' is not a link", hint)
    url = re.sub(_UNSAFE_IN_URL, lambda match: quote(match.group(), safe=""), url)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InvalidInput(f"'{url[:80]}' is not a link", hint) from None
    if scheme == "mailto":
        if not parts.path:
            raise InvalidInput(f"'{url[:80]}' names no address", hint)
        return url
    if not parts.hostname:
        raise InvalidInput(f"'{url[:80]}' names no site", hint)
    return url if not parts.query else _without_tracking(url)


def with_scheme(text: str) -> str:
    """Give a typed address the `https://` that it lacks; every other text comes back without blanks around it."""
    text = text.strip()
    return f"https://{text}" if ADDRESS.fullmatch(text) and "://" not in text else text


def link_or_nothing(text: str) -> str:
    """Return a link as it is kept, or an empty text; one without its `https://` gets it.
    Raises `InvalidInput` when it is no link.
    """
    text = with_scheme(text)
    return clean_url(text) if text else ""


def kept_as(text: str) -> str:
    """Say as what a link is kept when that is not what was typed; raises `InvalidInput` when it is no link."""
    clean = link_or_nothing(text)
    return f"kept as {clean}" if clean != text.strip() else ""


def safe_url(url: str | None) -> str | None:
    """Return a link from a file, made safe to follow; `None` when it is none."""
    try:
        return clean_url(url) if url else None
    except InvalidInput:
        return None


def _without_tracking(url: str) -> str:
    """Take out the parameters that public URL cleaners agree on; leave every other byte of the query as it is."""
    from urllib.parse import urlsplit, urlunsplit

    parts = urlsplit(url)
    si = any(parts.hostname == host or (parts.hostname or "").endswith("." + host) for host in _SI_HOSTS)
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if not (re.match(_TRACKING, pair) or (si and pair.partition("=")[0] == "si"))]
    return url if len(kept) == len(pairs) else urlunsplit(parts._replace(query="&".join(kept)))
