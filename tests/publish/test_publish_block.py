"""Blocks in someone's file, and files we may write over: nobody's words are lost."""

from __future__ import annotations

import os
from pathlib import Path

import mdformat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ideaboard.errors import InvalidInput, Refused
from ideaboard.files import read_text as read_file
from ideaboard.publish.block import (
    block,
    checksum,
    diff,
    heading_level,
    over_own,
    parse_into,
    stamp,
    update_block,
    write_file,
)

BODY = "## 2025-03\n\n- [Re] one\\_two \\*three\\* — 2025-03-14\n"
README = "# Hi\n\nI make things.\n\n<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n\nBye.\n"


def test_a_fresh_block_is_filled_and_then_stays() -> None:
    first = update_block(README, "shared", BODY, force=False)
    assert first == README.replace(
        "<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n", block("shared", BODY)
    )
    assert update_block(first, "shared", BODY, force=False) == first
    second = update_block(first, "shared", "- other\n", force=False)
    assert "- other" in second
    assert "2025-03" not in second
    assert update_block(second, "shared", "", force=False).endswith(
        f"<!-- ideaboard:shared:start sum={checksum('')} -->\n\n<!-- ideaboard:shared:end -->\n\nBye.\n"
    )


@pytest.mark.parametrize(
    "edited",
    [
        "## 2025-03\n\n- [Re] one\\_two \\*three\\* — 2025-03-15\n",
        "## 2025-03\n\nMy words.\n\n- [Re] one\\_two \\*three\\* — 2025-03-14\n",
        "",
    ],
)
def test_words_of_a_person_are_kept(edited: str) -> None:
    ours = update_block(README, "shared", BODY, force=False)
    theirs = ours.replace(BODY, edited)
    with pytest.raises(Refused, match="is not what ideaboard wrote there"):
        update_block(theirs, "shared", "- new\n", force=False)
    forced = update_block(theirs, "shared", "- new\n", force=True)
    assert forced == update_block(ours, "shared", "- new\n", force=False)


def test_words_in_a_fresh_block_are_kept() -> None:
    text = README.replace("start -->\n", "start -->\nMine.\n")
    with pytest.raises(Refused):
        update_block(text, "shared", BODY, force=False)


def test_formatters_do_not_trip_the_guard() -> None:
    ours = update_block(README, "shared", BODY + "- www\\.x.org \\~a\\~ a\\@b.org  \n", force=False)
    formatted = mdformat.text(ours, extensions=("gfm",))
    assert formatted != ours
    assert update_block(formatted, "shared", BODY, force=False) == update_block(ours, "shared", BODY, force=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Hi\n", "there is no block 'shared'"),
        (README.replace("shared", "sharedx"), "there is no block 'shared'"),
        (README + README, "more than once .lines 5, 6, 13, 14"),
        (README.replace("<!-- ideaboard:shared:end -->\n", ""), "does not have a start and an end"),
        ("<!-- ideaboard:shared:end -->\n<!-- ideaboard:shared:start -->\n", "does not have a start and an end"),
        (f"```markdown\n{README}```\n", "there is no block 'shared' in the file but one in code, .* .line 6, 7"),
        (
            "# Hi\n\n    <!-- ideaboard:shared:start -->\n    <!-- ideaboard:shared:end -->\n",
            "there is no block 'shared' in the file but one in code, .* .line 3, 4",
        ),
        (
            "- <!-- ideaboard:shared:start -->\n  <!-- ideaboard:shared:end -->\n",
            "'shared' do not have a line each .line 1.",
        ),
        (
            "text <!-- ideaboard:shared:start --> text <!-- ideaboard:shared:end -->\n",
            "'shared' do not have a line each",
        ),
    ],
)
def test_a_missing_or_doubled_block(text: str, said: str) -> None:
    for force in (False, True):
        with pytest.raises(InvalidInput, match=said):
            update_block(text, "shared", BODY, force=force)


def test_an_example_in_a_code_fence_is_no_block() -> None:
    text = f"~~~~markdown\n```\n{README}~~~\n~~~~\n\n{README}"
    updated = update_block(text, "shared", BODY, force=False)
    assert updated.startswith(f"~~~~markdown\n```\n{README}~~~\n~~~~\n\n# Hi")


