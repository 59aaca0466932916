"""Text as Markdown for the programs behind the sites, which read it each in its own way.

Python-Markdown (MkDocs) and kramdown (Jekyll) know fewer backslash escapes than CommonMark, so what they do not know is
written as an entity, which all of them do. Liquid (Jekyll, dev.to), Hugo and Quarto look for tags of their own before
the text is Markdown at all, and Pandoc (Quarto) takes `@name` for a citation.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable

from ideaboard.core.links import safe_url
from ideaboard.core.outputs import Site
from ideaboard.core.text import clean_line
from ideaboard.publish import markdown

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_RARE = frozenset("<&~@/=")
"""Characters that only CommonMark lets a backslash escape."""
_CITATION = re.compile(r"(?<![\w&#;])@(?=\w)")


def filters_for(site: Site) -> dict[str, Callable[..., str]]:
    """Return the filters that put text into a draft for a site: `md`, `heading`, `link` and `quoted`."""
    # Partial functions, since those can be sent to another process.
    with_site = functools.partial
    return {
        "md": with_site(_md, site),
        "heading": with_site(_heading, site),
        "link": with_site(_link, site),
        "quoted": quoted,
    }


def quoted(text: str) -> str:
    """Return text as a JSON string, which YAML and TOML read too."""
    return json.dumps(clean_line(text), ensure_ascii=False)


def _md(site: Site, text: str, *, start: bool = False) -> str:
    return _speak(site, markdown.escape(text, start=start))


def _heading(site: Site, text: str) -> str:
    return _speak(site, markdown.heading(text))


def _link(site: Site, text: str, url: str | None, *, start: bool = False) -> str:
    return _speak(site, markdown.link(text, safe_url(url), start=start))


def _speak(site: Site, text: str) -> str:
    if site.only_commonmark:
        return text
    text = _ESCAPE.sub(lambda found: f"&#{ord(found[1])};" if found[1] in _RARE else found[0], text)
    if site.has_tags:
        text = text.replace("{{", "&#123;&#123;").replace("{%", "&#123;%")
    return _CITATION.sub("&#64;", text) if site.key == "quarto" else text
