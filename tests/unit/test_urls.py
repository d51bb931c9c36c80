"""Addresses of databases: what must be quoted is, and libpq reads each part back."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict

from parity.database import dbt_environment
from parity.urls import libpq_url, postgres_url, with_login_of
from publication.readers import Readers

ODD = ["plain", "a b", "p@ss:w/o?r#d%41", "ü'\"\\", "+=&"]


@pytest.mark.parametrize("word", ODD)
def test_a_login_of_any_signs_is_read_back_by_libpq_and_by_dbt(word):
    url = postgres_url(word, f"{word}!", "db.example", 5433, "parity")
    read = conninfo_to_dict(url)
    assert (read["user"], read["password"], read["host"], read["port"], read["dbname"]) == (
        word,
        f"{word}!",
        "db.example",
        "5433",
        "parity",
    )
    dbt = dbt_environment(url)
    assert [dbt[f"PARITY_DB_{name}"] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        word,
        f"{word}!",
        "db.example",
        "5433",
        "parity",
    ]


def test_an_address_of_ipv6_keeps_its_brackets():
    assert postgres_url("a", "b", "::1", 5432, "c") == "postgresql://a:b@[::1]:5432/c"


def test_the_driver_of_sqlalchemy_is_left_out_and_options_stay():
    assert libpq_url("postgresql+psycopg2://a:b@c:1/d?sslmode=require") == "postgresql://a:b@c:1/d?sslmode=require"


def test_dbt_takes_libpqs_defaults_where_an_address_is_short():
    dbt = dbt_environment("postgresql://parity@/parity")
    assert (dbt["PARITY_DB_HOST"], dbt["PARITY_DB_PORT"], dbt["PARITY_DB_PASSWORD"]) == ("127.0.0.1", "5432", "")


def test_the_owner_reaches_the_readers_database_with_the_warehouse_login():
    owner, place = "postgresql://owner:o%40@one:5432/parity", "postgresql://reader:r@two:5433/readers?sslmode=require"
    assert with_login_of(owner, place) == "postgresql://owner:o%40@two:5433/readers?sslmode=require"
    readers = Readers.of(owner, place)
    assert (readers.url, readers.role) == ("postgresql://owner:o%40@two:5433/readers?sslmode=require", "reader")
