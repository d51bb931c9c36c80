"""`parity build`: dbt on the instance's warehouse, one model or all of them."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Annotated

import psycopg
import typer

from cli.context import here
from cli.exit_codes import ExitCode
from cli.output import AsJson, complain, fail, print_json, say


def build(
    select: Annotated[
        list[str] | None,
        typer.Argument(help="Models or folders of models; everything if none is named.", metavar="SELECT"),
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build what is selected whole, whatever it holds already.")
    ] = False,
    as_json: AsJson = False,
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
    """
    from cli.dbt_build import UnknownModel, selectors
    from cli.dbt_build import build as build_models
    from parity.database import connect
    from parity.migrate import behind, where_it_stands

    context = here(as_json)
    settings, start = context.settings, time.monotonic()
    try:
        selection = selectors(select or [], settings.dbt_dir)
    except UnknownModel as error:
        fail(error, ExitCode.WRONG_INPUT, as_json=as_json)
    url = context.warehouse_url
    try:
        with connect(url, application="parity build") as connection:
            stand = where_it_stands(connection)
        if stand.pending:
            fail(behind(stand), ExitCode.CANNOT_RUN, as_json=as_json)
        done = build_models(
            url,
            settings.home,
            settings.dbt_dir,
            selection,
            full_refresh=full_refresh,
            tell=(lambda _: None) if as_json else say,
        )
    except psycopg.OperationalError as error:
        fail(
            f"The warehouse does not answer: {str(error).strip()} Start it with `parity up`.",
            ExitCode.CANNOT_RUN,
            as_json=as_json,
        )
    except RuntimeError as error:
        fail(error, ExitCode.CANNOT_RUN, as_json=as_json)
    seconds = round(time.monotonic() - start, 1)
    if as_json:
        print_json({**asdict(done), "seconds": seconds})
    else:
        for failure in done.failures:
            complain(failure)
        if done.built:
            say(f"Built: {', '.join(done.built)}.")
        if done.skipped:
            say(f"Not tried, as something above failed: {', '.join(done.skipped)}.")
        say(
            f"{len(done.built)} models built, {done.n_unchanged} stood already; {done.n_tests_passed} tests passed,"
            f" {len(done.warnings)} warned; {len(done.failures)} failed. {seconds} s."
        )
    if done.failures:
        raise typer.Exit(ExitCode.NOT_OK)
