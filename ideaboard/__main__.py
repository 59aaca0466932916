"""The entry point: `ideaboard`, or `python -m ideaboard`."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        from ideaboard.cli.run import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
