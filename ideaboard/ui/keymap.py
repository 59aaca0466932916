"""The keys in force: those of the registry of actions with what the config says instead, and how screens get them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ideaboard.core.actions import ACTIONS, BOARD, Action
from ideaboard.core.keys import shown_key, spanned
from ideaboard.ui.drawing.footer import Hint

if TYPE_CHECKING:
    from textual.binding import BindingsMap
    from textual.dom import DOMNode
    from textual.message_pump import MessagePump

Asked = str | tuple[str, str] | Hint
"""A hint, or what one is made of: the id of an action, alone or with another word."""

_BY_ID = {action.id: action for action in ACTIONS}


@dataclass(frozen=True)
class Keymap:
    """Which keys do what; those that the config chose have been checked there."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, action: Action) -> tuple[str, ...]:
        return self.chosen.get(action.id, action.keys)

    def shown(self, id: str) -> str:
        """Return the first key of an action as people write it; empty when it has none."""
        action = _BY_ID.get(id)
        keys = self.keys(action) if action else ()
        return shown_key(keys[0]) if keys else ""

    def all_shown(self, action: Action) -> str:
        return " ".join(map(shown_key, self.keys(action)))

    def numbered(self, id: str, count: int) -> str:
        """Return the keys of the first so many actions that a number at the end of their id tells apart, in short."""
        return spanned([self.shown(f"{id}_{number}") for number in range(1, count + 1)])

    def by_key(self, screen: str = BOARD) -> dict[str, str]:
        """Return the Textual action of each key of a screen."""
        return {key: action.on(screen) for action in ACTIONS if screen in action.screens for key in self.keys(action)}

    def bindings(self, screen: str = BOARD, node: DOMNode | None = None) -> BindingsMap:
        """Return the bindings of a screen; each has the id of its action and its help as a tooltip.

        For a node they are those that it has a method for: of one screen, the list has those that move its cursor.
        """
        from textual.binding import Binding, BindingsMap

        return BindingsMap(
            Binding(",".join(keys), action.on(screen), action.name, show=False, id=action.id, tooltip=action.help)
            for action in ACTIONS
            if screen in action.screens
            and (keys := self.keys(action))
            and (node is None or hasattr(node, f"action_{action.on(screen).partition('(')[0]}"))
        )

    def hints(self, screen: str, asked: Iterable[Asked]) -> list[Hint]:
        """Return the hints of actions that have a key, each asked for by its id, or by its id and another word."""
        hints: list[Hint] = []
        for one in asked:
            if not isinstance(one, str) and len(one) == 3:
                hints.append(one)
                continue
            id, word = (one, "") if isinstance(one, str) else one
            action = _BY_ID[id]
            if shown := self.shown(id):
                hints.append((shown, word or _begun_small(action.name), action.on(screen)))
        return hints


def _begun_small(name: str) -> str:
    """Return a name as a word within a line; arXiv and PDF are written as they are."""
    return name if name.isupper() else name[:1].lower() + name[1:]


def keymap_of(pump: MessagePump) -> Keymap:
    """Return the keys in force in the app of a widget."""
    keymap = getattr(pump.app, "keys_in_force", None)
    return keymap if isinstance(keymap, Keymap) else Keymap()


def bindings_of(node: DOMNode, screen: str, own: BindingsMap) -> BindingsMap:
    """Return the bindings of a node: the registry's for a screen, before its own."""
    named = keymap_of(node).bindings(screen, node)
    merged = own.copy()
    merged.key_to_bindings.update(named.key_to_bindings)
    return merged
