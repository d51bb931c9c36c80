"""The server that everything else stands on."""

import psycopg


def test_server_is_postgresql_18_on_loopback_with_password_authentication(postgres):
    with psycopg.connect(postgres.url()) as connection:
        assert connection.info.server_version // 10000 == 18
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        rules = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
    assert rules == [("scram-sha-256",)]


def test_each_test_gets_an_empty_database(empty_database):
    with psycopg.connect(empty_database) as connection:
        count = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    assert count == (0,)
