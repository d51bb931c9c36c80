"""Where the landing is and how it is reached: one record for the settings and for Airflow's connection. Its secret is never printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from parity.settings import BadSetting, Settings

OBJECTS = ("s3", "s3a")


@dataclass(frozen=True)
class LandingPlace:
    """`endpoint`: of an S3-compatible store that is not Amazon's. Without `key` and `secret`, the machine's own role or `AWS_*` is used."""

    url: str
    endpoint: str | None = None
    region: str | None = None
    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raises BadSetting where an address holds a login, which would stand in logs and tables, or half of one is given."""
        for what, url in (("The address of the landing", self.url), ("The endpoint of the landing", self.endpoint)):
            if url and "://" in url and "@" in urlsplit(url).netloc:
                raise BadSetting(
                    f"{what} holds a login. Take it out of the address: PARITY_LANDING_KEY and PARITY_LANDING_SECRET hold it,"
                    " or login and password of Airflow's connection `landing`."
                )
        if bool(self.key) != bool(self.secret):
            raise BadSetting(
                "The landing's key and secret belong together: set PARITY_LANDING_KEY and PARITY_LANDING_SECRET, or neither."
            )
        if self.endpoint and "://" not in self.endpoint:
            raise BadSetting("PARITY_LANDING_ENDPOINT is no address: write it with https:// or http://.")

    @property
    def is_objects(self) -> bool:
        return urlsplit(self.url).scheme in OBJECTS

    def options(self) -> dict[str, Any]:
        """What fsspec needs to reach it, besides the URL."""
        if not self.is_objects:
            return {}
        said = {"endpoint_url": self.endpoint, "key": self.key, "secret": self.secret}
        region = {"client_kwargs": {"region_name": self.region}} if self.region else {}
        return {name: value for name, value in said.items() if value} | region


def landing_place(settings: Settings) -> LandingPlace:
    """That of the settings. Raises BadSetting."""
    return LandingPlace(
        settings.landing_url, settings.landing_endpoint, settings.landing_region, settings.landing_key, settings.landing_secret
    )
