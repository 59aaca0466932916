"""The names of keys: as Textual has them, as people write them, and which there are."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Sequence

_RENAMED = {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus"}
_RENAMED |= {"plus_sign": "plus", "low_line": "underscore"}


def _textual_name(sign: str) -> str:
    """Return Textual's name for a key: characters that are no letters or digits have their Unicode names, or nearly."""
    name = unicodedata.name(sign).lower().replace(" ", "_").replace("-", "_")
    return _RENAMED.get(name, name)


KEY_NAMES = {sign: _textual_name(sign) for sign in (*string.punctuation, " ")}

_SHOWN = {
    **{name: character for character, name in KEY_NAMES.items()},
    **{name: name.capitalize() for name in ("enter", "space", "home", "end", "tab", "delete", "backspace")},
    "escape": "Esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}


def shown_key(key: str) -> str:
    """Return a key as people write it: `slash` is `/`, `shift+left` is `Shift+←`."""
    *modifiers, name = key.split("+") if key != "+" else ["+"]
    if name[:1] == "f" and name[1:].isdecimal():
        name = name.upper()
    return "+".join([modifier.capitalize() for modifier in modifiers] + [_SHOWN.get(name, name)])


def spanned(shown: Sequence[str]) -> str:
    """Return the keys of a row of numbered actions in short: `1-9`, or each where they are not digits in turn."""
    digits = "".join(shown)
    if len(shown) > 1 and len(digits) == len(shown) and digits in string.digits:
        return f"{shown[0]}-{shown[-1]}"
    return " ".join(filter(None, shown))


_NAMED = frozenset(
    [f"f{n}" for n in range(1, 25)]
    + ["enter", "escape", "space", "tab", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"]
    + ["up", "down", "left", "right"]
    + list(KEY_NAMES.values())
)
_MODIFIERS = ("ctrl", "alt", "shift", "super", "meta", "hyper")
SAME_BYTE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape", "ctrl+j": "enter"}
"""A terminal sends the same byte for both, so the first would take the second's place."""


def canonical_key(text: str) -> str | None:
    """Return a key by Textual's name for it, or None when there is no such key.

    `?` is `question_mark`, `shift+a` is `A`, `Ctrl+P` is `ctrl+p`, `shift+ctrl+left` is `ctrl+shift+left`.
    """
    *modifiers, name = text.split("+") if len(text) > 1 else [text]
    modifiers = sorted({modifier.lower() for modifier in modifiers})
    name = KEY_NAMES.get(name, name)
    single = len(name) == 1 and name.isprintable()
    if not (single or name.lower() in _NAMED) or any(modifier not in _MODIFIERS for modifier in modifiers):
        return None
    if single and modifiers == ["shift"] and name.isalpha():
        return name.upper()
    return "+".join([*modifiers, name.lower() if modifiers or not single else name])
