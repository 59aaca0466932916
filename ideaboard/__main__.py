"""The entry point: `ideaboard`, or `python -m ideaboard`."""

import gc
import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # a command is short and makes no garbage to speak of; the board turns it on again
    try:
        board = _opened(sys.argv[1:])
        code = _run() if board is None else _run_behind_picture(board)
    except KeyboardInterrupt:
        code = 130
    # The board file is closed and everything is written out; to take the interpreter apart costs an eighth of the run.
    os._exit(code)


def _opened(line: list[str]) -> str | None:
    """Return the board file that a line names and opens, empty where the usual one is; None when it does more."""
    if len(line) == 2 and line[0] == "--board":
        return line[1]
    return None if line else ""


def _run_behind_picture(board: str) -> int:
    """Paint what the board showed last, where that is still true, and import the rest behind it."""
    from ideaboard import first_picture

    try:
        first_picture.paint(board)
        return _run()
    finally:
        first_picture.give_back()


def _run() -> int:
    line, ending = sys.argv[1:], None
    if "add" in line:
        from ideaboard.cli.fast_add import fast_add

        came = fast_add(line)
        if isinstance(came, int):
            return came
        ending = came
    from ideaboard.cli.run import run

    return run(line, is_last=True, work=ending)


if __name__ == "__main__":
    main()
