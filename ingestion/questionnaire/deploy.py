"""A questionnaire onto a KoboToolbox server: compared with what is deployed, imported, deployed, and read back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.kobo.access import is_archived
from ingestion.kobo.client import KoboClient
from ingestion.kobo.errors import KoboError
from ingestion.kobo.form import Form, read_form
from ingestion.questionnaire.difference import Change, changes
from ingestion.questionnaire.mapped import mapping_faults, versions
from ingestion.questionnaire.workbook import QuestionnaireError, build
from parity.catalogue import KoboContract
from parity.catalogue.questionnaire import Questionnaire

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATIENCE_SECONDS = 120  # a server imports in the background


@dataclass(frozen=True)
class Deployment:
    """What is to be done. `asset`: the form on the server, None where it is new. `changes`: against what is deployed.

    `versions`: those that were deployed so far, oldest first.
    """

    questionnaire: Questionnaire
    languages: tuple[str, ...]
    asset: dict[str, Any] | None
    changes: tuple[Change, ...]
    versions: tuple[Form, ...] = ()

    @property
    def is_deployed(self) -> bool:
        return self.asset is not None and bool(self.asset.get("has_deployment"))

    @property
    def is_needed(self) -> bool:
        return not self.is_deployed or bool(self.changes)

    @property
    def breaks(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.breaks)

    @property
    def unready(self) -> tuple[str, ...]:
        """Languages that are not field-ready."""
        return tuple(name for name in self.languages if self.questionnaire.status(name) != "field-ready")


def prepare(
    client: KoboClient, questionnaire: Questionnaire, languages: Sequence[str], asset_uid: str | None = None
) -> Deployment:
    """Compare the questionnaire in these languages with the server's form of the same title, or with the project `asset_uid`.

    Writes nothing. Raises KoboError.
    """
    client.me()
    found = _projects(client, questionnaire, asset_uid)
    if not found:
        return Deployment(questionnaire, tuple(languages), None, ())
    asset = client.asset(found[0]["uid"])
    if is_archived(asset):
        raise KoboError(
            f"The project '{asset['name']}' ({asset['uid']}) on {client.url} is archived and takes no answers",
            "Nothing was deployed. Rename it there to begin another under its name, or reopen it to go on with it.",
        )
    if not asset.get("has_deployment"):
        return Deployment(questionnaire, tuple(languages), asset, ())
    uid = asset["uid"]
    deployed = [version["uid"] for version in reversed(client.versions(uid)) if version.get("date_deployed")]
    contents = {version: client.version(uid, version)["content"] for version in [*deployed, asset["deployed_version_id"]]}
    now = contents[asset["deployed_version_id"]]
    former = tuple(read_form(version, content) for version, content in contents.items())
    return Deployment(questionnaire, tuple(languages), asset, tuple(changes(now, questionnaire, languages)), former)


def _projects(client: KoboClient, questionnaire: Questionnaire, asset_uid: str | None) -> list[dict[str, Any]]:
    """The project that is meant, or none where the form is new; those that are archived are passed over as far as there is another."""
    title = questionnaire.settings["form_title"]
    assets = list(client.assets())
    if asset_uid is not None:
        found = [asset for asset in assets if asset["uid"] == asset_uid]
        if not found:
            raise KoboError(
                f"No project with the uid {asset_uid} is on {client.url}, which the form's contract names by asset_uid",
                f"Nothing was deployed. Share it with {client.account}; or remove asset_uid, to begin another project.",
            )
        return found
    named = [asset for asset in assets if asset["name"] == title]
    found = [asset for asset in named if not is_archived(asset)] or named
    if len(found) > 1:
        raise KoboError(
            f"{len(found)} forms named '{title}' are on {client.url} ({', '.join(asset['uid'] for asset in found)})",
            f"Rename those that are not meant, stop sharing them with {client.account}, or name the one that is by asset_uid in the contract.",
        )
    return found


def require_mapped(deployment: Deployment, contract: KoboContract) -> None:
    """Refuse a version after which the form could not be synced. Raises QuestionnaireError."""
    forms = versions(deployment.questionnaire, deployment.versions, deployment.languages)
    if faults := mapping_faults(deployment.questionnaire, contract, forms):
        raise QuestionnaireError("\n".join([*map(str, faults), "Not deployed: the sync could not read this version."]))


def require(deployment: Deployment, *, allow_break: bool, allow_drafts: bool) -> None:
    """Refuse what would harm the survey unless told otherwise. Raises QuestionnaireError."""
    if deployment.unready and not allow_drafts:
        told = ", ".join(f"{name} ({deployment.questionnaire.status(name)})" for name in deployment.unready)
        raise QuestionnaireError(
            f"Not field-ready: {told}. Have them reviewed and set their status in translations.csv, leave them out with"
            " --language, or deploy a trial with --allow-draft-languages."
        )
    if deployment.breaks and not allow_break:
        listed = "\n".join(f"  {change.where}: {change.what}" for change in deployment.breaks)
        raise QuestionnaireError(
            f"Answers before and after these changes cannot be compared:\n{listed}\n"
            "Give a changed question a new name, keep the codes of choices, or say --allow-break."
        )


def deploy(client: KoboClient, deployment: Deployment) -> str:
    """Import and (re)deploy; the new version's uid, once the server shows it as it was meant. Raises KoboError."""
    uid = _import(client, deployment)
    asset = client.asset(uid)
    path = f"/api/v2/assets/{uid}/deployment/"
    if asset.get("has_deployment"):
        client.send("PATCH", path, json={"active": True, "version_id": asset["version_id"]})
    else:
        client.send("POST", path, json={"active": True})
    version = client.asset(uid)["deployed_version_id"]
    left = changes(client.version(uid, version)["content"], deployment.questionnaire, deployment.languages)
    if left:
        raise KoboError(
            f"{client.url} deployed version {version} otherwise than it was sent: {left[0].where}: {left[0].what}",
            "Look at the form on the server; deploy again, or deploy the former version there.",
        )
    return version


def _import(client: KoboClient, deployment: Deployment) -> str:
    """The uid of the form that now holds the questionnaire as its newest draft."""
    title = deployment.questionnaire.settings["form_title"]
    fields = {"name": title, "library": "false"}
    if deployment.asset is not None:
        fields["destination"] = f"{client.url}/api/v2/assets/{deployment.asset['uid']}/"
    workbook = build(deployment.questionnaire, deployment.languages)
    files = {"file": (f"{deployment.questionnaire.form}.xlsx", workbook, XLSX)}
    begun = client.send("POST", "/api/v2/imports/", data=fields, files=files)
    patience = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience:
        answer = client.get(f"/api/v2/imports/{begun['uid']}/")[1]
        if answer["status"] == "error":
            raise KoboError(
                f"{client.url} refused the form: {answer['messages'].get('error', answer['messages'])}",
                "Nothing was deployed. Run `parity kobo check`, then try again.",
            )
        if answer["status"] == "complete":
            return (answer["messages"].get("updated") or answer["messages"]["created"])[0]["uid"]
        time.sleep(0.5)
    raise KoboError(
        f"{client.url} did not end the import within {PATIENCE_SECONDS} s",
        "Nothing was deployed. Look at the project on the server; it may hold a new draft.",
    )
