"""Which form on the server a contract speaks of, and what the token may do with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from ingestion.kobo.client import KoboClient
from ingestion.kobo.errors import LOCKED, KoboError, NoForms
from ingestion.kobo.origin import Origin
from ingestion.kobo.raw import Cursor
from parity.catalogue import Catalogue, KoboContract


@dataclass(frozen=True)
class FormOnServer:
    form: str
    asset_uid: str


@dataclass(frozen=True)
class Sight:
    """What the token's account sees on a server: how many projects, which of the contracts' forms, and what it does not see of the rest.

    `absent`: (contract, name of its project, whether that is there as a draft).
    """

    url: str
    account: str
    n_projects: int
    forms: tuple[FormOnServer, ...]
    absent: tuple[tuple[str, str, bool], ...]
    origin: Origin

    @property
    def expected(self) -> str:
        """The names that were looked for and not found, each with its contract."""
        return ", ".join(f"'{name}' ({form}{', not deployed yet' if is_draft else ''})" for form, name, is_draft in self.absent)

    @property
    def projects(self) -> str:
        """How many projects it sees, in words."""
        return f"{self.n_projects} project{'' if self.n_projects == 1 else 's'}"

    def require(self) -> None:
        """Raises NoForms where nothing can be synced."""
        if self.forms:
            return
        if not self.absent:
            raise NoForms("There is no contract in catalogue/sources/kobo/", "Write one for the form that is to be synced.")
        raise NoForms(
            f"{_capital(self.account)} on {self.url} sees {self.projects}, and no deployed form that a contract names: {self.expected}",
            f"Deploy the form, share its project with that account, or correct asset_name in catalogue/sources/kobo/. "
            f"For another server or account change {self.origin.address} and {self.origin.token}.",
        )

    def __str__(self) -> str:
        """Names the forms that have a contract and are not on the server."""
        return f"{_capital(self.account)} sees {self.projects} on {self.url}, and not these, which stay as they are: {self.expected}."


def look(client: KoboClient, catalogue: Catalogue) -> Sight:
    """What the token's account sees of the forms that have a contract. Raises KoboError."""
    client.me()
    assets = list(client.assets())
    by_name = {asset["name"]: asset["uid"] for asset in assets if asset.get("has_deployment")}
    drafts = {asset["name"] for asset in assets} - by_name.keys()
    contracts = catalogue.kobo.values()
    return Sight(
        client.url,
        client.account,
        len(assets),
        tuple(FormOnServer(one.name, by_name[one.asset_name]) for one in contracts if one.asset_name in by_name),
        tuple((one.name, one.asset_name, one.asset_name in drafts) for one in contracts if one.asset_name not in by_name),
        client.origin,
    )


def list_forms(client: KoboClient, catalogue: Catalogue) -> list[FormOnServer]:
    """The forms that have a contract and stand deployed on the server, in the contracts' order."""
    return list(look(client, catalogue).forms)


def find_asset(client: KoboClient, contract: KoboContract, cursor: Cursor | None) -> dict[str, Any]:
    """The form's detail: where it was last time, or found by its name."""
    if cursor is not None:
        try:
            asset = client.asset(cursor.asset_uid)
            if asset.get("name") == contract.asset_name and asset.get("has_deployment"):
                return asset
        except KoboError as error:
            if error.status != 404:
                raise
    seen = list(client.assets())
    named = [asset for asset in seen if asset["name"] == contract.asset_name]
    uids = [asset["uid"] for asset in named if asset.get("has_deployment")]
    if not uids:
        where = "it is there, but not deployed" if named else f"{client.account} sees {len(seen)} others"
        raise NoForms(
            f"No deployed form named '{contract.asset_name}' is on {client.url}: {where}",
            f"Deploy it, share it with {client.account}, or correct asset_name in {contract.name}.yml.",
        )
    if len(uids) > 1:
        raise KoboError(
            f"{len(uids)} forms named '{contract.asset_name}' are on {client.url} ({', '.join(uids)})",
            f"Rename those that are not meant, or stop sharing them with {client.account}.",
        )
    return client.asset(uids[0])


def no_longer_there(contract: KoboContract, connection: psycopg.Connection, client: KoboClient) -> NoForms | None:
    """What to say of a form that the account does not see: nothing where it was never synced."""
    row = connection.execute(
        "select to_char(synced_at at time zone 'UTC', 'YYYY-MM-DD'), n_live from ops.kobo_cursor where form = %s"
        " order by synced_at desc limit 1",
        (contract.name,),
    ).fetchone()
    connection.commit()
    if row is None:
        return None
    return NoForms(
        f"was last synced on {row[0]} with {row[1]:,} submissions, and {client.account} on {client.url} sees no deployed form named"
        f" '{contract.asset_name}' any more",
        f"What was loaded stays. Share its project with that account again, deploy it, or correct asset_name in {contract.name}.yml.",
    )


@contextmanager
def reading(client: KoboClient, contract: KoboContract) -> Iterator[None]:
    """Name account and form where the server refuses (403) or does not show (404) what belongs to the form."""
    try:
        yield
    except KoboError as error:
        if error.status not in (403, 404) or LOCKED in str(error):
            raise
        raise KoboError(
            f"{_capital(client.account)} on {client.url} may not read all of the form '{contract.asset_name}' ({error.what})",
            "Share its project with that account, with the right 'View submissions'; or use the token of an account that has it,"
            f" in {client.origin.token}.",
            error.response,
        ) from None


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def rights(asset: Mapping[str, Any]) -> set[str]:
    """What the token may do with the form. Older servers do not say: a counter that is shown tells a full view."""
    listed = asset.get("effective_permissions")
    if listed is None:
        return {"view_submissions"} if asset.get("deployment__submission_count") is not None else set()
    return {right["codename"] for right in listed}


def sees_everything(asset: Mapping[str, Any]) -> bool:
    """Whether the token may view every submission of the asset, not the part that matches a filter."""
    return "view_submissions" in rights(asset)


def signature(asset: Mapping[str, Any]) -> str:
    """The rights in one spelling, by which two syncs compare them."""
    return " ".join(sorted(rights(asset)))


def rights_notices(asset: Mapping[str, Any], before: str | None) -> list[str]:
    """What of the token's rights changes what a sync can prove; `before`: their signature at the last sync."""
    notices = []
    if not sees_everything(asset):
        notices.append("the token sees a part of the submissions at most: no deletion is recorded")
    if before is not None and before != signature(asset):
        then, now = set(before.split()), rights(asset)
        changes = (("lost", then - now), ("gained", now - then))
        told = "; ".join(f"{verb} {', '.join(sorted(names))}" for verb, names in changes if names)
        notices.append(f"the token's rights changed: {told}")
    return notices