def test_other_blocks_and_what_is_between_stay() -> None:
    text = block("a", "- a\n") + "\nbetween\n\n" + block("shared", BODY) + block("a.b", "- ab\n")
    updated = update_block(text, "shared", "- new\n", force=False)
    assert updated == block("a", "- a\n") + "\nbetween\n\n" + block("shared", "- new\n") + block("a.b", "- ab\n")


def test_line_ends_and_a_missing_final_newline_stay() -> None:
    windows = README.removesuffix("\n\nBye.\n").replace("\n", "\r\n")
    updated = update_block(windows, "shared", BODY, force=False)
    assert updated.count("\r\n") == updated.count("\n") == updated.count("\r")
    assert updated.endswith("<!-- ideaboard:shared:end -->")
    assert update_block(updated, "shared", BODY, force=False) == updated


@pytest.mark.parametrize("name", ["", "a b", "-", "a:b", "../x", "x" * 99 + "-->"])
def test_names(name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot name a block"):
        update_block(README, name, BODY, force=False)


def test_a_body_with_a_marker_of_its_own_is_refused() -> None:
    with pytest.raises(InvalidInput, match="holds a block marker itself"):
        update_block(README, "shared", "x\n\n<!-- ideaboard:shared:end -->\n", force=False)


@given(before=st.text(max_size=30), body=st.text(max_size=30), after=st.text(max_size=30))
@example(before="a\u2028b\x0c", body="\x85", after="\r")
def test_everything_around_stays(before: str, body: str, after: str) -> None:
    text = f"{before}\n\n<!-- ideaboard:me:start -->\n<!-- ideaboard:me:end -->\n{after}"
    if "~~~" in before or "```" in before:
        return
    updated = update_block(text, "me", body, force=False)
    assert updated.startswith(f"{before}\n\n<!-- ideaboard:me:start sum=")
    assert updated.endswith(f"<!-- ideaboard:me:end -->\n{after}") or "\r\n" in text
    assert update_block(updated, "me", body, force=False) == updated


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        ("README.md", "README.md", "shared"),
        ("README.md:made", "README.md", "made"),
        (r"C:\x\README.md", r"C:\x\README.md", "shared"),
        ("C:README", "C:README", "shared"),
        (r"C:\README.md:made", r"C:\README.md", "made"),
        ("a:b/c.md", "a:b/c.md", "shared"),
    ],
)
def test_file_and_block_of_into(text: str, path: str, name: str) -> None:
    assert parse_into(text) == (Path(path), name)


def test_into_needs_a_file() -> None:
    for text in ("", ":made"):
        with pytest.raises(InvalidInput):
            parse_into(text)


PAGE = "# Shared\n\nNewest first.\n\n" + block("shared", BODY)


def write_output(path: Path, text: str, *, force: bool) -> bool:
    """Write a whole file of ours as the changelog is written."""
    return write_file(path, over_own(path, text, force=force))


def test_output_goes_over_our_own_output_only(tmp_path: Path) -> None:
    path = tmp_path / "SHARED.md"
    assert write_output(path, PAGE, force=False)
    assert not write_output(path, PAGE, force=False)
    later = PAGE.replace(block("shared", BODY), block("shared", "- more\n"))
    assert write_output(path, later, force=False)
    for theirs in (
        later.replace("- more", "- mine"),
        later.replace("Newest", "My newest"),
        later + "\nPS\n",
        "# Mine\n",
    ):
        path.write_text(theirs, encoding="utf-8")
        with pytest.raises(Refused, match="holds something that ideaboard did not write"):
            write_output(path, PAGE, force=False)
        assert path.read_text(encoding="utf-8") == theirs
    assert write_output(path, PAGE, force=True)
    assert path.read_text(encoding="utf-8") == PAGE


def test_output_over_formatted_output_keeps_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "SHARED.md"
    formatted = mdformat.text(PAGE)
    assert formatted != PAGE
    path.write_bytes(formatted.replace("\n", "\r\n").encode())
    assert write_output(path, PAGE, force=False)
    assert write_output(path, PAGE.replace(BODY, "- a\n").replace(checksum(BODY), checksum("- a")), force=False)
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")


def test_stamped_output(tmp_path: Path) -> None:
    page = stamp("<p>one ideaboard:html sum=000000000000</p>\n<!-- ideaboard:html sum=000000000000 -->\n")
    assert page.startswith("<p>one ideaboard:html sum=000000000000</p>")
    other = stamp("<p>two</p>\n<!-- ideaboard:html sum=000000000000 -->\n")
    path = tmp_path / "page.html"
    assert write_output(path, page, force=False)
    assert write_output(path, other, force=False)
    path.write_text(other.replace("two", "too"), encoding="utf-8")
    with pytest.raises(Refused):
        write_output(path, page, force=False)
    with pytest.raises(Refused):
        write_output(path, PAGE, force=False)


