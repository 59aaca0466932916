"""The git repository that a board lies in: whether it can be synced, and the steps of which a sync is made.

Nothing is merged in the work tree: git makes the merge among its objects (`git merge-tree`), so a conflict is known
before anything is touched; hooks of a merge do not run, those of a commit and a push do. What is committed is the board
file and what `set_up` wrote; all else that is changed or staged stays as it is.
"""

# Paths are text here, as git prints them.
# ruff: noqa: PTH100, PTH114, PTH118, PTH120, PTH121

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

from ideaboard import files
from ideaboard.core.text import clean_line
from ideaboard.errors import IdeaboardError, InvalidInput, Refused
from ideaboard.git.program import REMOTE_SECONDS, Done, Git, GitFailed, in_short, names
from ideaboard.git.rules import ATTRIBUTES, FILE_LIMIT, IGNORE, Rules

_BOARD_LIMIT = 512 * 2**20
_UNDER_WAY = {
    "MERGE_HEAD": ("a merge", "git merge"),
    "CHERRY_PICK_HEAD": ("a cherry-pick", "git cherry-pick"),
    "REVERT_HEAD": ("a revert", "git revert"),
    "rebase-merge": ("a rebase", "git rebase"),
    "rebase-apply": ("a rebase", "git rebase"),
    "BISECT_LOG": ("a bisect", "git bisect"),
}
_LOG_IN = re.compile(
    r"terminal prompts disabled|could not read (?:Username|Password)|Authentication failed|Permission denied"
    r"|Host key verification failed|HTTP 40[13]|error: 40[13]",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"\[rejected\]|\[remote rejected\].*(?:cannot lock ref|failed to update ref|reference already exists)"
)
_OWN_INDEX = re.compile(r"ideaboard-[0-9]+\.index(?:\.lock)?")
_IS_FILE = re.compile("100(?:644|755)")


class RemoteFailed(IdeaboardError):
    """The other side cannot be reached, or lets nobody in."""

    exit_code = 5


class Moved(Exception):
    """The other side has something new since we asked."""


class Entry(NamedTuple):
    """A file in a commit or in git's index."""

    mode: str
    blob: str
    path: str

    def line(self) -> bytes:
        return os.fsencode(f"{self.mode} {self.blob}\t{self.path}") + b"\0"


