"""A warehouse made before answers moved into their submission keeps them."""

import psycopg

from ingestion.warehouse import ensure_schemas


def test_answers_of_an_older_warehouse_move_to_their_submission(warehouse):
    with psycopg.connect(warehouse) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.kobo_submission (form text not null, asset_uid text not null, submission_id bigint not null,"
            " root_uuid text, uuid text, version_uid text, submitted_at timestamptz, validation_status text,"
            " is_deleted boolean not null, content_hash text not null, loaded_at timestamptz not null default clock_timestamp())"
        )
        connection.execute(
            "create table raw.kobo_answer (form text not null, asset_uid text not null, submission_id bigint not null,"
            " content_hash text not null, field text not null, value text not null)"
        )
        connection.execute(
            "insert into raw.kobo_submission (form, asset_uid, submission_id, is_deleted, content_hash) values"
            " ('f', 'a', 1, false, 'x'), ('f', 'a', 1, false, 'y'), ('f', 'a', 2, false, 'z')"
        )
        connection.execute(
            "insert into raw.kobo_answer values ('f', 'a', 1, 'x', 'q', '1'), ('f', 'a', 1, 'x', 'r', '2'), ('f', 'a', 1, 'y', 'q', '3')"
        )
        for _ in range(2):
            ensure_schemas(connection)
        answers = "select submission_id, content_hash, field, value from raw.kobo_answer order by 1, 2, 3"
        assert connection.execute(answers).fetchall() == [(1, "x", "q", "1"), (1, "x", "r", "2"), (1, "y", "q", "3")]
