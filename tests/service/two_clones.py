"""Two clones of one bare repository with a board in each, for tests of `sync`."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest
from cli.cli_runs import Done, here

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

CONFIG = """
[user]
name = {name}
email = {name}@example.org
[init]
defaultBranch = main
[advice]
detachedHead = false
"""


def git(folder: Path, *words: str, code: int = 0) -> str:
    """Run git as a person would."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, (words, done.stdout, done.stderr)
    return done.stdout.rstrip("\n")


class Clone:
    """One machine: a clone with a board of its own."""

    def __init__(self, top: Path, name: str) -> None:
        self.top = top
        self.name = name
        self.board = top / ".ideaboard" / "board.jsonl"

    def run(self, *words: str) -> Done:
        return here(*words, "--board", str(self.board))

    def git(self, *words: str, code: int = 0) -> str:
        return git(self.top, *words, code=code)

    def add(self, title: str) -> str:
        return self.run("add", title).id

    def sync(self, *words: str) -> Done:
        done = self.run("sync", *words)
        assert done.code == 0, done.err
        return done

    def titles(self) -> set[str]:
        return {idea["title"] for idea in self.run("list", "--json").json}

    def write(self, name: str, text: str) -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def hook(self, name: str, script: str) -> None:
        path = self.top / ".git" / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def everything(self) -> tuple[object, ...]:
        """Return all that a sync that stops must leave as it was."""
        work = {path: path.read_bytes() for path in sorted(self.top.rglob("*")) if _counts(path)}
        asked = ("status", "--porcelain", "-z"), ("ls-files", "-s"), ("rev-parse", "HEAD"), ("symbolic-ref", "HEAD")
        state = [subprocess.run(["git", *words], cwd=self.top, capture_output=True).stdout for words in asked]
        return work, state


def _counts(path: Path) -> bool:
    return path.is_file() and ".git" not in path.parts and path.suffix != ".lock"


def configured(name: str = "Ada") -> None:
    """Be somebody for git, in the home folder of the test."""
    Path(os.environ["HOME"], ".gitconfig").write_text(CONFIG.format(name=name), "utf-8")


def two_clones(folder: Path) -> tuple[Clone, Clone]:
    """Give a board in one clone that was sent, and a second clone of it."""
    configured()
    for name in ("remote.git", "Ada", "Grace"):
        shutil.copytree(_made_once() / name, folder / name)
    return Clone(folder / "Ada", "Ada"), Clone(folder / "Grace", "Grace")


@cache
def _made_once() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="two-clones-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    git(folder, "init", "-q", "--bare", "--template=", "remote.git")
    (folder / "remote.git" / "hooks").mkdir()
    for name in ("Ada", "Grace"):
        git(folder, "clone", "-q", "--template=", "remote.git", name)
        clone = Clone(folder / name, name)
        clone.git("config", "user.name", name)
        clone.git("remote", "set-url", "origin", "../remote.git")
        if name == "Ada":
            clone.write("README.md", "# Ours\n")
            clone.git("add", "README.md")
            clone.git("commit", "-qm", "begin")
            clone.add("The first")
            clone.sync("--init")
            clone.sync()
    return folder
