"""Make the sources of a demonstration, synthetic or (with --source) from real extracts: `python -m sandbox.samples`."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from parity.catalogue import load_catalogue
from parity.settings import Settings
from sandbox.samples.generate import generate
from sandbox.samples.real import SourceMissing, prepare


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.samples", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write; made whole or not at all")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same bytes (default 7)")
    parser.add_argument("--size", type=float, default=1.0, help="0.1 invents a tenth of the people (default 1)")
    parser.add_argument("--source", type=Path, help="folder of real extracts to lay out instead of inventing data")
    options = parser.parse_args(arguments)
    folder = Settings.from_env().catalogue
    catalogue = load_catalogue(folder)
    unfinished = options.out.with_name(options.out.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        if options.source:
            prepare(options.source, unfinished, catalogue)
        else:
            generate(unfinished, catalogue, folder, options.seed, options.size)
    except SourceMissing as error:
        shutil.rmtree(unfinished)
        print(error, file=sys.stderr)
        return 2
    shutil.rmtree(options.out, ignore_errors=True)
    unfinished.rename(options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
