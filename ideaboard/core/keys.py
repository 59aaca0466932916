"""Remapped keys, checked by ourselves: Textual accepts unknown names and hides clashes in silence."""

from __future__ import annotations

from collections.abc import Mapping

from ideaboard.core.actions import ACTIONS, KEY_NAMES

_NAMED = frozenset(
    [f"f{n}" for n in range(1, 25)]
    + ["enter", "escape", "space", "tab", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"]
    + ["up", "down", "left", "right"]
    + list(KEY_NAMES.values())
)
_MODIFIERS = ("ctrl", "alt", "shift", "super", "meta", "hyper")
# A terminal sends the same byte for both, so the first would take the second's place.
_SAME_BYTE = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape", "ctrl+j": "enter"}


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


def check_keys(
    wanted: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str]]]:
    """Put remapped keys on top of the default ones.

    Args:
        wanted: the new keys by action id; they replace all keys of that action.

    Returns:
        The keys in force by action id, and (action id, what is wrong) for each entry that could not be used; its
        action keeps its default keys.
    """
    defaults = {action.id: action.keys for action in ACTIONS}
    problems: list[tuple[str, str]] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for id, keys in wanted.items():
        if id not in defaults:
            problems.append((id, "there is no such action; 'ideaboard keys' lists them"))
        elif what := _wrong_key(keys):
            problems.append((id, what))
        else:
            chosen[id] = tuple(dict.fromkeys(filter(None, map(canonical_key, keys))))
    while clash := _clash({**defaults, **chosen}, chosen):
        id, other, key = clash
        del chosen[id]
        problems.append((id, f"'{key}' is a key of '{other}' already; the default keys are kept"))
    return {**defaults, **chosen}, problems


def _wrong_key(keys: tuple[str, ...]) -> str:
    if not keys:
        return "there must be at least one key; the default keys are kept"
    for key in keys:
        canonical = canonical_key(key)
        if canonical is None:
            return f"there is no key '{key}'; the default keys are kept"
        if canonical in _SAME_BYTE:
            return f"terminals cannot tell '{key}' from {_SAME_BYTE[canonical]}; the default keys are kept"
    return ""


def _clash(keys: Mapping[str, tuple[str, ...]], chosen: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
    """Find a chosen entry, the latest first, one of whose keys another action has too."""
    for id in reversed(list(chosen)):
        for other, taken in keys.items():
            if other != id:
                for key in chosen[id]:
                    if key in taken:
                        return id, other, key
    return None
