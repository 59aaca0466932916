"""Colours: readable in our themes and in all of Textual's, in 256 colours, and without any."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme
from ui.board_pilot import MakeService, RunBoard, said, screen_of, settled, text_of

import ideaboard.ui
from ideaboard import config
from ideaboard.core.kinds import KINDS, Kind, Workflow
from ideaboard.service.memory import remember_theme, remembered_theme
from ideaboard.ui.drawing.grounds import CURSOR, GHOST, MARKED, PLAIN
from ideaboard.ui.drawing.inks import READABLE, Apart, Inks, contrast, degrees_apart
from ideaboard.ui.themes import ACCENTS, DARK, LIGHT, THEMES

NAMES = (
    *(
        "title",
        "quiet",
        "tag",
        "head",
        "head-on",
        "name",
        "input",
        "mark",
        "label",
        "key",
        "ask",
        "warm",
        "hot",
        "over",
    ),
    *("alert", "good", *(f"kind:{kind.key}" for kind in KINDS)),
)
GROUNDS = (PLAIN, CURSOR, MARKED, GHOST)
WORKFLOW = Workflow()


def inks_of(theme: object) -> Inks:
    colors = theme.to_color_system().generate()  # type: ignore[attr-defined]  # a Theme
    return Inks({**colors, **theme.variables}, WORKFLOW)  # type: ignore[attr-defined]  # a Theme


def test_contrast_is_that_of_wcag() -> None:
    black, white = Color.parse("#000000"), Color.parse("#ffffff")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(Color.parse("#767676"), white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
def test_all_text_of_our_themes_can_be_read_as_it_was_chosen(theme: object, ground: str) -> None:
    inks = inks_of(theme)
    for name in NAMES:
        color = inks.color(name, ground)
        assert contrast(color, inks.ground(ground)) >= READABLE, name
    for kind in KINDS:
        assert inks.color(f"kind:{kind.key}") == Color.parse(ACCENTS[inks.dark][kind.hue]), "no need to move it"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_our_kinds_differ_from_each_other(theme: object) -> None:
    inks = inks_of(theme)
    colors = [inks.color(f"kind:{kind.key}") for kind in KINDS]
    for number, one in enumerate(colors):
        for other in colors[number + 1 :]:
            assert abs(one.r - other.r) + abs(one.g - other.g) + abs(one.b - other.b) > 45


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_our_themes_can_be_read_in_256_colours(theme: object) -> None:
    inks = inks_of(theme)
    for ground in GROUNDS:
        for name in NAMES:
            style = inks.style(name, ground)
            assert style.color
            assert style.bgcolor
            front = style.color.downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
            back = style.bgcolor.downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
            assert contrast(Color(*front), Color(*back)) >= 4.0, (name, ground)


FEW = (ColorSystem.STANDARD, ColorSystem.WINDOWS, ColorSystem.EIGHT_BIT)
ALL_THEMES = (*THEMES, *BUILTIN_THEMES.values())


def assert_apart(style: Style | None, system: ColorSystem, what: object) -> None:
    """Check that what was drawn in two colours is shown in two."""
    if style and style.color and style.bgcolor and style.color != style.bgcolor:
        front, back = style.color.downgrade(system), style.bgcolor.downgrade(system)
        assert front.get_truecolor() != back.get_truecolor(), what


QUICK_THEMES = (DARK, "solarized-light", "ansi-dark")


@pytest.mark.parametrize(
    "theme",
    [pytest.param(one, id=one.name, marks=() if one.name in QUICK_THEMES else pytest.mark.slow) for one in ALL_THEMES],
)
@pytest.mark.parametrize("system", FEW, ids=lambda system: system.name)
def test_no_pair_of_any_theme_comes_out_as_one_colour(theme: Theme, system: ColorSystem) -> None:
    variables = {**theme.to_color_system().generate(), **theme.variables}
    inks = Inks(variables, WORKFLOW, [Apart(system)], few=system is not ColorSystem.EIGHT_BIT)
    for ground in GROUNDS:
        for name in (*NAMES, "caret"):
            assert_apart(inks.style(name, ground), system, (name, ground))
    base, on = inks.style("title"), inks.style("title", CURSOR)
    assert inks.ansi or base.bgcolor.downgrade(system) != on.bgcolor.downgrade(system), "the cursor is seen"  # type: ignore[union-attr]  # both have one
    colors = set()
    for value in variables.values():
        with suppress(ColorParseError):
            colors.add(Color.parse(value).rgb)
    # Whatever Textual's own widgets put on whatever: placeholders, frames, scroll bars, half see-through or not.
    background = Color.parse(variables["background"]).rgb
    for front in colors:
        for back in (*(one for one in colors if one != front), Color(*front).blend(Color(*background), 0.3).rgb):
            style = Style.from_color(RichColor.from_rgb(*front), RichColor.from_rgb(*back))
            ((_, shown, _),) = Apart(system).apply([Segment("x", style)], Color(*back))
            if front != back:
                assert_apart(shown, system, (front, back))


@pytest.mark.parametrize("theme", [DARK, "solarized-light"])
async def test_nothing_on_a_screen_of_sixteen_colours_is_invisible(
    make_service: MakeService, run_board: RunBoard, theme: str
) -> None:
    async with run_board(make_service({"idea": ["one", "two"]})) as pilot:
        pilot.app.console._color_system = ColorSystem.STANDARD
        pilot.app.theme = theme
        before = ""
        for key in ("question_mark", "t", "S", "e", "m", "y", "a", "slash", "s", "T", "r", "ctrl+p"):
            await pilot.press(key)
            await pilot.pause()
            assert text_of(pilot) != before, key
            seen = 0
            for strip in pilot.app.screen._compositor.render_strips():
                for segment in strip:
                    if segment.text.strip():
                        seen += 1
                        assert_apart(segment.style, ColorSystem.STANDARD, (key, segment))
            assert seen > 2
            await pilot.press("escape")
            if pilot.app.screen is not screen_of(pilot):
                await pilot.press("escape")
            assert pilot.app.screen is screen_of(pilot), key
            before = text_of(pilot)


@pytest.mark.parametrize("name", sorted(set(BUILTIN_THEMES) - {"ansi-dark", "ansi-light"}))
def test_every_theme_of_textual_can_be_read(name: str) -> None:
    inks = inks_of(BUILTIN_THEMES[name])
    for ground in GROUNDS:
        for style in NAMES:
            assert contrast(inks.color(style, ground), inks.ground(ground)) >= READABLE, (style, ground)


@pytest.mark.parametrize("theme", ALL_THEMES, ids=lambda theme: theme.name)
def test_no_kind_has_the_colour_of_a_warning_or_of_an_error(theme: Theme) -> None:
    variables = {**theme.to_color_system().generate(), **theme.variables}
    inks = Inks(variables, WORKFLOW)
    sixteen = Inks(variables, WORKFLOW, [Apart(ColorSystem.STANDARD)], few=True)
    for one in (inks, sixteen):
        for ground in (PLAIN, MARKED, GHOST) if one is sixteen else GROUNDS:
            kinds = {kind.key: one.color(f"kind:{kind.key}", ground) for kind in KINDS}
            for alarm in ("warm", "hot", "over", "alert"):
                for key, color in kinds.items():
                    assert degrees_apart(color, one.color(alarm, ground)) >= 20, (key, alarm, ground)
            if theme.dark or one is inks:
                assert len(set(kinds.values())) == len(KINDS) or one.ansi, "each has its own"
    shown = {name: inks.color(name) for name in (*(f"kind:{kind.key}" for kind in KINDS), "warm", "hot")}
    eight_bit = {name: color.rich_color.downgrade(ColorSystem.EIGHT_BIT) for name, color in shown.items()}
    assert inks.ansi or len(set(eight_bit.values())) == len(eight_bit), "in 256 colours too"


def test_the_config_gives_a_kind_its_colour_and_nonsense_does_no_harm() -> None:
    workflow = Workflow(kinds=(Kind("talk", "Talk", "Talks", "#88ccff"), Kind("zine", "Zine", "Zines", "nonsense")))
    inks = Inks({"background": "#000000", "foreground": "#ffffff", "primary": "broken"}, workflow)
    assert inks.color("kind:talk") == Color.parse("#88ccff")
    assert contrast(inks.color("kind:zine"), inks.background) >= READABLE
    assert contrast(inks.color("kind:gone"), inks.background) >= READABLE


async def test_without_colours_the_cursor_and_the_ages_are_still_told(
    make_service: MakeService, run_board: RunBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with run_board(make_service({"idea": ["one", "two"]})) as pilot:
        inks = screen_of(pilot).picture.inks
        for ground in GROUNDS:
            for name in NAMES:
                style = inks.style(name, ground)
                assert style.color is style.bgcolor is None
        plain, on = inks.style("title"), inks.style("title", CURSOR)
        assert (plain.bold, plain.reverse, on.bold, on.reverse) == (False, False, True, True)
        assert inks.style("head-on").underline
        assert inks.style("ask").bold
        assert inks.style("hot").bold
        assert inks.style("warm").underline
        for key in ("question_mark", "t", "e", "m", "s", "ctrl+p"):
            await pilot.press(key)
            await settled(pilot)
            reversed_texts = []
            for strip in pilot.app.screen._compositor.render_strips():
                for segment in strip:
                    style = segment.style or Style()
                    assert style.color is style.bgcolor is None, (key, segment)
                    assert style.dim or "https://…" not in segment.text, "what to type is no value"
                    if style.reverse:
                        reversed_texts.append(segment.text.strip())
            if key in ("t", "e", "ctrl+p", "question_mark"):
                assert any(len(text) < 2 for text in reversed_texts), f"the cursor of the field: {key}"
            if key in ("m", "ctrl+p"):
                assert {"m": "Outline", "ctrl+p": "Detail"}[key] in reversed_texts, "the row under the cursor"
            await pilot.press("escape", "escape")
            await settled(pilot)


@pytest.mark.parametrize("name", ["ansi-dark", "ansi-light"])
async def test_the_terminals_own_colours_work_as_well(
    make_service: MakeService, run_board: RunBoard, name: str
) -> None:
    async with run_board(make_service({"idea": ["one"]})) as pilot:
        pilot.app.theme = name
        await pilot.pause()
        assert screen_of(pilot).picture.inks.style("title", CURSOR).reverse
        await pilot.press("e")
        await settled(pilot)
        strips = pilot.app.screen._compositor.render_strips()
        asked = [segment for strip in strips for segment in strip if "https://…" in segment.text]
        assert asked
        assert all(segment.style and segment.style.dim for segment in asked), "what to type is no value"


async def test_the_picked_theme_is_remembered(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    async with run_board(service) as pilot:
        assert pilot.app.theme == DARK
        assert remembered_theme(service.paths) == ""
        pilot.app.theme = LIGHT
        await pilot.pause()
        assert screen_of(pilot).picture.inks.background == Color.parse(pilot.app.theme_variables["background"])
    async with run_board(make_service()) as pilot:
        assert pilot.app.theme == LIGHT


def test_the_config_knows_the_themes_that_the_board_has() -> None:
    assert set(config.THEMES) == {*BUILTIN_THEMES, *(theme.name for theme in THEMES)}


async def test_a_theme_that_is_gone_stops_nothing(make_service: MakeService, run_board: RunBoard) -> None:
    service = make_service()
    remember_theme(service.paths, "no-such-theme")
    async with run_board(service) as pilot:
        assert pilot.app.theme == DARK
        assert any("no-such-theme" in one for one in said(pilot))


def test_no_colour_is_written_outside_the_themes() -> None:
    folder = Path(ideaboard.ui.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name != "themes.py":
            assert not re.search(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8")), path.name
