"""The command `parity`. Each subcommand is a thin shell over one function of a room; heavy imports stand inside."""

from __future__ import annotations

import typer

from cli.build import build
from cli.dbt_docs import docs
from cli.exit_codes import ExitCode, epilog
from cli.gate import gate_app
from cli.generate import generate
from cli.hr.app import hr_app
from cli.indicators import explain, indicators
from cli.kobo.app import kobo_app
from cli.landing import landing_app
from cli.migrate import migrate
from cli.output import complain
from cli.raw import raw_app
from cli.release.app import release_app
from cli.roadmap import roadmap_app
from cli.services import demo, down, status, up
from parity.settings import BadSetting

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Parity: from surveys and staff files to published indicators."
)
app.add_typer(kobo_app, name="kobo")
app.add_typer(release_app, name="release")
app.add_typer(hr_app, name="hr")
app.add_typer(roadmap_app, name="roadmap")
app.add_typer(raw_app, name="raw")
app.add_typer(landing_app, name="landing")
app.add_typer(gate_app, name="gate")
for command in (up, down, status, demo, indicators, explain, docs, migrate, generate):
    app.command()(command)
app.command(epilog=epilog("parity build"))(build)


def main() -> None:
    """Run the command; tables that are not those of this code, settings of no use and a landing that fails end every command in one sentence."""
    from ingestion.landing.errors import LandingError
    from parity.migrate import NotMigrated

    try:
        app()
    except (NotMigrated, LandingError) as error:
        complain(error)
        raise SystemExit(ExitCode.CANNOT_RUN) from None
    except BadSetting as error:
        complain(error)
        raise SystemExit(ExitCode.WRONG_INPUT) from None


if __name__ == "__main__":
    main()
