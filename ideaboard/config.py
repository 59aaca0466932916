"""The config: TOML, read into a value; what is wrong in it is told, never stops anything.

Each problem names the file and the line, and the default stands in for what could not be used.
`ideaboard config show` prints every option with its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ideaboard import files
from ideaboard.core.kinds import CANDIDATE, KINDS, STAGES, Kind, Stage, Workflow
from ideaboard.core.secret import Secret
from ideaboard.core.text import clean_line
from ideaboard.core.words import Words, wrong_word
from ideaboard.errors import InvalidInput

API_KEY_VARIABLE = "IDEABOARD_ARXIV_KEY"
KEY = "[A-Za-z0-9._~+/=-]{8,512}"
"""What a key for arXiv may look like: nothing that could end a header."""
_KEY = "[a-z0-9][a-z0-9-]*"
_COLOR = "#[0-9a-fA-F]{6}"
_SERVER = "[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
_RESERVED = (CANDIDATE, "archived", "next", "prev")
_ABOVE_TABLES = ("theme", "default_kind", "stale_days", "warm_days")
THEMES = (
    *(
        "ideaboard-dark",
        "ideaboard-light",
        "textual-dark",
        "textual-light",
        "nord",
        "gruvbox",
        "dracula",
        "tokyo-night",
    ),
    *("monokai", "flexoki", "catppuccin-mocha", "catppuccin-latte", "catppuccin-frappe", "catppuccin-macchiato"),
    *("solarized-light", "solarized-dark", "rose-pine", "rose-pine-moon", "rose-pine-dawn"),
    *("atom-one-dark", "atom-one-light", "ansi-dark", "ansi-light"),
)
"""The board's own themes and those of Textual, which nothing but the board imports; a test compares them."""


class Config(NamedTuple):
    """What a person chose; every field has a default."""

    path: files.AnyPath | None = None
    workflow: Workflow = Workflow()
    theme: str = ""
    """A theme's name; empty for the one that was picked last."""
    keys: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """The keys of the actions that have others than by default."""
    name: str = ""
    url: str = ""
    """The author's own page; feeds and drafts link to it."""
    about: str = ""
    """One line on the author, for those who do not know them."""
    links: tuple[str, ...] = ()
    mailto: str = ""
    """An address that arXiv may write to; sent in the user agent."""
    api_key: Secret = Secret()
    """A key for arXiv; `IDEABOARD_ARXIV_KEY` in the environment comes before it."""
    facts: bool = True
    """Whether Hugging Face is asked about papers: it gets their arXiv ids, never those of private ideas."""
    channels: tuple[str, ...] | None = None
    """Those that there shall be a text for; None for all."""
    mastodon: str = "mastodon.social"
    """The server that a text for Mastodon is composed on."""
    site: str = "plain"
    drafts: str = ""
    """The folder for drafts; empty for the one in which the program was started."""
    license: str = ""
    """The licence that drafts name; empty for none."""
    inbox: str = ""
    """The folder whose files become ideas; a relative one is beside the config, empty for none."""
    title: str = "Shared"
    """The heading of the changelog; its page and feeds will be found at these addresses."""
    page_url: str = ""
    atom_url: str = ""
    json_url: str = ""
    words: Words = Words()
    publish: tuple[Mapping[str, Any], ...] = ()
    """The tables that say what is written where; `ideaboard.publish.targets` reads them when they are needed."""
    problems: tuple[str, ...] = ()


_OPTIONS = {
    ("me", "name"): "name",
    ("me", "url"): "url",
    ("me", "about"): "about",
    ("me", "links"): "links",
    ("arxiv", "mailto"): "mailto",
    ("papers", "facts"): "facts",
    ("share", "channels"): "channels",
    ("share", "mastodon"): "mastodon",
    ("drafts", "site"): "site",
    ("drafts", "folder"): "drafts",
    ("drafts", "license"): "license",
    ("inbox", "folder"): "inbox",
    ("changelog", "title"): "title",
    ("changelog", "url"): "page_url",
    ("changelog", "atom_url"): "atom_url",
    ("changelog", "json_url"): "json_url",
}
"""The field of `Config` that an option in a table sets, in the order in which they are printed."""
OF_OUTPUTS = {"publish", "words", *(field for (table, _), field in _OPTIONS.items() if table in ("me", "changelog"))}
"""The fields of `Config` that say what others see."""


