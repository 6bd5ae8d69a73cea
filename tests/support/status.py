"""The published status lists, read as a verifier reads them."""

from backend.bootstrap import Container
from backend.infra.verify import run_checks
from shared_models.credential.status_list import (
    Status,
    StatusList,
    accept_status_list,
    parse_status_list,
    status_list_checks,
)


def status_lists_of(container: Container) -> dict[str, StatusList]:
    """Every list that was signed, verified with the published trust list, by uri."""
    trust = container.wallet.trust.current().trust
    found = {}
    for row in container.wallet.status_lists.published():
        draft = parse_status_list(container.wallet.status_lists.token(row.n)[0], row.uri)
        found[row.uri] = accept_status_list(draft, trust, run_checks(status_list_checks(draft, trust)), None)
    return found


def status_of(container: Container) -> dict[str | None, str]:
    """What the lists say of each credential, by device id; None is the paper one. For tests with one licence."""
    lists = status_lists_of(container)
    return {
        row["device_id"]: Status(lists[row["status_uri"]].entries[row["list_index"]]).name
        for row in container.database.collection("credentials").find()
    }
