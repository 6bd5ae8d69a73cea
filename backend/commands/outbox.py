"""`congdan outbox`: messages that wait, and those that push could not send (docs/operations.md, "Notifications")."""

from collections.abc import Callable
from typing import Final

from backend.commands.options import Commands, Env, Options, count, open_container, print_json
from shared_models.clock import to_wire
from shared_models.errors import Conflict, NotFound
from shared_models.outbox import MessageState

SHOWN_AT_ONCE: Final = 200


def add(commands: Commands, _env: Env) -> None:
    topic = commands.add_parser("outbox", help="messages to be sent").add_subparsers(required=True)
    listing = topic.add_parser("list", help="how many of each state; with --dead, each dead one")
    listing.add_argument("--dead", action="store_true", help="the dead ones, the oldest first")
    listing.add_argument("--limit", type=count, default=SHOWN_AT_ONCE, help=f"dead ones at most ({SHOWN_AT_ONCE})")
    listing.set_defaults(run=list_messages)
    show = topic.add_parser("show", help="one in full, without its address")
    show.add_argument("id")
    show.set_defaults(run=show_message)
    retry = topic.add_parser("retry", help="send dead ones again")
    retry.add_argument("id", nargs="*")
    retry.add_argument("--all", action="store_true", help="every dead one")
    retry.set_defaults(run=retry_messages)
    drop = topic.add_parser("drop", help="never send them")
    drop.add_argument("id", nargs="+")
    drop.set_defaults(run=drop_messages)


def list_messages(options: Options) -> int:
    """Counts by state and reason."""
    with open_container() as container:
        outbox = container.outbox
        figures = outbox.figures()
        print("  ".join(f"{state} {number}" for state, number in figures.states.items()))
        if figures.oldest_due_at:
            print(f"the oldest that waits is due since {to_wire(figures.oldest_due_at)}")
        for reason, dead in figures.dead.items():
            print(f"{dead:6} dead: {reason}")
        for message in outbox.messages(MessageState.DEAD, options.limit) if options.dead else ():
            done_at = to_wire(message["done_at"]) if message["done_at"] else "-"
            print(f"{message['id']}  {done_at}  {message['attempts']} x  {message['host']}  {message['last_error']}")
    return 0


def show_message(options: Options) -> int:
    """One message as JSON."""
    with open_container() as container:
        print_json(container.outbox.message(options.id))
    return 0


def retry_messages(options: Options) -> int:
    """Makes dead messages ready; 1 when one cannot be."""
    if bool(options.id) == options.all:
        raise ValueError("name messages, or --all")
    with open_container() as container:
        outbox = container.outbox
        return _each(outbox.dead_ids() if options.all else options.id, outbox.send_again, "ready")


def drop_messages(options: Options) -> int:
    """Ends messages; 1 when one cannot be."""
    with open_container() as container:
        return _each(options.id, container.outbox.drop, "dropped")


def _each(ids: list[str], act: Callable[[str], None], done: str) -> int:
    refused = 0
    for message_id in ids:
        try:
            act(message_id)
        except (NotFound, Conflict) as refusal:
            refused += 1
            print(f"{message_id}  {refusal.code}")
        else:
            print(f"{message_id}  {done}")
    return 1 if refused else 0
