"""The people of a list from the warehouse: the compact copy of an agency's newest list, else the rows of raw.

A copy saves the next list of a million people from reading as many rows. It is no source of its own: where it is another list's, or the contract
says otherwise who has left, the rows are read. A new key of the agency removes it.
"""

from __future__ import annotations

import datetime as dt

import psycopg
import pyarrow as pa
from pyarrow import csv

from ingestion.hr.continuity.list_people import WORDS, ListPeople, coded, left_codes, number_of, person_numbers
from parity.catalogue import HrContract

ROWS = """
copy (
    select
        person_key, sex_code as sex, rank_name as rank, unit_name as unit, coalesce(birth_year, 0) as birth_year,
        coalesce(hire_date - date '0001-01-01' + 1, 0) as hire_date,
        (period_date is null or (separation_date is null or separation_date > period_date)
            and not coalesce(trim(active_code) = any(%(left)s), false))::int as is_in_post
    from raw.hr_staff
    where delivery_no = %(number)s and agency_code = %(agency)s and coalesce(period_date, '1900-01-01') = %(date)s)
to stdout (format csv, header)
"""
KEPT = "select people from raw.hr_list_people where contract = %s and agency_code = %s and delivery_no = %s and period_date = %s"
KEEP = """
insert into raw.hr_list_people (contract, agency_code, delivery_no, period_date, people) values (%s, %s, %s, %s, %s)
on conflict (contract, agency_code) do update set
    delivery_no = excluded.delivery_no, period_date = excluded.period_date, people = excluded.people
where excluded.period_date >= hr_list_people.period_date
"""
TYPES = {
    "person_key": pa.string(),
    **dict.fromkeys(WORDS, pa.string()),
    "birth_year": pa.int16(),
    "hire_date": pa.int32(),
    "is_in_post": pa.uint8(),
}


def people_of(connection: psycopg.Connection, contract: HrContract, agency: str, number: int, date: dt.date) -> ListPeople:
    """The people of delivery `number`'s list of `date`."""
    kept = connection.cursor(binary=True).execute(KEPT, (contract.name, agency, number, date)).fetchone()
    people = ListPeople.from_bytes(kept[0]) if kept else None
    return people if people and people.left == left_codes(contract) else from_rows(connection, contract, agency, number, date)


def from_rows(connection: psycopg.Connection, contract: HrContract, agency: str, number: int, date: dt.date) -> ListPeople:
    """As `people_of`, from the rows of raw."""
    asked = {"number": number, "agency": agency, "date": date, "left": list(left_codes(contract))}
    sink = pa.BufferOutputStream()
    with connection.cursor() as cursor, cursor.copy(ROWS, asked) as copy:
        for block in copy:
            sink.write(block)
    table = csv.read_csv(
        pa.BufferReader(sink.getvalue()),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=TYPES, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]
        ),
    )
    columns = {name: table[name].to_numpy() for name in ("birth_year", "hire_date", "is_in_post")}
    words = {}
    for name in WORDS:
        columns[name], words[name] = coded(table[name])
    columns["person"] = person_numbers(table["person_key"]) ^ number_of(agency)
    return ListPeople.of_rows(columns, words, left_codes(contract))


def keep(connection: psycopg.Connection, contract: str, agency: str, number: int, date: dt.date, people: ListPeople) -> None:
    """Keep a copy of the list, in place of an earlier one of the agency. A later one stays."""
    connection.execute(KEEP, (contract, agency, number, date, people.as_bytes()))


def forget(connection: psycopg.Connection, agency: str) -> None:
    """Remove the agency's copies: its people have other pseudonyms from now on."""
    connection.execute("delete from raw.hr_list_people where agency_code = %s", (agency,))
