"""The entry point: `ideaboard`, or `python -m ideaboard`."""

import gc
import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # a command is short and makes no garbage to speak of; the board turns it on again
    try:
        code = _run() if len(sys.argv) > 1 else _run_behind_picture()
    except KeyboardInterrupt:
        code = 130
    # The board file is closed and everything is written out; to take the interpreter apart costs an eighth of the run.
    os._exit(code)


def _run_behind_picture() -> int:
    """Paint what the board showed last, where that is still true, and import the rest behind it."""
    from ideaboard import first_picture

    try:
        first_picture.paint()
        return _run()
    finally:
        first_picture.give_back()


def _run() -> int:
    line = sys.argv[1:]
    if "add" in line:
        from ideaboard.cli.fast_add import fast_add

        if (code := fast_add(line)) is not None:
            return code
    from ideaboard.cli.run import run

    return run(line, is_last=True)


if __name__ == "__main__":
    main()
