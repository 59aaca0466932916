"""What a reader would stumble over in a draft."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile import in_one_go

from ideaboard.errors import InvalidInput, NotFound
from ideaboard.publish.ready import check_draft, check_text

LEFT_OVER = "guidance is left over"
LEFT_X = f"{LEFT_OVER}: 'x ...'"
BARE = "a picture has no description in words"
GOOD = """---
title: "# no heading"
word_limit: 70
---

# Title

One line with a [link](there.md), a [page](https://x.org/a_(b)), [mail](mailto:a@b.org) and an [anchor](#whats-next).

![a cat, asleep](pictures/cat%20one.png "title")

## What's next?

<!-- a comment that is not guidance -->

### Deeper

- a point: with words
- a list:
  - of points

`![](code.png)` and `[x](nowhere.md)` are code.

```markdown
![](nowhere.png)
## Empty
<!-- nothing -->
[x](nowhere.md)
```

[ref]: there.md
Hugo knows [this]({{< ref "x" >}}) and the site [that](/img/x.png).
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "there.md").write_text("x\n", encoding="utf-8")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "cat one.png").write_bytes(b"")
    return tmp_path


def found(text: str, path: Path, word_limit: int = 0) -> list[tuple[int, str]]:
    return [(finding.line, finding.what) for finding in check_text(path / "draft.md", text, word_limit=word_limit)]


def test_a_good_draft_passes(place: Path) -> None:
    assert found(GOOD, place) == []
    assert found(GOOD.replace("\n", "\r\n"), place) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\n\n<!-- Guide: say why,\nand how. -->\n", [(3, f"{LEFT_OVER}: 'say why, ...'")]),
        ("# A\n\n## B\n\n## C\n\nx\n", [(3, "'B' is empty")]),
        ("# A\n\n## B\n\n<!-- Guide: x -->\n", [(1, "'A' is empty"), (3, "'B' is empty"), (5, LEFT_X)]),
        ("## B ##\n\n| | |\n| --- | --- |\n\n1. \n", [(1, "'B' is empty"), (6, "a point is not filled in: '1.'")]),
        ("- Context (what?):\n- done: yes\n", [(1, "a point is not filled in: '- Context (what?):'")]),
        ("![](a.png)\n", [(1, BARE), (1, "there is no file 'a.png'")]),
        ("![ ][ref]\n", [(1, BARE)]),
        ("<img src=x><img alt='' src=x><img src=x alt=\"a cat\">\n", [(1, BARE)] * 2),
        ("[x](gone.md#a) [y](<b c.md>)\n", [(1, "there is no file 'b c.md'"), (1, "there is no file 'gone.md'")]),
        ("[x](#gone) [y]()\n\n# Here\n\nx\n", [(1, "a link leads nowhere"), (1, "there is no heading for '#gone'")]),
        ("[ref]: gone.md\n", [(1, "there is no file 'gone.md'")]),
    ],
)  # fmt: skip
def test_findings(text: str, wanted: list[tuple[int, str]], place: Path) -> None:
    assert found(text, place) == wanted


def test_words_over_the_limit(place: Path) -> None:
    assert found(GOOD, place, word_limit=10)[0][1].endswith("words; 10 are the most")
    assert "70 are the most" in found(GOOD + "word " * 70, place)[0][1]


def test_a_folder_and_what_is_not_there(place: Path) -> None:
    (place / "b.md").write_text("# B\n", encoding="utf-8")
    (place / "a.qmd").write_text("![](x)\n", encoding="utf-8")
    assert [finding.path.name for finding in check_draft(place)] == ["a.qmd", "a.qmd", "b.md"]
    assert check_draft(place / "there.md") == []
    with pytest.raises(NotFound, match="there is no draft"):
        check_draft(place / "gone.md")
    (place / "c.md").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match="cannot be read as text"):
        check_draft(place)


@pytest.mark.parametrize(
    "run", ["[", "![", "](", "](a ", '](a "', "](<a", "` ", "`", "<img ", "#", "# ", "- ", " ", "\t"]
)
def test_a_long_line_is_read_in_one_go(run: str) -> None:
    for head in ("", "- ", "# ", "![a](", "<img "):
        with in_one_go():
            found = check_text(Path("x.md"), f"{head}{run * (100_000 // len(run))}\n\nSee [it](gone.md).\n")
        if run != "`":  # a fence that is never closed
            assert "gone.md" in str(found), "what stands behind it is looked at all the same"
