"""`parity build`: dbt on the instance's warehouse, one model or all of them."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from cli.hr.app import stores
from parity.settings import Settings

console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)


def build(
    select: Annotated[
        list[str] | None,
        typer.Argument(help="Models or folders of models; everything if none is named.", metavar="SELECT"),
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build what is selected whole, whatever it holds already.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Build models of the warehouse with dbt, and run their tests.

    A model that holds the newest already is left alone, so a second build does nothing and a model with its parents takes seconds.

      parity build                     everything that is out of date
      parity build fct_pay             a model and its parents
      parity build fct_pay+            the model and all that reads it; 1+fct_pay: with its direct parents
      parity build core                the models of a folder of dbt/models
      parity build tag:cell            any selector of dbt

    The lists that count for figures are those that the last run of `build_warehouse` decided on; nothing is published. A selection leaves
    nothing behind that the next build of everything does not mend. dbt writes into dbt/by_hand of the instance.

    Exit codes: 0 all is built and every test passed or only warned, 1 a model or test failed, 2 nothing was tried.
    """
    from cli.dbt_build import UnknownModel, selectors
    from cli.dbt_build import build as build_models
    from parity.database import connect
    from parity.migrate import behind, where_it_stands

    settings = Settings.from_env()
    try:
        selection = selectors(select or [], settings.dbt_dir)
    except UnknownModel as error:
        _stop(str(error), as_json)
    url, start = stores()[2], time.monotonic()
    try:
        with connect(url, application="parity build") as connection:
            stand = where_it_stands(connection)
        if stand.pending:
            _stop(behind(stand), as_json)
        done = build_models(
            url,
            settings.home,
            settings.dbt_dir,
            selection,
            full_refresh=full_refresh,
            tell=(lambda _: None) if as_json else _say,
        )
    except psycopg.OperationalError as error:
        _stop(f"The warehouse does not answer: {str(error).strip()} Start it with `parity up`.", as_json)
    except RuntimeError as error:
        _stop(str(error), as_json)
    seconds = round(time.monotonic() - start, 1)
    if as_json:
        print(json.dumps({**asdict(done), "seconds": seconds}))
    else:
        for failure in done.failures:
            errors.print(failure, markup=False, highlight=False)
        if done.built:
            _say(f"Built: {', '.join(done.built)}.")
        if done.skipped:
            _say(f"Not tried, as something above failed: {', '.join(done.skipped)}.")
        _say(
            f"{len(done.built)} models built, {done.n_unchanged} stood already; {done.n_tests_passed} tests passed,"
            f" {len(done.warnings)} warned; {len(done.failures)} failed. {seconds} s."
        )
    if done.failures:
        raise typer.Exit(1)


def _say(sentence: str) -> None:
    console.print(sentence, markup=False, highlight=False)


def _stop(sentence: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": sentence}))
    errors.print(sentence, markup=False, highlight=False)
    raise typer.Exit(2) from None