class Repository:
    """The repository of one board.

    Raises `InvalidInput` or `Refused` with what to do when the board is in none, or in one that is no plain clone.
    """

    def __init__(self, board: str) -> None:
        board = os.path.abspath(board)
        folder = os.path.dirname(board)
        if not os.path.lexists(board):
            raise InvalidInput(
                f"there is no board at '{board}'", "'git pull' brings one that others made; 'ideaboard add' starts one"
            )
        self.git = Git(folder)
        self.git.refuse_old()
        self.top, self.folder = self._find(folder)
        self.path = os.path.relpath(board, self.top).replace(os.sep, "/")
        self.board = board
        self.git.folder = self.top
        self._refuse_links()
        self.config = self.git.config()
        self.git.never_prompt(self.config)
        self.rules = Rules(self.git, self.top, self.path, self.config)
        self.branch = self.remote = self.remote_branch = ""
        self._files: dict[str, dict[str, Entry]] = {}
        """The board and the files of git's in commits, by path."""
        self._blobs: dict[str, bytes] = {}

    def _find(self, folder: str) -> tuple[str, str]:
        """Return the folder of the work tree, as it was named, and that of git."""
        asked = ("is-bare-repository", "is-inside-git-dir", "is-shallow-repository", "absolute-git-dir")
        more = ("show-toplevel", "show-cdup", "show-superproject-working-tree")
        done = self.git.run("rev-parse", *(f"--{one}" for one in (*asked, *more)))
        found = os.fsdecode(done.out).split("\n")
        if "true" in found[:2]:
            raise InvalidInput("the board lies in a repository without a work tree", "sync a board in a plain clone")
        if "not a git repository" in done.words:
            hint = "make one in its project's folder with 'git init', or name another board with --board"
            raise InvalidInput(f"the board in '{folder}' is in no git repository", hint)
        if done.code:
            raise GitFailed("git does not work here", done.code, done.words)
        _, _, shallow, git_folder, top, up, *outer = found
        if any(outer):
            hint = f"sync it yourself: cd {shlex.quote(folder)} && git pull --no-rebase && git push"
            raise InvalidInput("the board lies in a submodule, which its outer repository pins", hint)
        if shallow == "true":
            raise InvalidInput("this clone is shallow, so that no merge is sure", "get the rest: git fetch --unshallow")
        named = os.path.normpath(os.path.join(folder, up))
        if not os.path.samefile(named, top):
            raise Refused(f"'{folder}' is, or lies behind, a link into a repository", f"name the board below '{top}'")
        return named, git_folder

    def _refuse_links(self) -> None:
        place = self.top
        for part in self.path.split("/"):
            place = os.path.join(place, part)
            if os.path.islink(place):
                raise Refused(
                    f"'{place}' is a link, which git keeps as a link", "put the file itself there, then commit"
                )
        if not self.path.isprintable():
            raise InvalidInput("the path of the board has control characters in it", "rename its folder first")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other syncs of this repository out for a block; raises `Refused` when there is one under way."""

        def once(fd: int) -> None:
            if not files.try_lock(fd):
                raise Refused("a sync of this repository is under way already", "wait for it, then sync again")

        try:
            lock = files.open_locked(os.path.join(self.folder, "ideaboard-sync.lock"), once)
        except OSError as error:
            what = f"'{self.folder}' cannot be used: {files.reason(error)}"
            raise Refused(what, "look at its permissions") from None
        try:
            self._clear_up()
            yield
        finally:
            files.close(lock)

    def _clear_up(self) -> None:
        """Take away what a sync left that was killed: nobody uses it while this one has the lock."""
        with os.scandir(self.folder) as there:
            left = [one.path for one in there if _OWN_INDEX.fullmatch(one.name)]
        for path in left:
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108  # as below

    # Whether all is as usual

    def refuse_unusual(self) -> None:
        """Find out what the branch follows. Raises `InvalidInput` or `Refused` with what to do about anything that a
        sync had better not meddle with.
        """
        self._refuse_what_is_under_way()
        head = self.git.maybe("symbolic-ref", "-q", "HEAD")
        if not head.startswith("refs/heads/"):
            raise InvalidInput("no branch is checked out (HEAD is detached)", "go to one first, as: git switch main")
        self.branch = head.removeprefix("refs/heads/")
        self.rules.refuse_attributes()
        self.rules.refuse_ignored()
        index = self.in_index([self.path])
        if index and not _IS_FILE.fullmatch(index[0].mode):
            raise Refused(f"git keeps '{self.path}' as a link or a module", "put the file itself there, then commit")
        done = self.git.run("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT")
        if done.code:
            hint = "say it: git config --global user.name 'Your Name'; git config --global user.email you@example.org"
            raise InvalidInput("git does not know who you are", hint)
        self._find_remote()

    def _refuse_what_is_under_way(self) -> None:
        for name, (what, command) in _UNDER_WAY.items():
            if os.path.lexists(os.path.join(self.folder, name)):
                end = "reset" if "bisect" in command else "--abort"
                raise Refused(
                    f"{what} is under way in this repository", f"end it first; '{command} {end}' takes it back"
                )
        if unmerged := self.git.do("ls-files", "-u", "-z"):
            name = os.fsdecode(unmerged.split(b"\0")[0].partition(b"\t")[2])
            raise Refused(f"'{clean_line(name)}' has a conflict that is not solved", "solve it and commit, then sync")

    def _find_remote(self) -> None:
        remotes = {name.split(".", 1)[1].rpartition(".")[0] for name in self.config if name.startswith("remote.")} - {
            ""
        }
        self.remote = self.config.get(f"branch.{self.branch}.remote", "")
        merge = self.config.get(f"branch.{self.branch}.merge", "")
        if not remotes and not self.remote:
            hint = "make it known with: git remote add origin URL; then sync again, which says what is next"
            raise InvalidInput("this repository has no other side to sync with (no remote)", hint)
        if not self.remote or not merge.startswith("refs/heads/"):
            hint = self._how_to_begin(min(remotes, key=lambda name: (name != "origin", name)))
            raise InvalidInput(f"branch '{clean_line(self.branch)}' follows no branch of a remote (no upstream)", hint)
        self.remote_branch = merge.removeprefix("refs/heads/")
        if self.remote == "." or self.remote.startswith("-"):
            hint = "let it follow none: git branch --unset-upstream; then sync again, which says what is next"
            raise InvalidInput(f"branch '{clean_line(self.branch)}' follows another branch of this repository", hint)
        if self.remote_branch != self.branch:
            what = f"branch '{clean_line(self.branch)}' follows '{self.upstream}', which has another name"
            raise InvalidInput(what, f"sync on the branch of that name: git switch {shlex.quote(self.remote_branch)}")

    def _how_to_begin(self, remote: str) -> str:
        """Return the commands after which the branch follows that of a remote, whatever either side has by now."""
        to = f"{shlex.quote(remote)} {shlex.quote(self.branch)}"
        heads: set[str] = set()
        with suppress(GitFailed):  # it does not answer, and the push will say so
            said = os.fsdecode(self.git.run("ls-remote", "--heads", "--", remote, seconds=REMOTE_SECONDS).out)
            heads = {line.partition("refs/heads/")[2] for line in said.split("\n")}
        if self.branch not in heads:
            other = {"main": "master", "master": "main"}.get(self.branch)
            if other in heads:
                rename = f"{self._before_git(commit=False)}git branch -m {other}"
                return f"the other side calls it '{other}': {rename}; then sync again"
            return f"send it once: {self._before_git(commit=not self.commit_of('HEAD'))}git push -u {to}"
        pull = f"git pull --no-rebase {to} --no-edit --allow-unrelated-histories"
        return f"the other side has that branch, so unite both: {self._before_git()}{pull} && git push -u {to}"

    def _before_git(self, *, commit: bool = True) -> str:
        """Return what has to be done before a command of git's: go to the repository, and commit the board."""
        here = False
        with suppress(OSError):  # somebody deleted the folder
            here = os.path.samefile(os.curdir, self.top)
        paths = " ".join(map(shlex.quote, self._uncommitted(self.path, ATTRIBUTES, IGNORE))) if commit else ""
        keep = f"git add {paths} && git commit -m 'Keep the board' {paths} && " if paths else ""
        return ("" if here else f"cd {shlex.quote(self.top)} && ") + keep

    def _uncommitted(self, *paths: str) -> list[str]:
        words = ("status", "--porcelain", "--no-renames", "--untracked-files=all", "-z", "--")
        return [one[3:] for one in names(self.git.do(*words, *map(_literal, paths)))]

    @property
    def upstream(self) -> str:
        """The branch on the other side, as people write it, without a password in an address."""
        remote = re.sub(r"(://)[^/\s@]+@", r"\1", self.remote)
        return clean_line(f"{remote}/{self.remote_branch}")

    # Commits

    def commit_of(self, name: str) -> str:
        """Return the commit that a name stands for; empty when there is none."""
        return self.git.maybe("rev-parse", "-q", "--verify", f"{name}^{{commit}}")

    def file_in(self, commit: str, path: str) -> Entry | None:
        """Return the board file, or one of git's, in a commit; None when there is none. Raises `Refused` when the board
        is a link there, or too large.
        """
        if not commit:
            return None
        if commit not in self._files:
            found = names(self.git.do("ls-tree", "-z", "-l", commit, "--", self.path, ATTRIBUTES, IGNORE))
            self._files[commit] = {}
            for facts, _, name in (one.partition("\t") for one in found):
                mode, _type, blob, size = facts.split()
                if _IS_FILE.fullmatch(mode) and int(size) <= _BOARD_LIMIT:
                    self._files[commit][name] = Entry(mode, blob, name)
                elif name == self.path:
                    what = "is too large" if _IS_FILE.fullmatch(mode) else "is a link or a module"
                    raise Refused(f"'{name}' in {commit[:10]} {what}", "look at it with git; nothing was changed")
        return self._files[commit].get(path)

    def read(self, entry: Entry | None) -> bytes:
        if entry is None:
            return b""
        if entry.blob not in self._blobs:
            self._blobs[entry.blob] = self.git.do("cat-file", "blob", entry.blob)
        return self._blobs[entry.blob]

    def in_index(self, paths: Sequence[str]) -> list[Entry]:
        found = names(self.git.do("ls-files", "-s", "-z", "--", *map(_literal, paths)))
        parts = (re.split(r"[ \t]", one, maxsplit=3) for one in found)
        return [Entry(mode, blob, path) for mode, blob, _stage, path in parts]

    def changed_files(self, before: str, after: str) -> list[str]:
        """Name the files that differ between two commits, the board aside; all of the second without the first."""
        if before == after:
            return []
        words = ("diff", "--name-only", "--no-ext-diff", "-z", before, after) if before else ()
        found = names(self.git.do(*(words or ("ls-tree", "-r", "--name-only", "-z", after))))
        return [name for name in found if name != self.path]

    def authors(self, before: str, after: str) -> list[str]:
        """Name those who changed the board between two commits."""
        if not (before and after) or before == after:
            return []
        found = names(
            self.git.do("log", "-z", "--no-merges", "--format=%an", f"{before}..{after}", "--", _literal(self.path))
        )
        return [name for name in dict.fromkeys(clean_line(one.strip("\n")) for one in found) if name]

    def to_commit(self, head: str, board: bytes) -> list[Entry]:
        """Keep the board, and what `set_up` wrote, among git's objects; return what differs from a commit.

        The files of git count only where our line is all that is new in them.
        """
        old = self.file_in(head, self.path)
        contents = [(self.path, old, board)]
        for name in (ATTRIBUTES, IGNORE):
            there = self.file_in(head, name)
            with suppress(OSError):
                now = files.read_file(os.path.join(self.top, name), FILE_LIMIT, own=True)
                if now == self.rules.with_line(name, self.read(there)):
                    contents.append((name, there, now))
        entries = []
        for path, there, data in contents:
            if not there or data != self.read(there):
                blob = self.git.ask("hash-object", "-w", "--stdin", f"--path={path}", stdin=data)
                entries.append(Entry(there.mode if there else "100644", blob, path))
        return entries

    def commit(self, head: str, entries: Sequence[Entry], message: str) -> str:
        """Commit these files and nothing else, with the person's hooks; return the commit. Raises `Refused` with the
        words of a hook that says no; all is as it was then.
        """
        with self.staged(entries), self._index_of(head, entries) as index:
            done = self.git.run("commit", "-q", "-m", message, index=index)
            if done.code:
                hint = "nothing was changed; 'git commit' shows whether a hook or your config says no"
                raise Refused(f"git did not take the commit: {in_short(done.words) or 'it says no word'}", hint)
        return self.commit_of("HEAD")

    @contextmanager
    def staged(self, entries: Sequence[Entry]) -> Iterator[None]:
        """Put files into git's index; they are taken back when the block fails."""
        paths = [entry.path for entry in entries]
        before = {entry.path: entry for entry in self.in_index(paths)}
        absent = [Entry("0", "0" * len(entry.blob), entry.path) for entry in entries if entry.path not in before]
        self._stage(entries)
        try:
            yield
        except BaseException:
            self._stage([*before.values(), *absent])
            raise

    def _stage(self, entries: Sequence[Entry], index: str | None = None) -> None:
        self.git.do("update-index", "-z", "--index-info", stdin=b"".join(map(Entry.line, entries)), index=index)

    @contextmanager
    def _own_index(self) -> Iterator[str]:
        """Give an index of its own, a copy of git's, which goes on knowing which files are fresh."""
        index = os.path.join(self.folder, f"ideaboard-{os.getpid()}.index")
        try:
            with suppress(FileNotFoundError):
                shutil.copyfile(os.path.join(self.folder, "index"), index)
            yield index
        finally:
            for left in (index, index + ".lock"):
                with suppress(OSError):
                    os.unlink(left)  # noqa: PTH108  # as above

    @contextmanager
    def _index_of(self, head: str, entries: Sequence[Entry]) -> Iterator[str]:
        """Give an index that holds what a commit does, and these files."""
        with self._own_index() as index:
            self.git.do("read-tree", *(("--reset", head) if head else ("--empty",)), index=index)
            self._stage(entries, index)
            yield index

    def own_changes(self) -> list[str]:
        """Name the files of git's at the top that have changes of the person's own, which stay uncommitted."""
        return self._uncommitted(ATTRIBUTES, IGNORE)

    def unstored_commit(self, head: str, entries: Sequence[Entry]) -> str:
        """Return what `commit` would make, without a hook, a branch or an index that knows of it."""
        with self._index_of(head, entries) as index:
            tree = os.fsdecode(self.git.do("write-tree", index=index)).strip()
        return self.git.ask("commit-tree", tree, *(("-p", head) if head else ()), "-m", "dry run")

    def merged(self, ours: str, theirs: str, *, signed: bool = True) -> str:
        """Return the commit in which both are united; nothing but git's objects changes. It is signed where the person
        wants that of commits. Raises `Refused` when files beside the board have conflicts.
        """
        if not (ours and theirs):
            return ours or theirs
        base = self.git.maybe("merge-base", ours, theirs)
        if base in (ours, theirs):
            return ours if base == theirs else theirs
        pull = f"git pull --no-rebase {shlex.quote(self.remote)} {shlex.quote(self.remote_branch)}"
        done = self.git.run("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs)
        if done.code > 1 or done.code < 0:
            strange = "" if base else " --no-edit --allow-unrelated-histories"
            hint = f"merge it yourself: {self._before_git()}{pull}{strange}"
            raise Refused(f"git cannot merge what came: {in_short(done.words)}", hint)
        tree, *conflicts = names(done.out)
        if done.code:
            named = ", ".join(f"'{clean_line(name)}'" for name in dict.fromkeys(conflicts))
            what = f"what came and what is here differ in {named or 'other files'} (a conflict)"
            raise Refused(
                what, f"nothing was merged; solve it with: {self._before_git()}{pull}; then commit, and sync again"
            )
        sign = ["-S"] if signed and self.config.get("commit.gpgsign", "").lower() in ("true", "yes", "on", "1") else []
        message = f"Merge {self.upstream} into {self.branch}"
        return self.git.ask("commit-tree", *sign, tree, "-p", ours, "-p", theirs, "-m", message)

    def refuse_to_overwrite(self, ours: str, new: str, also: Sequence[Entry]) -> None:
        """Raise `Refused` when changes that are not committed stand in the way of `check_out`; nothing is touched."""
        with self._own_index() as index:
            self._stage(self._already_there(new, also), index)
            self._read_tree("-n", ours, new, index)

    def check_out(self, ours: str, new: str, also: Sequence[Entry]) -> None:
        """Bring index and work tree from one commit to another, but for the board file itself and other files of ours.
        Raises `Refused` when changes that are not committed stand in the way; all is as it was then.
        """
        with self.staged(self._already_there(new, also)):
            self._read_tree("-v", ours, new)

    def _already_there(self, new: str, also: Sequence[Entry]) -> list[Entry]:
        """Return what git need not write: the board, which we put in place ourselves, and other files of ours."""
        board = self.file_in(new, self.path)
        return [*(entry for entry in also if entry.path != self.path), *([board] if board else [])]

    def _read_tree(self, option: str, ours: str, new: str, index: str | None = None) -> None:
        before = ours or self.git.ask("hash-object", "-t", "tree", "--stdin")
        self.git.run("update-index", "-q", "--refresh", index=index)  # a file that was only touched has no change
        done = self.git.run("read-tree", option, "-m", "-u", before, new, index=index)
        if done.code:
            hint = "commit these files or put them away, then sync again; nothing was merged"
            raise Refused(f"what came would write over changes of yours: {in_short(done.words)}", hint)

    def set_head(self, new: str, old: str) -> None:
        self.git.do("update-ref", "-m", f"ideaboard sync: {self.upstream}", "HEAD", new, old)

    # The other side

    def fetch(self) -> str:
        """Ask the other side; return its commit, or nothing when it has no such branch yet. Raises `RemoteFailed`."""
        slow = ("-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=30")
        options = ("--quiet", "--no-recurse-submodules", "--no-auto-maintenance")
        ref = f"refs/heads/{self.remote_branch}"
        done = self._ask_remote("nothing was changed", *slow, "fetch", *options, "--", self.remote, ref)
        if done.code == 0:
            return self.commit_of("FETCH_HEAD")
        if "find remote ref" in done.words:
            return ""
        raise self._unreachable(done.words, "nothing was changed")

    def _ask_remote(self, state: str, *words: str) -> Done:
        try:
            return self.git.run(*words, seconds=REMOTE_SECONDS)
        except GitFailed as error:  # it took too long
            raise self._unreachable(error.message, state) from None

    def _unreachable(self, words: str, state: str) -> RemoteFailed:
        remote = clean_line(re.sub(r"(://)[^/\s@]+@", r"\1", self.remote))
        hint = f"{state}; try again when you are online"
        if _LOG_IN.search(words):
            hint = f"{state}; log in once by hand: {self._before_git(commit=False)}git fetch {shlex.quote(self.remote)}"
        return RemoteFailed(f"'{remote}' cannot be reached: {in_short(words) or 'git says no word'}", hint)

    def push(self) -> None:
        """Send the branch. Raises `Moved` when the other side has something new; `Refused` when a hook or the other
        side says no; `RemoteFailed` when it cannot be reached.
        """
        state = "what came is on the board; what is yours is committed here and goes with the next sync"
        options = ("--porcelain", "--no-follow-tags", "--recurse-submodules=no")
        refs = f"refs/heads/{self.branch}:refs/heads/{self.remote_branch}"
        done = self._ask_remote(state, "push", *options, "--", self.remote, refs)
        if done.code == 0:
            return
        said = os.fsdecode(done.out)
        if _MOVED.search(said):
            raise Moved
        if done.code > 1 and "[remote rejected]" not in said:
            raise self._unreachable(done.words, state)
        reason = re.search(r"\[remote rejected\] \((.*)\)", said)
        words = "\n".join(filter(None, (in_short(done.words), clean_line(reason[1]) if reason else "")))
        who = f"'{self.upstream}'" if reason else "a hook"
        raise Refused(f"{who} did not take what is yours: {words or 'without a word'}", state)


def _literal(path: str) -> str:
    """Return a path as git takes it where it expects a pattern."""
    return f":(literal){path}"
