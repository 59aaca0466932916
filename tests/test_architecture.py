"""The shape of the house: who imports whom, what starts quickly, what ships."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for folder in ("ideaboard", "tests", "benchmarks", "templates")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
)
PYTHON = [path for path in SOURCES if path.suffix == ".py"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
HEAVY = ("textual", "rich", "arxiv", "requests", "urllib3", "lxml", "jinja2", "regex", "feedparser")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_imports_point_inward() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{len(PYPROJECT['tool']['importlinter']['contracts'])} kept, 0 broken" in ran.stdout


def imports_of_the_package() -> dict[str, set[str]]:
    """Return for each module the modules of ours that it names anywhere: at its head, in functions, for types alone."""
    paths = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in (ROOT / "ideaboard").rglob("*.py")
    }
    found: dict[str, set[str]] = {}
    for module, path in paths.items():
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                named |= whole & set(paths) or {node.module}
        found[module] = (named & set(paths)) - {module}
    return found


def test_no_files_import_each_other_in_a_circle() -> None:
    imports = imports_of_the_package()
    assert len(imports) > 100
    # What imports nothing that is left is in no circle; it is taken away until only circles are left.
    while free := {module for module, named in imports.items() if not named & set(imports)}:
        imports = {module: named for module, named in imports.items() if module not in free}
    circles = {module: sorted(named & set(imports)) for module, named in sorted(imports.items())}
    assert not circles, "these wait for each other: " + ", ".join(f"{one} -> {to}" for one, to in circles.items())


@pytest.mark.parametrize(
    "module", ["ideaboard.__main__", "ideaboard.cli", "ideaboard.cli.app", "ideaboard.bootstrap", "ideaboard.service"]
)
def test_the_headless_part_leaves_what_is_heavy_alone(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_everyday_use_cases_leave_what_is_heavy_alone(tmp_path: Path) -> None:
    code = f"""
import sys
from ideaboard.bootstrap import open_service
from ideaboard.core.changes import NewIdea
service = open_service({str(tmp_path / "board.jsonl")!r})
(idea,) = service.ideas.add([NewIdea(title="x")]).ideas
service.ideas.move([idea.id], "next")
service.history.undo()
service.history.log()
service.transfer.export("json")
service.ideas.query("x").select(service.board, service.ideas.context())
print([name for name in {HEAVY} if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_files_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 600


def test_the_core_looks_at_no_clock_and_touches_no_file() -> None:
    allowed = {("clock.py", "datetime.now")}
    found = set()
    for path in (ROOT / "ideaboard" / "core").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in ("open", "print", "input") or re.search(
                    r"\b(now|today|utcnow|environ|getenv|read_text|write_text)$", called
                ):
                    found.add((path.name, called))
    # Classes are handed a moment under the name `now`; only the clock itself looks at the wall.
    assert {one for one in found if not one[1].endswith("context.now")} == allowed


def test_templates_ship_in_the_wheel() -> None:
    build = PYPROJECT["tool"]["hatch"]["build"]["targets"]
    assert build["wheel"]["force-include"] == {"templates": "ideaboard/templates"}
    assert {"templates", "tests"} <= set(build["sdist"]["include"])
    assert list((ROOT / "templates").rglob("*.md"))


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    project = PYPROJECT["project"]
    for requirement in [
        *project["dependencies"],
        *project["optional-dependencies"]["test"],
        *PYPROJECT["dependency-groups"]["dev"],
    ]:
        assert re.search(rf'^    "{re.escape(requirement)}", # \w', text, re.MULTILINE), requirement


# Put together, so that this file does not name them itself.
PLACES = re.compile(
    "|".join(["/wo" + r"rk/(main|shared)", r"\.\./sha" + "red", "/tmp" + r"/v\b", "/ro" + "ot/", r"\bfarm" + "-"])
)


def test_no_file_names_a_place_of_the_machine_it_was_made_on() -> None:
    files = [*SOURCES, *ROOT.glob("*.md"), ROOT / "pyproject.toml", *(ROOT / ".ci").glob("*")]
    wrong: list[str] = []
    for path in files:
        if "__pycache__" in path.parts or not path.is_file():
            continue
        found = PLACES.search(path.read_bytes().decode("utf-8", "replace"))
        if found:
            wrong.append(f"{name_of(path)}: {found.group()}")
    assert wrong == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in PYTHON
        if path.is_relative_to(ROOT / "ideaboard") and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


@pytest.mark.parametrize("path", sorted((ROOT / ".github").rglob("*.yml")), ids=name_of)
def test_what_the_host_reads_is_yaml_and_runs_what_is_there(path: Path) -> None:
    read = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(read, dict)
    for script in re.findall(r"\.ci/[\w-]+", path.read_text("utf-8")):
        assert os.access(ROOT / script, os.X_OK), f"{path.name} runs {script}"


def test_the_tasks_of_the_justfile_name_what_exists() -> None:
    text = (ROOT / "justfile").read_text("utf-8")
    for named in re.findall(r"\b(?:tests|benchmarks|\.ci)/[\w/.-]+", text):
        assert (ROOT / named).exists(), named
