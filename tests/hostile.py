"""Text that has broken terminal programs, web pages and templates, for every test that shows or keeps text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time

HOSTILE_TITLES = (
    "[Re] x",
    "[/b] x",
    "[b x",
    "[0]",
    "a[red]b",
    "[@click=app.quit]x[/]",
    r"\[escaped] \x",
    "日本語 🚀",
    "👩‍👩‍👧‍👦 and 🇳🇱 and ✍🏽",
    "e\u0301 combining, Å, ﬁ, ß, İ",
    "שלום עולם",
    "<!-- ideaboard:shared:end -->",
    "<script>alert(1)</script> & 'x' \"y\"",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "${HOME} $(id) `id` %s %(x)s {x} {0.__class__}",
    "*a* _b_ ~~c~~ `d` [e](f) ![g](h) # i | j",
    "- [ ] x",
    "1. x",
    "---",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "CON",
    "null",
    "true: yes",
    "'; DROP TABLE ideas; --",
    "$E=mc^2$ and \\alpha",
    "a" * 500,
    "🚀" * 500,
)
"""Good titles: they are kept and come back unchanged."""

UNCLEAN_TITLES = {
    "two\nlines": "two lines",
    "\ttab\tand\r\nbreak": "tab and break",
    "\x1b[31mred\x1b[0m": "red",
    "\x1b]0;owned\x07title": "title",
    "\x1b]8;;https://x.org\x1b\\link\x1b]8;;\x1b\\": "link",
    "bell\x07, null\x00, delete\x7f": "bell, null, delete",
    "c1 \x9b31m and \x85next": "c1 31m and  next",
    "right \u202eto\u202c left": "right to left",
    "an isolate \u2067here\u2069 too": "an isolate here too",
    "lone \ud800 surrogate": "lone  surrogate",
    "  blanks around  ": "blanks around",
    "not a character \uffff": "not a character",
}
"""Titles that hold what is taken out, and what is left of them."""


@contextmanager
def in_one_go(seconds: float = 10) -> Iterator[None]:
    """Fail when a long text took more processor time than going through it once ever does; twice over takes minutes."""
    start = process_time()
    yield
    assert process_time() - start < seconds
