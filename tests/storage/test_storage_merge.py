"""Any union of lines is a merge: two histories that grew from one file, in any interleaving, give one board."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from storage.board_files import (
    a_snapshot,
    contents,
    contents_of,
    everything,
    exact,
    keep_rows,
    lines_of,
    naive_fold,
    quick_db,
    write_union,
)
from tinydb.table import Document as TinyDocument

from ideaboard.errors import IdeaboardError
from ideaboard.storage import Database, snapshot, upkeep
from ideaboard.storage.storage import Table

SIDES = ("left", "right")
IDS = (1, 2)
KEPT = 2

# Few documents, fields and elements, so that everything meets everything.
plain_values = st.sampled_from([0, 1, True, 1.0, "a"])
elements = st.sampled_from(
    ["lora", "bayes", {"id": "r1", "yes": 0}, {"id": "r1", "yes": 1}, {"stage": "idea"}, 1, True]
)
lists = st.lists(elements, max_size=3)
fields = st.fixed_dictionaries(
    {}, optional={"title": plain_values, "tags": st.one_of(lists, lists, plain_values), "due": lists}
)
names = st.sampled_from(["title", "tags", "tags", "due"])
sides = st.sampled_from(SIDES)
ids = st.sampled_from(IDS)


class Merging(RuleBasedStateMachine):
    """Two people change two copies, compact, undo, and unite the copies now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.paths = {side: self.folder / f"{side}.jsonl" for side in SIDES}
        self.written: dict[str, list[bytes]] = {side: [] for side in SIDES}
        self.time = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
        self.kept = upkeep.KEPT_ACTIONS, snapshot._WORTH
        upkeep.KEPT_ACTIONS, snapshot._WORTH = KEPT, 0
        self.opened = 0
        self.dbs = {side: self._open(side) for side in SIDES}

    def _open(self, side: str) -> Database:
        self.opened += 1
        if side == "left":
            return quick_db(self.paths[side], seed=self.opened, now=self._clock)
        # This side keeps its documents packed, and opens from a snapshot.
        options = {"make": {"ideas": lambda ids, *_: ids}, "snapshot": a_snapshot(self.folder)}
        return quick_db(self.paths[side], seed=self.opened, now=self._clock, **options)

    def teardown(self) -> None:
        upkeep.KEPT_ACTIONS, snapshot._WORTH = self.kept
        shutil.rmtree(self.folder)

    def _clock(self) -> datetime:
        return self.time

    def _note(self, side: str) -> None:
        """Remember each line that was ever written, compacted away or not."""
        if self.paths[side].exists():
            self.written[side] = list(dict.fromkeys([*self.written[side], *lines_of(self.paths[side])]))

    def _table(self, side: str) -> Table:
        return self.dbs[side].table("ideas")

    @rule(odd=st.booleans())
    def keep_snapshot(self, odd: bool) -> None:
        keep_rows(self.dbs["right"], lambda name: [name] if odd or name.endswith("1") else None, 1 if odd else -1)

    @rule(seconds=st.integers(-2, 2))
    def clock_jumps(self, seconds: int) -> None:
        self.time += timedelta(seconds=seconds)

    @rule(side=sides, id=ids, document=fields)
    def insert(self, side: str, id: int, document: dict[str, Any]) -> None:
        if self._table(side).contains(doc_id=id):
            return
        self._table(side).insert(TinyDocument(document, doc_id=id))
        self._note(side)
        assert exact(self._table(side).get(doc_id=id)) == exact(document)

    @rule(side=sides, some=st.sets(ids, min_size=1), fields=fields)
    def update(self, side: str, some: set[int], fields: dict[str, Any]) -> None:
        before = {id: self._table(side).get(doc_id=id) for id in some}
        self._table(side).update(fields, doc_ids=some)
        self._note(side)
        for id, old in before.items():
            if old is not None:
                assert exact(self._table(side).get(doc_id=id)) == exact({**old, **fields})

    @rule(side=sides, id=ids, name=names)
    def unset(self, side: str, id: int, name: str) -> None:
        self._table(side).update(lambda document: document.pop(name, None), doc_ids=[id])
        self._note(side)
        assert name not in (self._table(side).get(doc_id=id) or {})

    @rule(side=sides, id=ids, name=st.sampled_from(["tags", "due"]), element=elements)
    def append(self, side: str, id: int, name: str, element: Any) -> None:
        old = self._table(side).get(doc_id=id)
        if old is None or type(old.get(name, [])) is not list:
            return
        new = [*old.get(name, []), element]
        self._table(side).update({name: new}, doc_ids=[id])
        self._note(side)
        assert exact(self._table(side).get(doc_id=id)) == exact({**old, name: new})

    @rule(side=sides, some=st.sets(ids, min_size=1))
    def remove(self, side: str, some: set[int]) -> None:
        self._table(side).remove(doc_ids=some)
        self._note(side)
        assert not any(self._table(side).contains(doc_id=id) for id in some)

    @rule(side=sides, way=st.sampled_from(["undo", "redo"]))
    def travel(self, side: str, way: str) -> None:
        try:
            getattr(self.dbs[side], way)()
        except IdeaboardError:
            return
        self._note(side)

    @rule(side=sides)
    def compact(self, side: str) -> None:
        db = self.dbs[side]
        before = contents(db)
        db.compact()
        self._note(side)
        assert contents(db) == before == contents_of(self.paths[side])

    @rule(seed=st.integers(0, 1000))
    def merge(self, seed: int) -> None:
        union = [lines_of(path) for path in self.paths.values() if path.exists()]
        if not union:
            return
        for number, (side, path) in enumerate(self.paths.items()):
            write_union(path, *union, seed=seed + number)
            self.dbs[side].refresh()
            self.written[side] = list(dict.fromkeys([*self.written["left"], *self.written["right"]]))
        assert contents(self.dbs["left"]) == contents(self.dbs["right"])

    @rule(side=sides, seed=st.integers(0, 10))
    def reopen(self, side: str, seed: int) -> None:
        if self.paths[side].exists():
            lines = lines_of(self.paths[side])
            write_union(self.paths[side], lines, seed=seed)
            with self.paths[side].open("ab") as file:
                file.write(b"".join(lines[:3]))
        before = contents(self.dbs[side])
        self.dbs[side] = self._open(side)
        assert contents(self.dbs[side]) == before

    @rule()
    def opened_from_the_snapshot_it_is_what_was_read(self) -> None:
        """At any moment, whatever came since it was kept: documents, stamps, what a later record would find."""
        if self.paths["right"].exists():
            options: dict[str, Any] = {"make": {"ideas": lambda ids, *_: ids}, "read_only": True}
            restored = quick_db(self.paths["right"], **options, snapshot=a_snapshot(self.folder))
            known = quick_db(self.paths["right"], **options)
            assert everything(restored) == everything(known)
            # After a compaction nobody looks at the order of the lines.
            assert known._journal.state.ascending or not restored._journal.state.ascending

    @invariant()
    def is_what_the_plain_way_gives(self) -> None:
        for side, db in self.dbs.items():
            assert contents(db) == naive_fold(self.written[side])


