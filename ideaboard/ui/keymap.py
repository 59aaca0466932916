"""The keys in force: those of the registry of actions, with what the config says instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from textual.binding import Binding, BindingsMap

from ideaboard.core.actions import ACTIONS, Action, shown_key

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

    def name(self, id: str) -> str:
        return _BY_ID[id].name

    def action(self, id: str) -> str:
        return _BY_ID[id].method

    def all_shown(self, action: Action) -> str:
        return " ".join(map(shown_key, self.keys(action)))

    def by_key(self) -> dict[str, str]:
        return {key: action.method for action in ACTIONS for key in self.keys(action)}

    def bindings(self) -> BindingsMap:
        """Return the bindings of the board screen; each has the id of its action and its help as a tooltip."""
        actions = [
            Binding(",".join(keys), action.method, action.name, show=False, id=action.id, tooltip=action.help)
            for action in ACTIONS
            if (keys := self.keys(action))
        ]
        copy = Binding("ctrl+c,super+c", "screen.copy_text", "Copy what the mouse selected", show=False)
        return BindingsMap([*actions, copy])