def test_a_picture_is_never_written_over_without_force(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    with pytest.raises(InvalidInput, match="not text in UTF-8"):
        write_output(path, PAGE, force=False)
    assert write_output(path, PAGE, force=True)


def test_writing_follows_links_and_keeps_the_mode(tmp_path: Path) -> None:
    real = tmp_path / "real.md"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    link = tmp_path / "link.md"
    link.symlink_to(real)
    assert write_file(link, "new\n")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new\n"
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(tmp_path.iterdir()) == [link, real]


def test_the_same_text_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    assert write_file(path, "x\n")
    os.utime(path, (1, 1))
    assert not write_file(path, "x\n")
    assert path.stat().st_mtime == 1


def test_what_cannot_be_written_or_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is a folder"):
        write_file(tmp_path, "x")
    with pytest.raises(InvalidInput, match="cannot be written: no such file or directory") as caught:
        write_file(tmp_path / "none" / "a.md", "x")
    assert caught.value.hint == "make its folder first"
    with pytest.raises(InvalidInput, match="cannot be read: no such file or directory"):
        read_file(tmp_path / "none.md")


def test_diff() -> None:
    assert diff("a\nb\n", "a\nb\n") == ""
    assert diff("a\nb\n", "a\nc\n", "R.md") == "--- R.md (now)\n+++ R.md (new)\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"


def filled(text: str, body: str = BODY, **options: bool) -> str:
    """Fill a block, and check that doing it again, and after an empty one, gives the same."""
    force = options.get("force", False)
    once = update_block(text, "shared", body, force=force)
    assert update_block(once, "shared", body, force=False) == once
    emptied = update_block(once, "shared", "", force=False)
    assert update_block(emptied, "shared", body, force=False) == once
    return once


@pytest.mark.parametrize(
    ("before", "indent"),
    [
        ("- item\n\n", "  "),
        ("1. item\n\n", "   "),
        ("10) item\n", "    "),
        ("- a\n  - b\n\n", "    "),
        ("- a\n\n  words\n\n  1. b\n     c\n", "     "),
        ("- item\n", "\t"),
        ("> quoted\n>\n", "> "),
        ("", "  "),
    ],
)
def test_a_block_keeps_the_indentation_of_its_markers(before: str, indent: str) -> None:
    text = f"{before}{indent}<!-- ideaboard:shared:start -->\n{indent}<!-- ideaboard:shared:end -->\n\nBye.\n"
    written = filled(text)
    assert written.startswith(before)
    assert written.endswith("\n\nBye.\n")
    inside = written[len(before) : -len("\n\nBye.\n")].split("\n")
    assert all(line.startswith(indent) or line == indent.strip() for line in inside)
    assert [line.removeprefix(indent) for line in inside if line.strip(" \t>")] == [
        line for line in block("shared", BODY).splitlines() if line
    ]
    with pytest.raises(Refused):
        update_block(written.replace("one", "two"), "shared", "- new\n", force=False)
    if indent.isspace():
        formatted = mdformat.text(written, extensions=("gfm",))
        assert update_block(formatted, "shared", BODY, force=False).count("sum=") == 1


@pytest.mark.parametrize(
    ("before", "level"),
    [
        ("", 1),
        ("words\n\n", 1),
        ("# Hi\n\n", 1),
        ("# Hi\n\n## What I shared\n\nwords\n\n", 2),
        ("# Hi\n\n### Deep\n\n## Up again\n", 2),
        ("###### Deepest\n", 6),
        ("####### no heading\n", 1),
        ("#no heading\n", 1),
        ("Hi\n==\n\nWhat I shared\n---\n\n", 2),
        ("Hi\n==\n\n- an item\n---\n\n", 1),
        ("---\ntitle: a page\n---\n\n", 1),
        ("---\ntitle: a page\n# a comment\n## another\n---\n\nwords\n\n", 1),
        ('<h1 align="center">Hi</h1>\n\n<h3>What I shared</h3>\n\n', 3),
        ("## Real\n\n```sh\n# a comment\n```\n\n", 2),
        ("## Real\n\n    # indented code\n\n", 2),
        ("## Mine\n\n" + block("other", "#### Theirs\n\n- a\n"), 2),
        ("## Windows\r\n\r\n", 2),
        ("\ufeff## Marked\n\n", 2),
    ],
)
def test_the_heading_that_a_block_stands_under(before: str, level: int) -> None:
    text = f"{before}<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n\n##### After\n"
    assert heading_level(text, "shared") == level
    assert heading_level(update_block(text, "shared", "###### Ours\n", force=False), "shared") == level


def test_the_heading_of_a_block_in_a_quote() -> None:
    text = "# Hi\n\n> ### Quoted\n>\n> <!-- ideaboard:shared:start -->\n> <!-- ideaboard:shared:end -->\n"
    assert heading_level(text, "shared") == 3


@pytest.mark.parametrize("indent", ["    ", "\t", "      "])
def test_a_marker_in_indented_code_is_no_block(indent: str) -> None:
    text = f"words\n\n{indent}<!-- ideaboard:shared:start -->\n{indent}<!-- ideaboard:shared:end -->\n"
    with pytest.raises(InvalidInput, match="block 'shared'"):
        update_block(text, "shared", BODY, force=False)


@pytest.mark.parametrize(
    "markers",
    [
        ("<!--ideaboard:shared:start-->", "<!--ideaboard:shared:end-->"),
        ("<!--  ideaboard:shared:start  -->  ", "<!--\tideaboard:shared:end -->"),
    ],
)
def test_blanks_in_a_marker_are_free(markers: tuple[str, str]) -> None:
    assert filled("# Hi\n\n" + "\n".join(markers) + "\n") == f"# Hi\n\n{block('shared', BODY)}"


@pytest.mark.parametrize(
    "line",
    [
        "<!-- ideaboard:shared:start --><!-- ideaboard:shared:end -->",
        "- <!-- ideaboard:shared:start --> x <!-- ideaboard:shared:end -->",
        "# Shared <!-- ideaboard:shared:start -->",
        "{/* ideaboard:shared:start */}{/* ideaboard:shared:end */}",
        "words ideaboard:shared:start",
    ],
)
def test_markers_that_do_not_have_a_line_each_are_told(line: str) -> None:
    with pytest.raises(InvalidInput, match="'shared' do not have a line each") as told:
        update_block(f"# Hi\n\n{line}\n", "shared", BODY, force=False)
    assert told.value.message.endswith("(line 3)")
    assert "two lines of their own" in told.value.hint


@pytest.mark.parametrize(
    ("comment", "named"),
    [(".. {}", "reStructuredText"), ("# {}", "Org"), ("//{}", "AsciiDoc"), ("  % {}", "LaTeX")],
)
def test_markers_of_another_format_are_named(comment: str, named: str) -> None:
    start, end = (comment.format(f"ideaboard:shared:{side}") for side in ("start", "end"))
    with pytest.raises(
        InvalidInput, match=f"are comments of {named}, and what would be .* Markdown .line 3, 5"
    ) as told:
        update_block(f"Hi\n\n{start}\n\n{end}\n", "shared", BODY, force=True)
    assert told.value.hint.startswith("in a Markdown file, put '<!-- ideaboard:shared:start -->'")


def test_a_byte_order_mark_before_the_first_marker_stays() -> None:
    text = "\ufeff<!-- ideaboard:shared:start -->\n<!-- ideaboard:shared:end -->\n"
    assert filled(text) == "\ufeff" + block("shared", BODY)


def test_a_file_of_carriage_returns_keeps_them() -> None:
    written = filled(README.replace("\n", "\r"))
    assert "\n" not in written
    assert written.replace("\r", "\n") == filled(README)


MDX = README.replace("<!--", "{/*").replace("-->", "*/}")


def test_a_block_in_mdx() -> None:
    body = "import what you need\n\n- {a} \\{b\\} \\\\{c} <https://x.org/_d_> [e](<https://x.org/(f)>)\n"
    assert filled(MDX, body).replace(block("shared", body, "{/*"), "") == "# Hi\n\nI make things.\n\n\nBye.\n"
    assert (
        "&#105;mport what you need\n\n- \\{a\\} \\{b\\} \\\\\\{c\\} [https://x.org/&#95;d&#95;](<https://x.org/_d_>) "
        "[e](<https://x.org/(f)>)\n\n{/* ideaboard:shared:end */}"
    ) in filled(MDX, body)