def load_config(path: files.AnyPath, *, named: bool = False, own: bool = False) -> Config:
    """Read the config; one that is missing is all defaults, a problem only where somebody `named` this very file. With
    `own` it must be a file of ours, as `files.open_own` says.
    """
    try:
        text = files.read_file(path, own=own).decode("utf-8-sig")
    except FileNotFoundError:
        return Config(path=path, problems=(f"{path}: there is no such file; defaults are used",) if named else ())
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        return Config(path=path, problems=(f"{path}: cannot be read ({reason}); defaults are used",))
    import tomllib

    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, or a number or a nesting that nobody can hold
        what, _, where = str(error).partition(" (at ")
        line = re.match("line ([0-9]+)", where)
        place = f"{path}:{line[1] if line else max(1, len(text.splitlines()))}"
        return Config(path=path, problems=(f"{place}: not valid TOML ({clean_line(what)}); defaults are used",))
    return _ConfigReader(path, text, values).read()


class _ConfigReader:
    """Takes checked values out of parsed TOML and writes down what does not fit."""

    def __init__(self, path: files.AnyPath, text: str, values: dict[str, Any]) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._values = values
        self._problems: list[tuple[int, str]] = []
        self._used: set[tuple[str, ...]] = set()
        self._no_tables: set[tuple[str, ...]] = set()

    def read(self) -> Config:
        self._take_misplaced()
        config = Config(
            path=self._path,
            workflow=self._workflow(),
            keys=self._keys(),
            theme=self._choice(("theme",), THEMES, ""),
            **{field: self._option(where, field) for where, field in _OPTIONS.items()},
            api_key=self._secret(("arxiv", "api_key")),
            words=self._words(),
            publish=self._publish(),
        )
        for where in [one for one in _leaves(self._values) if one not in self._used]:
            self._complain(where, f"there is no such option; {self._meant(where)}")
        return config._replace(problems=tuple(said for _, said in sorted(set(self._problems))))

    def _meant(self, where: tuple[str, ...]) -> str:
        """Say which option may be meant by one that is not there: one of another table, or one that is spelt alike."""
        from difflib import get_close_matches

        alike = {known[:-1] for known in self._used if known[-1:] == where[-1:]}
        if 0 < len(alike) < 3 and () not in alike:
            return "it belongs under " + " or ".join(sorted(f"[{'.'.join(table)}]" for table in alike))
        whole = ".".join(where)
        known = {".".join(known[:to]) for known in self._used for to in range(1, len(known) + 1)}
        near = get_close_matches(whole, (one for one in known if not whole.startswith(f"{one}.")), 1, 0.75)
        return f"did you mean '{near[0]}'?" if near else "'ideaboard config show' lists them"

    def _option(self, where: tuple[str, str], field: str) -> Any:
        default = Config._field_defaults[field]
        if isinstance(default, bool):
            value = self._typed(where, bool, "true or false")
            return default if value is None else value
        if field == "links":
            return tuple(filter(None, (self._checked(where, link) for link in self._texts(where) or ())))
        if field in ("channels", "site"):
            from ideaboard.core.outputs import CHANNELS, SITES

            if field == "site":
                return self._choice(where, tuple(SITES), default)
            return self._choices(where, tuple(CHANNELS))
        if field == "mastodon":
            server = self._text(*where).removeprefix("https://").rstrip("/") or default
            if not re.fullmatch(_SERVER, server):
                self._complain(where, f"'{server}' is no name of a server, as mastodon.social is; the default is used")
                return default
            return server
        return self._checked(where, self._text(*where)) if field.endswith("url") else self._text(*where) or default

    def _complain(self, where: tuple[str, ...], what: str) -> None:
        self._tell(where, f"'{'.'.join(where)}': {what}")

    def _tell(self, where: tuple[str, ...], said: str) -> None:
        line = _line_of(self._lines, where)
        place = f"{self._path}:{line}" if line else str(self._path)
        self._problems.append((line or len(self._lines) + 1, f"{place}: {clean_line(said)}"))

    def _take_misplaced(self) -> None:
        """Take out what belongs above the first table: TOML counts it to the table that it stands under."""
        tables: list[tuple[tuple[str, ...], Any]] = [((name,), table) for name, table in self._values.items()]
        for where, value in tables:
            for table in value if isinstance(value, list) else [value]:
                for key in list(table) if isinstance(table, dict) else ():
                    if key in _ABOVE_TABLES and not isinstance(table[key], dict):
                        del table[key]
                        place = f"[[{where[0]}]]" if table is not value else f"[{'.'.join(where)}]"
                        self._tell((*where, key), f"'{key}' stands in {place}; put it above the first table")
                    elif len(where) == 1 and where != ("keys",):  # where `board.theme` is an action
                        tables.append(((*where, key), table[key]))

    def _get(self, where: tuple[str, ...]) -> Any:
        self._used.add(where)
        value: Any = self._values
        for index, key in enumerate(where):
            self._used.add(where[:index])
            if not isinstance(value, dict):
                if where[:index] not in self._no_tables:
                    self._no_tables.add(where[:index])
                    self._complain(where[:index], "this must be a table; the defaults are used")
                return None
            value = value.get(key)
            if value is None:
                return None
        return value

    def _typed(self, where: tuple[str, ...], wanted: type | tuple[type, ...], named: str) -> Any:
        value = self._get(where)
        if value is None or (isinstance(value, wanted) and not (isinstance(value, bool) and wanted is int)):
            return value
        self._complain(where, f"this must be {named}; the default is used")
        return None

    def _table(self, where: tuple[str, ...]) -> dict[str, Any]:
        value = self._get(where)
        if isinstance(value, dict):
            return value
        if value is not None:
            self._get((*where, ""))
        return {}

    def _text(self, *where: str) -> str:
        return clean_line(self._typed(where, str, "a text in quotes") or "")

    def _checked(self, where: tuple[str, ...], value: str) -> str:
        if not value:
            return ""
        from ideaboard.core.text import clean_url

        try:
            return clean_url(value)
        except InvalidInput as error:
            self._complain(where, f"{error.message}; it is left out")
            return ""

    def _secret(self, where: tuple[str, ...]) -> Secret:
        text = self._typed(where, str, "a text in quotes") or ""
        if text.strip() and not re.fullmatch(KEY, text.strip()):
            self._complain(where, "a key is 8 to 512 letters, digits and ._~+/=-; it is not used, and not shown here")
            return Secret()
        return Secret(text.strip())

    def _number(self, where: tuple[str, ...], default: int) -> int:
        value: int | None = self._typed(where, int, "a whole number")
        if value is not None and value < 0:
            self._complain(where, f"this cannot be below 0; {default} is used")
            value = None
        return default if value is None else value

    def _choice(self, where: tuple[str, ...], known: tuple[str, ...], default: str) -> str:
        value = self._text(*where)
        if value and value not in known:
            self._complain(where, f"there is no '{value}'; use one of " + ", ".join(known))
            return default
        return value or default

    def _texts(self, where: tuple[str, ...], *, distinct: bool = True) -> tuple[str, ...] | None:
        value = self._typed(where, list, "a list of texts")
        if value is None:
            return None
        if not all(isinstance(item, str) for item in value):
            self._complain(where, "this must be a list of texts; the default is used")
            return None
        return tuple(dict.fromkeys(value) if distinct else value)

    def _choices(self, where: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...] | None:
        values = self._texts(where)
        if values is None or values == known:
            return None
        for unknown in (value for value in values if value not in known):
            self._complain(where, f"there is no '{unknown}'; use some of " + ", ".join(known))
        return tuple(value for value in values if value in known)

    def _workflow(self) -> Workflow:
        kinds = self._kinds()
        stages = self._stages()
        keys = tuple(kind.key for kind in kinds)
        stale = self._number(("stale_days",), Workflow.stale_days)
        return Workflow(
            kinds=kinds,
            stages=stages,
            default_kind=self._choice(("default_kind",), keys, keys[0]),
            stale_days=stale,
            warm_days=self._number(("warm_days",), stale * 2 // 3),
        )

    def _kinds(self) -> tuple[Kind, ...]:
        built_in = {kind.key: kind for kind in KINDS}
        table = self._table(("kinds",))
        for key in table:
            if not re.fullmatch(_KEY, key):
                self._complain(("kinds", key), "a key is lower-case letters, digits and dashes")
                self._used.update(_leaves(table[key], ("kinds", key)))
                continue
            known = built_in.get(key, Kind(key, key.replace("-", " ").capitalize(), ""))
            label = self._text("kinds", key, "label") or known.label
            color = self._text("kinds", key, "color")
            if color and not re.fullmatch(_COLOR, color):
                self._complain(("kinds", key, "color"), "a colour is written as #rrggbb")
                color = ""
            section = self._text("kinds", key, "section") or known.section or f"{label}s"
            built_in[key] = known._replace(label=label, section=section, color=color or known.color)
        return tuple(built_in.values())

    def _stages(self) -> tuple[Stage, ...]:
        known = {stage.key: stage for stage in STAGES}
        order = self._stage_order(known)
        table = self._table(("stages",))
        for key in table:
            if key != "order" and key not in order:
                self._complain(("stages", key), "there is no such stage; name it in stages.order first")
                self._used.update(_leaves(table[key], ("stages", key)))
        return tuple(self._stage(key, known.get(key, Stage(key, key.replace("-", " ").capitalize()))) for key in order)

    def _stage_order(self, known: dict[str, Stage]) -> tuple[str, ...]:
        where = ("stages", "order")
        order = self._texts(where)
        if order is None:
            return tuple(known)
        first, last = STAGES[0].key, STAGES[-1].key
        wrong = [key for key in order if not re.fullmatch(_KEY, key) or key in _RESERVED]
        if wrong:
            self._complain(where, f"'{wrong[0]}' cannot be the key of a stage; the default order is used")
        elif len(order) < 2 or order[0] != first or order[-1] != last:
            self._complain(where, f"this must start with '{first}' and end with '{last}'; the default order is used")
        else:
            return order
        return tuple(known)

    def _stage(self, key: str, known: Stage) -> Stage:
        where = ("stages", key)
        return Stage(
            key,
            self._text(*where, "label") or known.label,
            self._number((*where, "limit"), known.limit),
            bool(self._typed((*where, "hidden"), bool, "true or false")),
        )

    def _words(self) -> Words:
        known: dict[str, Any] = {}
        for name, default in Words._field_defaults.items():
            where = ("words", name)
            if isinstance(default, str):
                text = self._text(*where)
                if text and (wrong := wrong_word(name, text)):
                    self._complain(where, wrong)
                elif text:
                    known[name] = text
            elif (texts := self._texts(where, distinct=False)) is not None:
                if len(texts) == len(default) and all(map(clean_line, texts)):
                    known[name] = tuple(map(clean_line, texts))
                else:
                    self._complain(where, f"this must be a list of {len(default)} names; the default is used")
        if "months" in known:
            known.setdefault("short_months", tuple(name[:3] for name in known["months"]))
        return Words(**known)

    def _publish(self) -> tuple[dict[str, Any], ...]:
        where = ("publish",)
        tables = self._typed(where, list, "tables, each under [[publish]]") or []
        if all(isinstance(table, dict) for table in tables):
            return tuple(tables)
        self._complain(where, "this must be tables, each under [[publish]]; the default is used")
        return ()

    def _keys(self) -> dict[str, tuple[str, ...]]:
        wanted: dict[str, tuple[str, ...]] = {}
        places: dict[str, tuple[str, ...]] = {}
        for where in _leaves(self._table(("keys",)), ("keys",)):
            if len(where) == 1:
                continue
            # TOML reads `card.add = "a"` as a table in a table, and `"card.add" = "a"` as the name of an action.
            id = ".".join(where[1:])
            value = self._get(where)
            places[id] = where
            if isinstance(value, str):
                wanted[id] = tuple(key.strip() for key in value.split(",") if key.strip())
            elif isinstance(value, list) and all(isinstance(key, str) for key in value):
                wanted[id] = tuple(value)
            else:
                self._complain(where, 'keys are written as "a,n" or ["a", "n"]; the default is used')
        if not wanted:
            return {}
        from ideaboard.core.actions import ACTIONS, check_keys

        keys, problems = check_keys(wanted)
        for id, what in problems:
            self._complain(places[id], what)
        return {action.id: keys[action.id] for action in ACTIONS if keys[action.id] != action.keys}


def _leaves(value: Any, where: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    waiting = [(where, value)]  # a dotted key may be nested deeper than functions may
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, dict) and value:
            waiting += [((*where, key), inner) for key, inner in reversed(value.items())]
        else:
            yield where


def _line_of(lines: list[str], where: tuple[str, ...]) -> int | None:
    """Find the line (from 1) on which a value or a table stands; `tomllib` does not tell."""
    best: int | None = None
    inline: int | None = None
    table: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith("["):
            table = _dotted(text.strip("[] \t").partition("]")[0])
            found = table
        elif "=" in text and not text.startswith("#"):
            found = table + _dotted(text.partition("=")[0])
        else:
            continue
        if found == where:
            return number
        if best is None and found[: len(where)] == where:
            best = number
        if found and where[: len(found)] == found:
            inline = number
    return best or inline


def _dotted(text: str) -> tuple[str, ...]:
    parts = re.findall(r'"([^"]*)"|\'([^\']*)\'|([^.\s"\']+)', text)
    return tuple("".join(part) for part in parts)


def config_to_toml(config: Config) -> str:
    """Write every option with its value in force, as a config file that would say the same."""
    from ideaboard.core.actions import ACTIONS
    from ideaboard.core.outputs import CHANNELS

    workflow = config.workflow
    lines = [
        f"theme = {_quoted(config.theme)}" + ("" if config.theme else "  # the one that was picked last"),
        f"default_kind = {_quoted(workflow.default_kind)}",
        f"stale_days = {workflow.stale_days}",
        f"warm_days = {workflow.warm_days}",
        "",
        "[stages]",
        f"order = {_quoted_list(workflow.stage_keys)}",
    ]
    for stage in workflow.stages:
        lines += ["", f"[stages.{stage.key}]", f"label = {_quoted(stage.label)}", f"limit = {stage.limit}"]
        lines += [f"hidden = {str(stage.hidden).lower()}"]
    for kind in workflow.kinds:
        lines += ["", f"[kinds.{kind.key}]", f"label = {_quoted(kind.label)}", f"section = {_quoted(kind.section)}"]
        lines += [f"color = {_quoted(kind.color)}"] if kind.color else []
    for (table, name), field in _OPTIONS.items():
        if f"[{table}]" not in lines:
            lines += ["", f"[{table}]"]
        value = tuple(CHANNELS) if field == "channels" and config.channels is None else getattr(config, field)
        lines.append(f"{name} = {_value(value)}")
    key = "# api_key is set, and not shown" if config.api_key else '# api_key = "a key, which is never shown here"'
    lines.insert(lines.index("[arxiv]") + 1, key)
    lines += ["", "[words]"]
    for name, value in config.words._asdict().items():
        lines.append(f"{name} = {_value(value)}")
    for place in config.publish:
        lines += ["", "[[publish]]", *(f"{_key(option)} = {_value(value)}" for option, value in place.items())]
    lines += ["", "[keys]", '# An action, and its keys by name: "dollar_sign" is $, "slash" is /, "shift+left", "f2".']
    lines += [f"{_quoted(one.id)} = {_quoted_list(config.keys.get(one.id, one.keys))}" for one in ACTIONS]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else _quoted(name)


def _value(value: Any) -> str:
    """Write what stands in a table of a person's own; what no option takes is written as text."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value).lower() if isinstance(value, bool | int) else _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'


def _quoted_list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"
