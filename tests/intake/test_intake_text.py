"""Bytes from outside: read as what they are, or refused; never read as something else without a word."""

from __future__ import annotations

import base64
import gzip
import quopri
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideaboard.errors import InvalidInput
from ideaboard.intake import read_text
from ideaboard.intake.lists import read_titles

DATA = Path(__file__).parents[1] / "data" / "intake"
WORDS = "A line about größere Modelle, 1706.03762\nund noch eine — «Zeile»\n"
MARKED = ["utf-8-sig", "utf-16", "utf-32"]
BARE = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", MARKED + BARE)
@pytest.mark.parametrize("packed", [False, True])
def test_every_encoding_of_unicode_is_read_without_a_remark(encoding: str, packed: bool) -> None:
    data = WORDS.encode(encoding)
    assert read_text(gzip.compress(data) if packed else data) == (WORDS, "", ())


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (WORDS, "cp1252", "windows-1252"),
        ("Müller on cafés", "latin-1", "windows-1252"),
        ("Introduction à la théorie", "cp1252", "windows-1252"),
        ("“Quoted” — c'est vrai\xa0!", "cp1252", "windows-1252"),
        ("Größe", "cp1252", "windows-1252"),
        ("été\nÖl à 5 €", "cp1252", "windows-1252"),
        ("Ö", "latin-1", "windows-1252"),
        ("Купить книгу о статистике и прочитать", "koi8-r", "koi8_r"),
        ("这是一个测试文本，关于统计学习", "gb18030", "gb18030"),
        ("Статья про внимание и ещё одна статья про графы\n" * 3, "cp1251", "cp1251"),
        ("論文をご覧ください。とても良い論文です。\n" * 3, "shift-jis", "cp932"),
    ],
)
def test_a_legacy_encoding_is_read_and_named(text: str, encoding: str, named: str) -> None:
    read = read_text(text.encode(encoding))
    assert read.text == text
    assert read.remarks == (f"this is not UTF-8; it is read as {named}",)


def test_a_stray_nul_is_not_what_makes_a_picture() -> None:
    assert (
        read_text(b"bell\x07, null\x00, delete\x7f, and more of it").text
        == "bell\x07, null\x00, delete\x7f, and more of it"
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not text"),
        (b"PK\x03\x04\x14\x00\x06\x00" + bytes(40), "not text"),
        (b"good\n\xff\n", "line 2: this is not UTF-8"),
        ("good\nlone \ud800 surrogate".encode("utf-8", "surrogatepass"), "line 2: this is not UTF-8"),
        ("Привет".encode("cp1251"), "too short to tell"),
        ("日本".encode("euc_jp"), "too short to tell"),
        ("größer und schöner\nzwei ü".encode() + b"\xff\n", "line 2: this is not UTF-8"),
        ("\ufeffgood\nbad".encode("utf-16-le")[:-1], "UTF-16-LE"),
        (gzip.compress(b"x" * 5000, mtime=0)[:20], "damaged"),
    ],
)
def test_what_is_not_text_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_text(data)
    assert words in caught.value.message
    assert caught.value.hint


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"])), st.sampled_from(["utf-8", *MARKED]))
def test_any_text_comes_out_as_it_went_in(text: str, encoding: str) -> None:
    read = read_text(text.encode(encoding))
    assert (read.text, read.remarks) == (text.removeprefix("\ufeff") if encoding == "utf-8" else text, ())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    with suppress(InvalidInput):
        assert isinstance(read_text(data).text, str)


def mail(body: str, transfer: str, charset: str = "utf-8", kind: str = "plain") -> bytes:
    data = body.encode(charset)
    encoded = base64.encodebytes(data) if transfer == "base64" else quopri.encodestring(data)
    head = f"Content-Type: text/{kind}; charset={charset}\nContent-Transfer-Encoding: {transfer}\n"
    return f"From: a@example.org\nTo: b@example.org\nSubject: Zwei Papiere\n{head}\n".encode() + encoded


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable"])
@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_body_of_a_mail_is_decoded(transfer: str, charset: str, ends: str) -> None:
    body = "für dich: https://arxiv.org/abs/1706.03762 " + "und so weiter " * 20 + "\nhttps://arxiv.org/abs/1707.08567"
    data = mail(body, transfer, charset)
    read = read_text(data.replace(b"\n", ends.encode()) if transfer == "base64" else data)
    assert read.text.startswith("Zwei Papiere\nfür dich: https://arxiv.org/abs/1706.03762 und")
    assert read.text.rstrip().endswith("abs/1707.08567")
    assert read.remarks == ()


