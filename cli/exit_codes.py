"""How every command ends: one table for all groups, also printed in docs/reference/exit-codes.md by `parity generate`."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script may rely on. The sentence says what happened, whatever the command."""

    meaning: str

    DONE = 0, "The command did what it was asked, and found nothing wrong."
    NOT_OK = 1, "The command ran, and the answer is no: refused, failed, different, out of date, or rows were left out."
    WRONG_INPUT = 2, "What you gave is wrong: an argument, a setting, the catalogue or a staff file. Nothing was changed."
    CANNOT_RUN = (
        3,
        "Something that the command needs is missing or does not answer: a service, a table, a key. Nothing was decided.",
    )
    INTERRUPTED = 130, "You stopped it with Ctrl-C. The message says what goes on in the background."

    def __new__(cls, number: int, meaning: str) -> ExitCode:
        member = int.__new__(cls, number)
        member._value_ = number
        member.meaning = meaning
        return member


# What the codes mean to a group that says more than the table.
GROUPS = {
    "parity hr check, parity hr load": {
        ExitCode.DONE: "The file loads whole.",
        ExitCode.NOT_OK: "The file loads without the rows that are listed.",
        ExitCode.WRONG_INPUT: "The file is refused, or there is no such file or contract.",
    },
    "parity build": {
        ExitCode.NOT_OK: "A model or a test failed.",
        ExitCode.WRONG_INPUT: "There is no such model. Nothing was tried.",
    },
    "parity gate": {
        ExitCode.NOT_OK: "A critical check failed.",
        ExitCode.WRONG_INPUT: "The catalogue is wrong.",
        ExitCode.CANNOT_RUN: "A check could not be run. Airflow tries again.",
    },
    "parity generate --check, parity migrate --check": {
        ExitCode.NOT_OK: "Something is out of date, and nothing was changed.",
    },
    "parity kobo sync, parity kobo reconcile": {
        ExitCode.NOT_OK: "A form was refused, is held, or is no longer there, or raw differs from the server. Each form is listed; the others were done.",
        ExitCode.WRONG_INPUT: "The address or the token is wrong, or there is no such contract.",
        ExitCode.CANNOT_RUN: "The server does not answer, or shows the account no form that a contract names.",
    },
    "parity kobo accept": {
        ExitCode.NOT_OK: "The form is not held, or the reason is missing. Nothing was accepted.",
    },
    "parity landing verify": {
        ExitCode.DONE: "Every file lies there as it landed, or was put right.",
        ExitCode.NOT_OK: "A file is missing, torn, unfinished or unknown. Each is listed with what to do.",
        ExitCode.CANNOT_RUN: "The landing or the database does not answer.",
    },
    "parity kobo check": {
        ExitCode.NOT_OK: "The questionnaire has faults. Each is listed.",
    },
}


def epilog(group: str) -> str:
    """The codes of a group in one line, for `--help`."""
    return "Exit codes: " + " ".join(f"{code}: {meaning}" for code, meaning in GROUPS[group].items())


def exit_codes_page() -> str:
    """docs/reference/exit-codes.md as Markdown."""
    lines = [
        "# Exit codes",
        "",
        "<!-- Made from cli/exit_codes.py by `parity generate`: edit there, and run it again. -->",
        "",
        "Every command of `parity` ends with one of these numbers, so that a script can tell what happened. The message says why, and what to do.",
        "",
        "| exit code | meaning |",
        "|---|---|",
        *(f"| {code.value} | {code.meaning} |" for code in ExitCode),
        "",
        "Some commands say more:",
        "",
        "| command | exit code | meaning |",
        "|---|---|---|",
        *(
            f"| `{'`, `'.join(group.split(', '))}` | {code.value} | {meaning} |"
            for group, said in GROUPS.items()
            for code, meaning in said.items()
        ),
    ]
    return "\n".join(lines) + "\n"
