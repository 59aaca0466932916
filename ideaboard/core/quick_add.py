"""The line in which an idea is added: `Title words #tag @kind !2026-12-24 https://link`.

A day may also be what `ideaboard.core.days` reads: `!today`, `!friday` (the next one), or a time: `!3d`, `!+2w`.

Reading never fails: a word that cannot be what its first character says stays in the title, and `problems` says why.
So a title such as `C# in depth`, `Fix #42` or `Ask @home` comes out as it was typed.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from ideaboard.core.changes import NewIdea
from ideaboard.core.clock import parse_date
from ideaboard.core.days import DAY_WORDS, day_from
from ideaboard.core.kinds import Workflow
from ideaboard.core.text import clean_line, clean_tags, clean_url, fold
from ideaboard.errors import InvalidInput

# A tag has a letter or a symbol in it: `#42` is the number of an issue.
_PART = re.compile(
    r"(?:https?://|mailto:)\S*|#(?=\S*(?:[^\W\d_]|[^\x00-\x7f]))(?:\w|[^\x00-\x7f])\S*|@\S*\w\S*"
    rf"|!(?:\+?\d\S*|(?:{'|'.join(DAY_WORDS)})[.,;:!?…]*)",
    re.IGNORECASE,
)
_AFTER_A_WORD = ".,;:!?…"
# After such a word a sentence goes on: in `Post it in #general` the last word is no tag.
_ENGLISH = "a an and are as at by for from in into is like of on or see than the to via vs with"
_OTHERS = "auf bei mit oder siehe und von für zu à avec dans de et ou sur voir con en o y"
_LEADS_ON = frozenset(f"{_ENGLISH} {_OTHERS}".split(" "))
_COLOUR = re.compile(r"#(?=[a-f]*\d)(?:[\da-f]{6}|[\da-f]{8})", re.IGNORECASE)


class QuickAdd(NamedTuple):
    """What a line says."""

    new: NewIdea
    understood: tuple[str, ...] = ()
    """What was read besides the title, in words: `Paper to code`, `#lora`, `due 2026-12-24`, `arxiv.org`."""
    problems: tuple[str, ...] = ()
    """What looks like a part but is not one, a sentence each; it stays in the title."""


def parse_quick_add(text: str, workflow: Workflow, today: date | None = None) -> QuickAdd:
    """Read a line as a person types it; see the module for the syntax.

    Parts stand at either end: in the middle of a sentence a tag or a link is text, and so is what a word such as `in`
    or `to` leads on to; a link or a day there counts all the same. A kind may be shortened to any beginning that only
    one kind has: `@paper`, `@comp`. The last of several kinds, dates or links counts; an earlier
    one stays in the title. Without `today`, `!friday` and its like are no dates.
    """
    words = clean_line(text).split()
    start = next((at for at, word in enumerate(words) if not _is_part(word)), len(words))
    end = len(words)
    while end > start and _is_part(words[end - 1]):
        end -= 1
    led_to = end if end > start and words[end - 1].lower() in _LEADS_ON else -1
    reading = _Reading(workflow, today)
    for at in reversed(range(len(words))):
        word = words[at].rstrip(_AFTER_A_WORD)
        in_sentence = start <= at < end or (at == led_to and word[0] in "#@")
        if in_sentence or not reading.take(word) or at == led_to:
            reading.title.append(words[at])
    return reading.result()


def _is_part(word: str) -> bool:
    """Tell whether a word may be a part; one that closes what a word before it opened is none, nor is a colour."""
    bare = word.rstrip(_AFTER_A_WORD)
    closes = bare.count(")") > bare.count("(") or bare[-1:] in ("`", '"', "'", "”", "»", "]", ">")
    return bool(_PART.fullmatch(word)) and not closes and not _COLOUR.fullmatch(bare)


class _Reading:
    def __init__(self, workflow: Workflow, today: date | None) -> None:
        self.workflow = workflow
        self.today = today
        self.title: list[str] = []
        self.tags: list[str] = []
        self.kind = self.due = self.url = ""
        self.problems: list[str] = []

    def take(self, word: str) -> bool:
        """Put one word where it belongs; tell whether it belongs anywhere but in the title."""
        sign, rest = word[:1], word[1:]
        try:
            if sign == "#":
                self.tags += reversed(clean_tags([rest]))
            elif sign == "@" and not self.kind:
                self.kind = self._kind(rest)
            elif sign == "!" and not self.due:
                self.due = day_from(rest, self.today) if self.today else parse_date(rest)
            elif sign not in ("#", "@", "!") and not self.url:
                self.url = clean_url(word)
            else:
                return False
        except InvalidInput as error:
            if sign != "#":
                self.problems.append(
                    f"{error.message}; write !2026-12-24, !friday or !+2w" if sign == "!" else error.message
                )
            return False
        return True

    def _kind(self, word: str) -> str:
        wanted = fold(word).replace(" ", "-")
        kinds = self.workflow.kinds
        fitting = [kind.key for kind in kinds if wanted in (kind.key.casefold(), fold(kind.label).replace(" ", "-"))]
        fitting = fitting or [kind.key for kind in kinds if kind.key.casefold().startswith(wanted)]
        if len(fitting) == 1:
            return fitting[0]
        named = ", ".join(f"@{key}" for key in fitting or self.workflow.kind_keys)
        raise InvalidInput(f"'@{word}' fits {'several kinds' if fitting else 'no kind'}: {named}")

    def result(self) -> QuickAdd:
        tags = tuple(dict.fromkeys(reversed(self.tags)))
        # A link alone is a title too: that of a paper is found for it later.
        title = " ".join(reversed(self.title)) or self.url
        new = NewIdea(title=title, kind=self.kind, tags=tags, url=self.url, due=self.due)
        understood = [self.workflow.kind_label(self.kind)] if self.kind else []
        understood += [f"#{tag}" for tag in tags]
        understood += [f"due {self.due}"] if self.due else []
        # The part of a link that people know it by.
        site = self.url.partition("://")[2].partition("/")[0].removeprefix("www.")
        understood += [site or self.url] if self.url else []
        return QuickAdd(new, tuple(understood), tuple(reversed(self.problems)))
