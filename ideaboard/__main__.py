"""The entry point: `ideaboard`, or `python -m ideaboard`."""

import gc
import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.disable()  # a command is short and makes no garbage to speak of; the board turns it on again
    try:
        from ideaboard.cli.run import run

        code = run(sys.argv[1:], is_last=True)
    except KeyboardInterrupt:
        code = 130
    # The board file is closed and everything is written out; to take the interpreter apart costs an eighth of the run.
    os._exit(code)


if __name__ == "__main__":
    main()
