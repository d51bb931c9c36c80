"""Which form on the server a contract speaks of, and what the token may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingestion.kobo.client import KoboClient
from ingestion.kobo.errors import KoboError
from ingestion.kobo.raw import Cursor
from parity.catalogue import Catalogue, KoboContract


@dataclass(frozen=True)
class FormOnServer:
    form: str
    asset_uid: str


def list_forms(client: KoboClient, catalogue: Catalogue) -> list[FormOnServer]:
    """The forms that have a contract and stand deployed on the server, in the contracts' order."""
    client.me()
    by_name = {asset["name"]: asset["uid"] for asset in client.assets() if asset.get("has_deployment")}
    return [
        FormOnServer(contract.name, by_name[contract.asset_name])
        for contract in catalogue.kobo.values()
        if contract.asset_name in by_name
    ]


def find_asset(client: KoboClient, contract: KoboContract, cursor: Cursor | None) -> dict[str, Any]:
    """The form's detail: where it was last time, or found by its name."""
    if cursor is not None:
        try:
            asset = client.asset(cursor.asset_uid)
            if asset.get("name") == contract.asset_name and asset.get("has_deployment"):
                return asset
        except KoboError as error:
            if error.response is None or error.response.status_code != 404:
                raise
    uids = [asset["uid"] for asset in client.assets() if asset["name"] == contract.asset_name and asset.get("has_deployment")]
    if not uids:
        raise KoboError(
            f"No deployed form named '{contract.asset_name}' is on {client.url}",
            f"Deploy it, share it with the token's account, or correct asset_name in {contract.name}.yml.",
        )
    if len(uids) > 1:
        raise KoboError(
            f"{len(uids)} forms named '{contract.asset_name}' are on {client.url} ({', '.join(uids)})",
            "Rename those that are not meant, or stop sharing them with the token's account.",
        )
    return client.asset(uids[0])


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
