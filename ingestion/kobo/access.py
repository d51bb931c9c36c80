"""Which form on the server a contract speaks of, and what the token may do with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    """`twins`: further deployed projects that the contract may mean as well."""

    form: str
    asset_uid: str
    twins: tuple[str, ...] = ()


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
    def doubled(self) -> tuple[str, ...]:
        """What it means that a form has several projects, form by form: the sync stays with one that it follows already."""
        return tuple(
            f"{found.form}: {len(found.twins) + 1} deployed projects are the contract's ({', '.join((found.asset_uid, *found.twins))}),"
            f" and answers of one are synced at most. {_one_of(found.form, self.account)}"
            for found in self.forms
            if found.twins
        )

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
    meant = {contract.name: _meant(contract, assets) for contract in catalogue.kobo.values()}
    contracts = catalogue.kobo.values()
    return Sight(
        client.url,
        client.account,
        len(assets),
        tuple(FormOnServer(one.name, *_first(meant[one.name])) for one in contracts if meant[one.name]),
        tuple((one.name, one.asset_name, any(_is_named(a, one) for a in assets)) for one in contracts if not meant[one.name]),
        client.origin,
    )


def _first(meant: Sequence[Mapping[str, Any]]) -> tuple[str, tuple[str, ...]]:
    return meant[0]["uid"], tuple(asset["uid"] for asset in meant[1:])


def _is_named(asset: Mapping[str, Any], contract: KoboContract) -> bool:
    """Whether the project is the one that the contract names, by its uid or else by its name."""
    return asset.get("uid") == contract.asset_uid if contract.asset_uid else asset.get("name") == contract.asset_name


def is_archived(asset: Mapping[str, Any]) -> bool:
    """Whether a deployed project takes no answers any more; older servers do not say."""
    return bool(asset.get("has_deployment")) and asset.get("deployment__active") is False


def _meant(contract: KoboContract, assets: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The deployed projects that the contract may mean: those that take answers, or where none does, those that are archived."""
    deployed = [asset for asset in assets if asset.get("has_deployment") and _is_named(asset, contract)]
    return [asset for asset in deployed if not is_archived(asset)] or deployed


def list_forms(client: KoboClient, catalogue: Catalogue) -> list[FormOnServer]:
    """The forms that have a contract and stand deployed on the server, in the contracts' order."""
    return list(look(client, catalogue).forms)


def find_asset(client: KoboClient, contract: KoboContract, cursor: Cursor | None) -> dict[str, Any]:
    """The form's detail: where it was last time and still takes answers, or found by its name, or by the uid that the contract says."""
    if cursor is not None and contract.asset_uid in (None, cursor.asset_uid):
        try:
            asset = client.asset(cursor.asset_uid)
            if _is_named(asset, contract) and asset.get("has_deployment") and not is_archived(asset):
                return asset
        except KoboError as error:
            if error.status != 404:
                raise
    seen = list(client.assets())
    uids = [asset["uid"] for asset in _meant(contract, seen)]
    if not uids:
        where = (
            "it is there, but not deployed"
            if any(_is_named(a, contract) for a in seen)
            else f"{client.account} sees {len(seen)} others"
        )
        called, key = (
            (f"with the uid {contract.asset_uid}", "asset_uid")
            if contract.asset_uid
            else (f"named '{contract.asset_name}'", "asset_name")
        )
        raise NoForms(
            f"No deployed form {called} is on {client.url}: {where}",
            f"Deploy it, share it with {client.account}, or correct {key} in {contract.name}.yml.",
        )
    if len(uids) > 1:
        raise KoboError(
            f"{len(uids)} forms named '{contract.asset_name}' are on {client.url} ({', '.join(uids)})",
            _one_of(contract.name, client.account),
        )
    return client.asset(uids[0])


def _one_of(form: str, account: str) -> str:
    return (
        f"Archive or rename those that are not meant, stop sharing them with {account}, or name the one that is meant by asset_uid in"
        f" catalogue/sources/kobo/{form}.yml."
    )


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
