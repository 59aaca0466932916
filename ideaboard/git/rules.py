"""What git must know of a board file: merge it as a union, never change it, and leave out what lies beside it."""

# Paths are text here, as git prints them.
# ruff: noqa: PTH118

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Mapping

from ideaboard import files
from ideaboard.core.text import clean_line
from ideaboard.errors import Refused
from ideaboard.git.program import Git, names

ATTRIBUTES, IGNORE = ".gitattributes", ".gitignore"
FILE_LIMIT = 2**20
_WANTED = {"merge": "union", "text": "unset"}
_NO_CHANGES = ("filter", "ident", "working-tree-encoding")
_BESIDE = (".lock", ".torn", ".new", ".damaged-2026")
_GLOB = re.compile(r"[][*?\\ \t\"]")
SET_UP = "set it up with: ideaboard sync --init"


class Rules:
    """Git's rules for one board file; `path` is its path below the `top` of the work tree, `config` git's config."""

    def __init__(self, git: Git, top: str, path: str, config: Mapping[str, str]) -> None:
        self._git = git
        self._top = top
        self._path = path
        self._config = config

    def set_up(self) -> list[str]:
        """Write what git must know of a board file where it is missing, and return the names of the files written.
        Raises `Refused` when one is a link or not a file of the person's, or other lines there say otherwise.
        """
        written = []
        if not self._united():
            self._append(ATTRIBUTES)
            written.append(ATTRIBUTES)
        beside = [self._path + ending for ending in _BESIDE]
        if len(self._ignored("--no-index", *beside)) < len(beside):
            self._append(IGNORE)
            written.append(IGNORE)
        self.refuse_attributes()
        return written

    def _line(self, name: str) -> str:
        """Return the line of ours in a file of git's."""
        pattern = "/" + _GLOB.sub(lambda found: "?" if found[0] in ' \t"' else "\\" + found[0], self._path)
        return f"{pattern} -text merge=union" if name == ATTRIBUTES else f"{pattern}.*"

    def with_line(self, name: str, data: bytes) -> bytes:
        return data + (b"" if not data or data.endswith(b"\n") else b"\n") + os.fsencode(self._line(name)) + b"\n"

    def _append(self, name: str) -> None:
        path = os.path.join(self._top, name)
        try:
            there = os.path.lexists(path)
            data = files.read_file(path, FILE_LIMIT + 1, own=True) if there else b""
            if len(data) > FILE_LIMIT:
                raise Refused(f"'{path}' is too large to be one of git's", "look at it, then try again")
            mode = stat.S_IMODE(os.lstat(path).st_mode) if there else None
            files.write_whole(path, self.with_line(name, data), mode=mode)
        except OSError as error:
            hint = f"put this line into it yourself: {self._line(name)}"
            raise Refused(f"'{path}' cannot be written: {files.reason(error)}", hint) from None

    def _attributes(self) -> dict[str, str]:
        found = names(self._git.do("check-attr", "-z", *_WANTED, *_NO_CHANGES, "--", self._path))
        return dict(zip(found[1::3], found[2::3], strict=True))

    def _united(self) -> bool:
        return _WANTED.items() <= self._attributes().items()

    def refuse_attributes(self) -> None:
        found = self._attributes()
        if not _WANTED.items() <= found.items():
            what = f"git would not merge the board as a union (merge is {clean_line(found['merge'])})"
            raise Refused(what, f"look for other lines on it in {ATTRIBUTES}, or {SET_UP}")
        if odd := [name for name in _NO_CHANGES if found[name] not in ("unspecified", "unset")]:
            what = f"git would change the board file: '{odd[0]}' is {clean_line(found[odd[0]])}"
            raise Refused(what, f"take that off the board file in {ATTRIBUTES}")
        if "merge.union.driver" in self._config:
            what = "your git config has another program for union merges (merge.union.driver)"
            raise Refused(what, "take it out: git config --unset-all merge.union.driver")

    def refuse_ignored(self) -> None:
        for where, line, pattern in self._ignored(self._path):
            what = f"git leaves the board out: '{clean_line(pattern)}' in line {line} of '{clean_line(where)}'"
            raise Refused(what, f"take that line out, or add it once: git add -f {shlex.quote(self._path)}")

    def _ignored(self, *words: str) -> list[tuple[str, str, str]]:
        """Return file, line and pattern for each of some paths that git leaves out; options may stand before them."""
        options = [word for word in words if word.startswith("--")]
        paths = b"".join(os.fsencode(word) + b"\0" for word in words if not word.startswith("--"))
        found = os.fsdecode(self._git.run("check-ignore", "-v", "-z", "--stdin", *options, stdin=paths).out).split("\0")
        rules = zip(found[::4], found[1::4], found[2::4], strict=False)
        return [rule for rule in rules if rule[2] and not rule[2].startswith("!")]
