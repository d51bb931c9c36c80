"""The tables raw.catalogue_*: the catalogue as dbt reads it."""

from ingestion.catalogue_tables.indicators import INDICATORS
from ingestion.catalogue_tables.promises import PROMISES
from ingestion.catalogue_tables.staff import STAFF
from ingestion.catalogue_tables.surveys import SURVEYS
from ingestion.catalogue_tables.table import Table
from ingestion.catalogue_tables.vocabulary import VOCABULARY

TABLES = (*VOCABULARY, *STAFF, *INDICATORS, *PROMISES, *SURVEYS)

__all__ = ["STAFF", "TABLES", "Table"]
