"""`congdan deliveries`: what agencies delivered and the service refused (docs/operations.md, "Refused deliveries")."""

import sys
from pathlib import Path
from typing import Any, Final

from backend.bootstrap import Container
from backend.commands.options import Commands, Env, Options, open_container, print_json, reason
from backend.infra.key_files import PRIVATE, create
from backend.infra.mongo import Document
from backend.results.service import Delivery
from shared_models.access import Actor, Role, Scope
from shared_models.clock import to_wire
from shared_models.errors import Conflict, Forbidden, Invalid, NotFound
from shared_models.person import hide_personal_ids, mask_name, mask_personal_id
from shared_models.result import HolderKind, RefusedState

OPERATOR_ID: Final = "operator"
"""Who acts from the command line: no account of the installation, so the ledger has the name that was given."""


def add(commands: Commands, _env: Env) -> None:
    topic = commands.add_parser("deliveries", help="deliveries that were refused").add_subparsers(required=True)
    listing = topic.add_parser("list", help="one line each, newest first")
    listing.add_argument("--state", choices=[state.value for state in RefusedState], default=RefusedState.WAITING.value)
    listing.add_argument("--all", action="store_true", help="in every state")
    listing.set_defaults(run=list_refused)
    show = topic.add_parser("show", help="one in full, the person masked")
    show.add_argument("id")
    show.add_argument("--reveal", action="store_true", help="unmasked; the person can read it in their access log")
    show.add_argument("--purpose", type=reason, help="why, with --reveal: the person reads it")
    show.add_argument("--operator", type=reason, help="your name, with --reveal: the person reads it")
    show.add_argument("--document", type=Path, metavar="FILE", help="with --reveal: a new file for what was delivered")
    show.set_defaults(run=show_refused)
    retry = topic.add_parser("retry", help="deliver again, for the client that sent it")
    retry.add_argument("id", nargs="+")
    retry.set_defaults(run=retry_refused)
    reject = topic.add_parser("reject", help="never deliver it; what it held is deleted at once")
    reject.add_argument("id")
    reject.add_argument("--note", type=reason, required=True, help="why; the agency reads it")
    reject.set_defaults(run=reject_refused)


def list_refused(options: Options) -> int:
    """Names no person: when, how often, whose, what was wrong."""
    state = None if options.all else RefusedState(options.state)
    with open_container() as container:
        for entry in container.results.refused.entries(state):
            fields = ",".join(refused["field"] for refused in entry["refusal_fields"])
            print(
                f"{entry['_id']}  {entry['state']:9}  {to_wire(entry['last_at'])}  {entry['tries']:4} x  "
                f"{entry['agency_code']}  {entry['delivery_id']}  {entry['code']}  {fields}".rstrip(),
            )
        figures = container.results.refused.figures()
    print(f"{figures.waiting} waiting; {figures.dropped} dropped so far for newer ones of the same client")
    return 0


def show_refused(options: Options) -> int:
    """One entry as JSON."""
    if options.reveal and not (options.purpose and options.operator):
        raise ValueError("--reveal needs --purpose and --operator: the person can read both")
    if options.document and not options.reveal:
        raise ValueError("--document needs --reveal: the file names the person")
    with open_container() as container:
        entry = container.results.refused.entry(options.id)
        shown = _entry(entry)
        if entry["state"] == RefusedState.WAITING:
            shown["delivery"] = _delivery(container, entry, options)
    print_json(shown)
    return 0


def retry_refused(options: Options) -> int:
    """Delivers each again; 1 when one is refused again."""
    refused = 0
    with open_container() as container:
        for entry_id in options.id:
            try:
                result = container.results.deliver_again(entry_id)
            except (Invalid, Forbidden, Conflict, NotFound) as refusal:
                refused += 1
                print(f"{entry_id}  {refusal.code}")
            else:
                print(f"{entry_id}  delivered  {result['id']}")
    return 1 if refused else 0


def reject_refused(options: Options) -> int:
    """Closes an entry for good."""
    with open_container() as container:
        container.results.refused.reject(options.id, options.note)
    print(f"{options.id}  rejected")
    return 0


def _entry(entry: Document) -> dict[str, Any]:
    hidden = {"payload", "content_sha256", "order", "file_id", "_id"}
    shown = {"id": entry["_id"], **{name: value for name, value in entry.items() if name not in hidden}}
    return shown | {"number": hide_personal_ids(entry["number"])}


def _delivery(container: Container, entry: Document, options: Options) -> dict[str, Any]:
    delivery = container.results.refused.delivery(entry)
    if not options.reveal:
        return _masked(delivery)
    _note_reading(container, delivery, options)
    if options.document:
        create(options.document, delivery.document, PRIVATE)
    return delivery.to_payload()


def _masked(delivery: Delivery) -> dict[str, Any]:
    """What an operator needs to see which field is wrong, without knowing whose it is."""
    is_person = delivery.holder_kind is HolderKind.PERSON
    shown = delivery.to_payload() | {
        "personal_id": _masked_number(delivery.personal_id),
        "holder_name": mask_name(delivery.holder_name) if is_person else delivery.holder_name,
        "place": delivery.place and {"commune_code": delivery.place["commune_code"]},
    }
    return {name: hide_personal_ids(value) if isinstance(value, str) else value for name, value in shown.items()}


def _masked_number(number: str) -> str:
    """One that is malformed is told by its length: masking would show most of a short one."""
    return mask_personal_id(number) if len(number) == 12 else f"({len(number)} characters)"


def _note_reading(container: Container, delivery: Delivery, options: Options) -> None:
    """Writes the ledger before anything is shown, if the city knows the person; a number of nobody has no reader."""
    operator = Actor(OPERATOR_ID, Role.ADMINISTRATOR, options.operator, frozenset({Scope.PEOPLE_READ}))
    try:
        container.identity.people.look_up(operator, delivery.personal_id, options.purpose)
    except NotFound:
        print("nobody with this personal id is known here: there is no access log to write", file=sys.stderr)