Merging.TestCase.settings = settings(stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
TestMerging = Merging.TestCase


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "commit.gpgsign=false", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("compacted", ["neither", "one", "both"])
def test_git_merges_two_clones_without_a_conflict(
    tmp_path: Path, compacted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "KEPT_ACTIONS", KEPT)
    one = tmp_path / "one"
    one.mkdir()
    git(one, "init", "-q", "-b", "main")
    (one / ".gitattributes").write_text("*.jsonl -text merge=union\n")
    (one / ".gitignore").write_text("*.lock\n*.torn\n*.new\n")
    db = quick_db(one / "board.jsonl")
    ids = db.table("ideas").insert_multiple({"title": f"idea {number}", "tags": ["a"]} for number in range(20))
    git(one, "add", "-A")
    git(one, "commit", "-qm", "board")
    git(tmp_path, "clone", "-q", "one", "other")
    other_db = quick_db(tmp_path / "other" / "board.jsonl", seed=2)

    def change(db: Database, name: str) -> None:
        table = db.table("ideas")
        table.update({name: True}, doc_ids=ids[:1])  # the same idea, another field
        table.update({"title": f"by {name}"}, doc_ids=ids[1:2])  # the same field
        table.update({"tags": ["a", name]}, doc_ids=ids[2:3])  # the same list
        table.update({"stage": name}, doc_ids=ids[3:4] if name == "one" else ids[4:5])  # neighbours
        table.insert({"title": f"new by {name}"})  # both add
        if name == "one":
            table.remove(doc_ids=ids[5:6])
        else:
            table.update({"title": "neighbour of a deleted one"}, doc_ids=ids[6:7])

    for name, side in (("one", db), ("other", other_db)):
        change(side, name)
        if compacted == "both" or compacted == name:
            side.compact()
        git(Path(side.path).parent, "commit", "-qam", name)
    git(one, "pull", "-q", "--no-rebase", "--no-edit", str(tmp_path / "other"), "main")
    git(tmp_path / "other", "pull", "-q", "--no-rebase", "--no-edit", str(one), "main")
    db.refresh()
    other_db.refresh()
    assert contents(db) == contents(other_db) == contents_of(one / "board.jsonl")
    assert not db.damaged
    documents = {document.doc_id: document for document in db.table("ideas")}
    assert documents[ids[0]]["one"] is documents[ids[0]]["other"] is True
    assert documents[ids[1]]["title"] == "by other"
    assert sorted(documents[ids[2]]["tags"]) == ["a", "one", "other"]
    assert (documents[ids[3]]["stage"], documents[ids[4]]["stage"]) == ("one", "other")
    assert ids[5] not in documents
    assert documents[ids[6]]["title"] == "neighbour of a deleted one"
    assert len(documents) == 21
    if compacted == "neither":  # the earlier title is in the log, too
        titles = {change.new for entry in db.history() for change in entry.changes if change.field == "title"}
        assert {"by one", "by other"} <= titles