def test_a_mail_is_read_by_part_and_what_is_not_read_is_named() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Weitergeleitet: für dich"
    inner.set_content("abs/1801.00001", cte="base64")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@example.org", "Fwd: arXiv:1706.03762"
    outer.set_content("Body =\nof the first", cte="8bit")
    outer.add_alternative('<a href="https://arxiv.org/abs/1905.00001">here</a>', subtype="html")
    outer.add_attachment(inner)
    outer.add_attachment(b"@misc{a, eprint={2301.00001}}", "application", "octet-stream", filename="papers.bib")
    outer.add_attachment(b"%PDF \x00", "application", "pdf", filename="paper.pdf")
    read = read_text(outer.as_bytes())
    for text in ("arXiv:1706.03762", "Body =\nof", "Weitergeleitet: für dich", "abs/1801.00001", "eprint={2301.00001}"):
        assert text in read.text
    assert "1905.00001" not in read.text
    assert "https://arxiv.org/abs/1905.00001" in read.more
    assert read.remarks == ("a part of the mail is not read: paper.pdf",)


def test_a_mail_in_a_mail_in_a_mail_is_refused_in_words() -> None:
    part = "Content-Type: multipart/mixed; boundary=x{}\n\n--x{}\n"
    data = "From: a\nTo: b\n" + "".join(part.format(number, number) for number in range(3000))
    with pytest.raises(InvalidInput, match="nested too deeply"):
        read_text(data.encode())


def test_a_mailbox_is_several_mails() -> None:
    one, two = mail("abs/1706.03762", "base64"), mail("abs/1707.08567", "base64")
    read = read_text(b"From a Mon Nov 23\n" + one + b"\nFrom b Tue Nov 24\n" + two)
    assert [line for line in read.text.splitlines() if line.startswith("abs")] == ["abs/1706.03762", "abs/1707.08567"]


@pytest.mark.parametrize("text", ["Note: buy milk\n\nand bread", "To: the moon\n\nx", "a = b=20=\nc\n"])
def test_what_only_begins_like_a_mail_stays_as_it_is(text: str) -> None:
    assert read_text(text.encode()) == (text, "", ())


def test_a_markdown_list_loses_its_bullets_and_what_is_no_idea_is_counted() -> None:
    titles, remarks = read_titles((DATA / "markdown-list.md").read_text("utf-8"))
    assert titles == [(1, "First idea"), (2, "Second idea"), (3, "Third idea")]
    assert remarks[1:] == ["1 line is no idea and left out: 5", "1 of the ideas was ticked off in the list"]
    titles, remarks = read_titles((DATA / "obsidian-board.md").read_text("utf-8"))
    assert "sub task" in dict(titles).values()
    assert not [title for _, title in titles if title.startswith(("-", "#", "---", "```", "%%", "kanban"))]
    assert "12 lines are no ideas" in remarks[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Ideas\n\n1. one\n2) two\n10. three\n", ["one", "two", "three"]),
        ("* one\n\n  goes on\n+ two\n- \n", ["one goes on", "two"]),
        ("> - [ ] one\n\t- [X] two\n", ["one", "two"]),
        ("- one\n```\n- not\n```\n***\n- two\n", ["one", "two"]),
        ("- one\nplain\n- two\n", ["one", "plain", "two"]),
    ],
)
def test_lists_of_every_kind(text: str, expected: list[str]) -> None:
    assert [title for _, title in read_titles(text)[0]] == expected


@pytest.mark.parametrize("text", ["# 1 fan\n---\nC# in depth\n", "- one\ntwo\nthree", "-5 degrees\n*args and **kwargs"])
def test_a_list_without_bullets_stays_as_it_was_typed(text: str) -> None:
    assert read_titles(text) == (list(enumerate(text.splitlines(), 1)), [])
