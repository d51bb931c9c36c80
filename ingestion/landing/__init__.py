"""The landing: what a source sent, verbatim and immutable, named by its content; a folder, or a bucket of object storage."""

from ingestion.landing.errors import LandingError, LandingFull, NotLanded, StoreFailed, TornFile
from ingestion.landing.landing import LandedFile, Landing, Torn
from ingestion.landing.ledger import note_torn, record

__all__ = [
    "LandedFile",
    "Landing",
    "LandingError",
    "LandingFull",
    "NotLanded",
    "StoreFailed",
    "Torn",
    "TornFile",
    "note_torn",
    "record",
]
