"""Reads the parts of the README and its guides that tests keep true."""

from __future__ import annotations

import re
from pathlib import Path

from ideaboard.core.actions import ACTIONS, BOARD, Action
from ideaboard.core.keys import shown_key

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GUIDES = (README, *sorted((ROOT / "docs").glob("*.md")))


def part(name: str) -> str:
    """Return what stands between two markers, in the README or in a guide."""
    text = "".join(guide.read_text("utf-8") for guide in GUIDES)
    found = re.findall(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
    assert len(found) == 1, f"the README and its guides must have one part '{name}'"
    return str(found[0])


def script(name: str) -> str:
    """Return the shell script in a part."""
    found = re.search(r"```sh\n(.*?)```", part(name), re.DOTALL)
    assert found, f"there is no script in the part '{name}'"
    return found[1]


def keys_table() -> str:
    """Write the keys as docs/keys.md must have them: those of the board, and folded up those of the other screens."""
    board = [action for action in ACTIONS if BOARD in action.screens]
    others = [action for action in ACTIONS if BOARD not in action.screens]
    return "\n".join(
        [
            *_table(board),
            "",
            "<details>",
            "<summary>Keys of the other screens</summary>",
            "",
            *_table(others),
            "",
            "</details>",
            "",
        ]
    )


def _table(actions: list[Action]) -> list[str]:
    lines = ["| keys | what they do |", "|---|---|"]
    group = ""
    for action in actions:
        if action.group != group:
            group = action.group
            lines.append(f"| **{group}** | |")
        if row := _row(action):
            lines.append(row)
    return lines


def _row(action: Action) -> str:
    if action.id.endswith("_1"):
        last = max(one.keys[0] for one in ACTIONS if one.id[:-1] == action.id[:-1])
        return f"| `1` … `{last}` | {action.help.replace(' 1.', ' by its number.')} |"
    if action.id[-2:-1] == "_" and action.id[-1].isdigit():
        return ""
    keys = " ".join(f"`{shown_key(key)}`" for key in action.keys)
    return f"| {keys or 'palette'} | {action.help} |"
