"""Where each question of a questionnaire stands in a submission: its groups' names and its own."""

from __future__ import annotations

from collections.abc import Iterator

from parity.catalogue.questionnaire import Questionnaire, Row


def groups_and_rows(questionnaire: Questionnaire) -> Iterator[tuple[Row, tuple[Row, ...]]]:
    """Each named row that is no group, in the order of the form, with the groups around it."""
    groups: list[Row] = []
    for row in questionnaire.survey:
        if row.kind == "begin_group":
            groups.append(row)
        elif row.kind == "end_group":
            if groups:
                groups.pop()
        elif row.name:
            yield row, tuple(groups)


def paths(questionnaire: Questionnaire) -> dict[str, Row]:
    """The same rows by their path."""
    return {"/".join([*(group.name for group in groups), row.name]): row for row, groups in groups_and_rows(questionnaire)}
