"""``python -m push [--health-port N]``: the process that sends what the backend wrote into the outbox."""

import argparse
import logging
import signal
import sys
from datetime import timedelta
from threading import Event
from types import FrameType

from pymongo import MongoClient

from push.channels import open_channels
from push.clock_watch import ClockWatch
from push.health import serve_health
from push.relay import Relay
from push.render import Renderer
from push.settings import LEASE_S, Settings, SettingsFault
from push.store import Document, OutboxStore
from push.system import SystemChance, SystemClock, elapsed_s, environment, process_name
from shared_models.agreed_clock import AgreedClock
from shared_models.log_line import JsonFormatter, log_strays

LOG = logging.getLogger("push")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m push", description=__doc__)
    parser.add_argument("--health-port", type=int, default=None, help="answer /healthz on this loopback port")
    parser.add_argument("--lease", type=int, default=LEASE_S, metavar="S", help="how long a claimed message is ours")
    arguments = parser.parse_args()
    try:
        settings = Settings.from_env(environment(), arguments.health_port, arguments.lease)
    except SettingsFault as fault:
        for line in fault.faults:
            sys.stderr.write(f"push: {line}\n")
        return 2
    start_logging(settings.log_level)
    run(settings)
    return 0


def start_logging(level: str) -> None:
    """One JSON object a line on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter("push"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("pymongo").setLevel(logging.WARNING)
    log_strays()


def run(settings: Settings) -> None:
    """Send until SIGTERM or SIGINT; what is under way then is finished (at most the channel's time limit)."""
    stop = Event()

    def asked_to_stop(number: int, _frame: FrameType | None) -> None:
        LOG.info("%s: finishing what is under way", signal.Signals(number).name)
        stop.set()

    signal.signal(signal.SIGTERM, asked_to_stop)
    signal.signal(signal.SIGINT, asked_to_stop)
    clock = AgreedClock(SystemClock(settings.clock_offset_file), elapsed_s)
    client: MongoClient[Document] = MongoClient(
        settings.mongodb_uri,
        tz_aware=True,
        serverSelectionTimeoutMS=5000,
        socketTimeoutMS=15_000,
        appname="congdan-push",
        w="majority",
    )
    with client:
        database = client.get_default_database("congdan")
        store = OutboxStore(database, process_name(), timedelta(seconds=settings.lease_s))
        watch = ClockWatch(clock, store.time, stop)
        watch.start()
        relay = Relay(
            store=store,
            channels=open_channels(settings, clock),
            renderer=Renderer(settings.public_url),
            clock=clock,
            chance=SystemChance(),
            workers=settings.workers,
        )
        server = None
        if settings.health_port is not None:
            checks = {"/livez": relay.is_turning, "/healthz": relay.is_alive}
            server = serve_health(settings.health_port, checks, lambda: relay.counts)
        LOG.info("push is at work: %d senders, lease %d s", settings.workers, settings.lease_s)
        relay.run(stop, settings.poll_s)
        if server is not None:
            server.shutdown()
    LOG.info("push has stopped")


if __name__ == "__main__":
    sys.exit(main())
