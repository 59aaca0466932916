"""Several processes on one file: nobody loses a change, nobody sees half of one, nobody waits for ever."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from storage.board_files import contents, contents_of

from ideaboard.errors import BoardFileError
from ideaboard.storage import open_db
from ideaboard.storage.upkeep import check_file

PATIENCE = 120

WRITER = """
import sys
from tinydb import where
from ideaboard.storage import open_db
path, name, count, compacts = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "compacts"
db = open_db(path, lock_timeout=60)
ideas = db.table("ideas")
for number in range(count):
    if number % 2:
        with db.action("pair"):
            ideas.update({f"{name}": number}, where("who") == name)
            ideas.update({f"{name}": number, "both": f"{name}{number}"}, where("who") == "all")
            ideas.update({"both": f"{name}{number}"}, where("who") == "all too")
    else:
        ideas.insert({"who": name, "number": number})
    if compacts and number % 10 == 9:
        db.compact()
"""

ACKNOWLEDGING = """
import sys
from ideaboard.storage import open_db
path, log = sys.argv[1], open(sys.argv[2], "ab", buffering=0)
db = open_db(path, lock_timeout=60)
ideas = db.table("ideas")
ids = [document.doc_id for document in ideas]
number = max((document.get("n", 0) for document in ideas), default=0)
while True:
    number += 1
    if number % 3 == 0:
        ids.append(ideas.insert({"n": number}))
    elif ids:
        ideas.update({"n": number, "notes": "x" * (number % 7 * 900)}, doc_ids=[ids[number % len(ids)]])
    if number % 17 == 0:
        db.compact()
    log.write(b"%d\\n" % number)
"""


def start(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)])


def test_four_processes_with_a_hundred_changes_each_lose_none(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    db = open_db(path)
    db.table("ideas").insert_multiple([{"who": "all"}, {"who": "all too"}])
    watcher = open_db(path, read_only=True)
    writers = [start(WRITER, path, name, 100, "compacts" if name == "d" else "") for name in "abcd"]
    deadline = time.monotonic() + PATIENCE
    while any(writer.poll() is None for writer in writers):
        assert time.monotonic() < deadline
        watcher.refresh()
        with watcher.lock:
            shown = {document["who"]: document for document in watcher.documents("ideas").values()}
        assert shown["all"].get("both") == shown["all too"].get("both"), "half an action was seen"
        time.sleep(0.002)
    assert [writer.wait() for writer in writers] == [0] * 4
    for reader in (db, watcher, open_db(path)):
        documents = reader.table("ideas").all()
        for name in "abcd":
            assert sorted(document["number"] for document in documents if document["who"] == name) == [
                *range(0, 100, 2)
            ]
            assert next(document for document in documents if document["who"] == "all")[name] == 99
    assert check_file(path).sound


@pytest.mark.slow
def test_killed_sixty_times_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    path, log = tmp_path / "board.jsonl", tmp_path / "log"
    chance = random.Random(20261122)
    log.touch()
    newest = 0
    for _ in range(60):
        writer = start(ACKNOWLEDGING, path, log)
        size, deadline = log.stat().st_size, time.monotonic() + PATIENCE
        while log.stat().st_size == size:
            assert writer.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.001)
        time.sleep(chance.random() * 0.02)
        writer.send_signal(signal.SIGKILL)
        assert writer.wait(PATIENCE) == -signal.SIGKILL
        acknowledged = int(log.read_bytes().splitlines()[-1])
        db = open_db(path)
        assert not db.damaged
        before, newest = newest, max((document["n"] for document in db.table("ideas")), default=0)
        # One more than acknowledged may be there: killed between the disk and the answer.
        assert acknowledged <= newest <= max(acknowledged, before) + 1
        assert len(db.table("ideas")) == newest // 3
    assert newest > 60


def test_a_lock_held_by_a_stopped_process_is_named_and_given_up(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    db = open_db(path, lock_timeout=0.2)
    db.table("ideas").insert({"title": "x"})
    before = path.read_bytes()
    code = """
import os, signal, sys
from ideaboard.storage import open_db
with open_db(sys.argv[1]).action("hang"):
    print("held", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)
"""
    holder = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BoardFileError, match=f"held by process {holder.pid} since 20"):
            db.table("ideas").update({"title": "y"})
        assert db.table("ideas").all() == [{"title": "x"}]
        assert path.read_bytes() == before
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()  # type: ignore[union-attr]  # it was opened above
    db.table("ideas").update({"title": "y"})
    assert open_db(path).table("ideas").all() == [{"title": "y"}]


def test_one_thread_writes_while_another_reads(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    db = open_db(path)
    db.table("ideas").insert_multiple([{"n": 0}, {"n": 0}])
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for number in range(1, 80):
                with db.action("both"):
                    db.table("ideas").update({"n": number})
                db.table("other").insert({"n": number})
        except BaseException as error:  # noqa: BLE001  # told to the test's own thread
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        with db.lock:
            numbers = {document["n"] for document in db.documents("ideas").values()}
        assert len(numbers) == 1
        assert len({document["n"] for document in db.table("ideas").all()}) == 1
        db.refresh()
        db.drain_changes()
    writer.join()
    assert not failures
    assert contents(db) == contents_of(path)


def test_a_reader_sees_the_changes_of_another_process_by_name(tmp_path: Path) -> None:
    path = tmp_path / "board.jsonl"
    reader, writer = open_db(path), open_db(path)
    assert not reader.refresh()
    ids = writer.table("ideas").insert_multiple([{"title": "x"}, {"title": "y"}])
    assert reader.refresh()
    assert {table for table, _ in reader.drain_changes()} == {"ideas"}
    writer.table("ideas").update({"title": "z"}, doc_ids=ids[:1])
    writer.compact()
    assert reader.refresh()
    assert len(reader.drain_changes()) == 1
    assert not reader.refresh()
    assert not reader.drain_changes()
    assert path.samefile(reader.path)
