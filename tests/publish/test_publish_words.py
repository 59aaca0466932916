"""Everything that others read can be in another language: a German config, and all that comes out of it."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cli.cli_runs import add, here

from ideaboard.core.kinds import KINDS, STAGES
from ideaboard.core.words import WORDS, Words
from ideaboard.publish.changelog import FORMATS

GERMAN = Words(
    months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "Sept.", "Okt.", "Nov.", "Dez."),
    short_months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    day="{day}. {month} {year}",
    month="{month} im Jahr {year}",
    week="Woche {week}, {year}",
    quarter="{quarter}. Quartal {year}",
    after="nach",
    answers="antwortet auf eine Frage zu",
    code_for="Code zu „{title}“",
    notes_on="Notizen zu „{title}“",
    et_al="u. a.",
    nobody="von anderen",
    post="Beitrag",
    video="Film",
    other="Sonstiges",
    in_progress="In Arbeit",
    withdrawn="zurückgezogen",
    intro="Das Neueste zuerst.",
    nothing="Noch nichts.",
    follow="Folgen:",
    shared="Geteilt",
    moved="Weiter",
    moved_from="von {old} nach {new}",
    started="Begonnen",
    answered="Beantwortet",
    asked_on="zu",
    read="Gelesen",
    anonymous="Niemand",
    language="de",
)
KIND_NAMES = ("Projekt", "Nachbau", "Wettbewerb", "Fallstudie", "", "Zusammenfassung")
STAGE_NAMES = ("Einfall", "Gerüst", "Werkbank", "Durchsicht", "Fertig")
LIBRARY = """
@article{one, title={Eins}, author={Huber, Anna and Maier, Eva and Gruber, Ida}, eprint={2101.00001},
  archivePrefix={arXiv}, year={2021}}
@article{two, title={Zwei}, author={Huber, Anna}, eprint={2101.00002}, archivePrefix={arXiv}, year={2021}}
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    lines = [
        '[me]\nname = "Ada"\n[changelog]\ntitle = "Gemacht"\natom_url = "https://ada.example.org/feed.xml"\n[words]'
    ]
    for name, value in GERMAN._asdict().items():
        lines.append(f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {list(value)}")
    for kind, name in zip(KINDS, KIND_NAMES, strict=True):
        label = f'label = "{name}"\n' if name else ""
        lines.append(f'[kinds.{kind.key}]\n{label}section = "{name or "Beiträg"}e"')
    lines += [f'[stages.{stage.key}]\nlabel = "{name}"' for stage, name in zip(STAGES, STAGE_NAMES, strict=True)]
    config = Path(os.environ["IDEABOARD_CONFIG"])
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("\n".join(lines), encoding="utf-8")
    Path("library.bib").write_text(LIBRARY, encoding="utf-8")
    assert here("import", "library.bib", "-k", "summary", "-y").code == 0
    papers = {idea["title"]: idea["id"] for idea in here("list", "--json").json}
    here("edit", papers["Eins"], "--kind", "paper-to-code")
    share(papers["Eins"])
    share(papers["Zwei"])
    asked = add("Gefragt", "-k", "post")
    share(asked, "--withdraw")
    question = here("response", "add", asked, "question", "Warum?").id
    share(here("response", "idea", question, "-k", "post", "-t", "video", "--title", "Darum").id)
    here("response", "answer", question)
    add("Am Werk", "-k", "post", "-s", "making")
    return tmp_path


def share(id: str, *options: str) -> None:
    done = here("share", id, "--url", f"https://ada.example.org/{id}", "--summary", "eine Zeile", *options)
    assert done.code == 0, done.err


class Text(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("title", "content", "alt", "aria-label")]


ENGLISH = re.compile(
    r"(?i)\b(after|answer(?:s|ed)?|question|progress|withdrawn|things?|shared|newest|week|month|summary|et al|code for"
    r"|notes on|posts?|videos?|follow|moved|from|started|read|another|projects?|papers?|and|of|the|anonymous|nothing"
    r"|making|idea|candidate|march)\b"
)


def check_german(text: str) -> None:
    assert not (found := ENGLISH.findall(re.sub(r"https?://\S+|ideaboard:\S+", "", text))), (found, text)


def test_every_word_has_another_one_here() -> None:
    """A word that is added is tried below, too."""
    assert [name for name in Words._fields if getattr(WORDS, name) == getattr(GERMAN, name)] == []


@pytest.mark.parametrize(
    "style", [("--style", "list"), ("--style", "periods"), ("--style", "sections"), ("--by", "week")]
)
def test_the_changelog(style: tuple[str, ...], german: Path) -> None:
    text = here("changelog", "--in-progress", *style).out
    check_german(text)
    assert "[Code zu „Eins“](https://ada.example.org/" in text
    assert "[Notizen zu „Zwei“](https://ada.example.org/" in text
    assert "ach [Huber u. a., 2021](https://arxiv.org/abs/2101.00001)" in text
    assert "Gefragt (zurückgezogen)" in text
    assert "ntwortet auf eine Frage zu Gefragt" in text
    assert ("_Film; " in text) is ("sections" not in style)


def test_the_page_and_the_feeds(german: Path) -> None:
    page = here("changelog", "--in-progress", "--format", "html").out
    check_german(" ".join(Text(re.sub(r"(?s)<style>.*?</style>", "", page)).found).replace("ideaboard", ""))
    assert '<html lang="de">' in page
    for format in FORMATS:
        text = re.sub("(?s)<style>.*?</style>", "", here("changelog", "--format", format).out)
        assert "Code zu „Eins“" in text
        assert not re.search(r"(?i)\b(after|answers a|et al|code for|notes on)\b", text), format
    empty = here("changelog", "--since", "1999", "--until", "1999", "--format", "html").out
    assert "Noch nichts." in empty


def test_the_texts_the_notes_on_a_week_and_the_drafts(german: Path) -> None:
    ids = {idea["title"]: idea["id"] for idea in here("list", "--json").json}
    for text in here("share", ids["Eins"], "--texts", "--json").json:
        check_german(text["text"])
        assert text["text"].startswith("Code zu „Eins“\n")
        assert "Nach Huber u. a., 2021: https://arxiv.org/abs/2101.00001" in text["text"]
    here("move", ids["Am Werk"], "review")
    week = here("weeknotes").out
    check_german(re.sub(r"(?s)<!-- Guide:.*?-->", "", week))
    assert all(f"## {head}\n" in week for head in ("Geteilt", "Begonnen", "Beantwortet", "Gelesen"))
    assert "\n- Am Werk _Beitrag_\n" in week
    assert "Code zu „Eins“" in here("show", ids["Eins"]).out
    draft = Path(here("draft", ids["Zwei"], "--dir", str(german)).out.strip())
    assert draft.name == "notizen-zu-zwei.md"
    text = draft.read_text(encoding="utf-8")
    assert 'title: "Notizen zu „Zwei“"' in text
    assert "[Huber, 2021](https://arxiv.org/abs/2101.00002)" in text
