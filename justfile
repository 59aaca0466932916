# `just` lists these; each is one line that can be typed without just, too.

python := ".venv/bin/python"

_default:
    @just --list --unsorted

# set up: an environment with everything for developing
setup:
    python3 -m venv .venv
    .venv/bin/pip install --quiet --upgrade pip
    .venv/bin/pip install --quiet --editable '.[test]' --group dev

# the tests that the README's command runs; `just test tests/core -k rank` for some of them
test *arguments="-n 2":
    {{python}} -m pytest {{arguments}}

# the slow tests, too: long random walks, hundreds of kills
slow:
    {{python}} -m pytest -n 2 -m slow

# lint, format, types, import contracts
lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/mypy
    .venv/bin/lint-imports

# put the code into its form
format:
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# keep the pictures of the screens as they are now; look at the difference before it is committed
pictures:
    {{python}} -m pytest tests/ui/test_ui_board_pictures.py --snapshot-update

# a board full of examples that is thrown away
demo:
    .venv/bin/ideaboard demo

# every promised figure beside its goal, in some fifteen minutes on a quiet machine; `just bench quick` for a short one
bench *arguments:
    {{python}} benchmarks/table.py {{arguments}}

# more about one part: board_file, board_screen, command_line or taste
bench-part part *arguments:
    {{python}} benchmarks/{{part}}.py {{arguments}}

# a stand-in for arXiv on this computer; it prints what to export
loopback port="8090":
    PYTHONPATH=tests {{python}} -m arxiv_loopback --port {{port}} --feeds tests/data/arxiv

# everything that must hold before a change lands
ci:
    .ci/run
