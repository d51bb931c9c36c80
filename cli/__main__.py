"""`python -m cli` is the command `parity`, found by its module: it also works in a checkout that was moved."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; Ctrl-C during the slow imports ends in a sentence, too."""
    try:
        from cli.main import main as command

        command()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        raise SystemExit(130) from None  # ExitCode.INTERRUPTED: its module may be among those that are still loading


if __name__ == "__main__":
    main()
