"""`python -m backend.jobs`: the timed work of the platform, on as many machines as one likes (infra/leases.py).

A job that fails is logged and has its turn again sooner; the others go on. SIGTERM ends the process once the job that
is running has finished.
"""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pymongo.errors import PyMongoError

from backend.bootstrap import Container, build
from backend.config import Settings, SettingsFault
from backend.infra.clock_watch import watch_clock
from backend.infra.health_port import serve_health
from backend.infra.pulse import Pulse
from backend.infra.system import environment, process_name
from backend.infra.telemetry import Beat, start_logging
from shared_models.agreed_clock import is_settled

PROCESS: Final = "jobs"
TICK_S: Final = 1.0
RETRY_AFTER_S: Final = 15
IDLE_PATIENCE_S: Final = 30.0
"""Between two turns there is a second, and a database that does not answer is given up sooner than this."""

OUTBOX_KEPT: Final = timedelta(days=30)
"""How long messages that are done are kept, for whoever asks why a notification did not come."""

RECEIPTS_AT_ONCE: Final = 50

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is due every ``every_s`` seconds, somewhere; one that takes longer than ``patience_s`` hangs."""

    name: str
    every_s: int
    run: Callable[[Container], object]
    patience_s: float = 300.0


def seal_ledger(container: Container) -> int:
    """Seals the access ledger's entries of past minutes."""
    return container.ledger.seal(container.clock.now())


def sign_status_lists(container: Container) -> object:
    """Signs the status lists that are due or have changed."""
    return container.wallet.sign_due_lists(container.clock.now())


def clean_outbox(container: Container) -> int:
    """Deletes messages that were finished long ago."""
    outbox = container.database.collection("outbox")
    before = container.clock.now() - OUTBOX_KEPT
    return sum(
        outbox.delete_many({"state": state, "due_at": {"$lt": before}}).deleted_count
        for state in ("sent", "dropped", "dead")
    )


def clean_refused(container: Container) -> int:
    """Deletes refused deliveries, and their files, when their time is over."""
    return container.results.refused.clean(container.clock.now())


def sweep_files(container: Container) -> int:
    """Deletes what deliveries that were cut off, and receipts that were rendered twice at once, left in the stores."""
    return container.results.sweep_files() + container.payments.receipts.files.sweep()


def clean_heartbeats(container: Container) -> int:
    """Forgets processes that ended long ago."""
    return container.heartbeats.forget(container.clock.now())


def revoke_lost(container: Container) -> int:
    """Turns the old codes of a lost key red, once the grace is over in which their owners got new ones."""
    return container.wallet.reminting.revoke_due()


def close_unanswered(container: Container) -> int:
    """Stops dossiers whose supplement was not answered in its time."""
    return container.dossiers.deadlines.close_unanswered()


def warn_of_deadlines(container: Container) -> int:
    """Tells officers of deadlines that come near or are over."""
    return container.dossiers.deadlines.warn()


def clean_uploads(container: Container) -> int:
    """Forgets uploads that were never sent with a dossier, and the files that nothing names."""
    return container.dossiers.uploads.clean() + container.dossiers.sweep_files()


def ask_silent_gateways(container: Container) -> int:
    """Asks gateways that never tell by themselves what became of an attempt."""
    return container.payments.chasing.ask_silent(container.clock.now())


def chase_payments(container: Container) -> int:
    """Asks about attempts whose notice has not come, and ends attempts and orders that are over."""
    return container.payments.chasing.ask_late(container.clock.now())


def chase_refunds(container: Container) -> int:
    """Asks gateways again about refunds that they have not answered for."""
    return container.payments.desk.refunds.chase(container.clock.now())


def render_receipts(container: Container) -> int:
    """Makes the files of receipts that have none yet."""
    return container.payments.receipts.render_missing(RECEIPTS_AT_ONCE)


JOBS: Final[tuple[Job, ...]] = (
    Job("ledger.seal", 20, seal_ledger),
    Job("status_lists.sign", 15, sign_status_lists),
    Job("remints.revoke", 60, revoke_lost),
    Job("outbox.clean", 3600, clean_outbox),
    Job("dossiers.close", 600, close_unanswered),
    Job("dossiers.warn", 300, warn_of_deadlines),
    Job("uploads.clean", 3600, clean_uploads),
    Job("refused.clean", 3600, clean_refused),
    Job("payments.ask", 10, ask_silent_gateways),
    Job("payments.chase", 30, chase_payments),
    Job("refunds.chase", 60, chase_refunds),
    Job("receipts.render", 15, render_receipts),
    Job("files.sweep", 3600, sweep_files),
    Job("heartbeats.clean", 3600, clean_heartbeats),
)
"""Every job there is."""


def run_due(container: Container, jobs: Sequence[Job] = JOBS, pulse: Pulse | None = None) -> list[str]:
    """Runs the jobs whose turn it is and returns their names; a job that fails does not stop the others."""
    pulse = pulse or Pulse(IDLE_PATIENCE_S)
    ran = []
    for job in jobs:
        pulse.turn(IDLE_PATIENCE_S)
        if container.schedules.claim(job.name, job.every_s):
            ran.append(job.name)
            pulse.turn(job.patience_s)
            _run(container, job)
    pulse.turn(IDLE_PATIENCE_S)
    return ran


def _run(container: Container, job: Job) -> None:
    try:
        outcome = job.run(container)
    except Exception:  # noqa: BLE001 - see below
        # Whatever is wrong with one job, also a fault of ours, the others have their turn; the log has the trace.
        _log.exception("job failed", extra={"job": job.name})
        container.schedules.postpone(job.name, min(RETRY_AFTER_S, job.every_s))
    else:
        if outcome:
            _log.info("job done", extra={"job": job.name, "outcome": str(outcome)})


def work(container: Container, stop: threading.Event, pulse: Pulse, jobs: Sequence[Job] = JOBS) -> None:
    """Runs due jobs until ``stop`` is set."""
    while not stop.is_set():
        pulse.turn(IDLE_PATIENCE_S)
        try:
            if is_settled(container.clock):
                run_due(container, jobs, pulse)
        except PyMongoError as fault:
            # The database is away: the next tick asks again.
            _log.warning("jobs could not be claimed", extra={"fault": type(fault).__name__})
        stop.wait(TICK_S)


def main() -> int:
    try:
        settings = Settings.from_env(environment())
        container = build(settings)
    except (SettingsFault, OSError, ValueError) as fault:
        for sentence in getattr(fault, "faults", [str(fault)]):
            print(f"congdan: {sentence}", file=sys.stderr)  # noqa: T201 - there is no logging before the settings
        return 2
    start_logging(PROCESS, settings.log_level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    pulse = Pulse(IDLE_PATIENCE_S)
    health = serve_health(settings.jobs_health_port, pulse.is_beating, container.database.is_alive)
    watch_clock(container.clock, container.database, stop)
    Beat(container.heartbeats, PROCESS, process_name(), pulse.is_beating, stop).start()
    _log.info("jobs started", extra={"jobs": [job.name for job in JOBS]})
    work(container, stop, pulse)
    health.shutdown()
    container.database.close()
    _log.info("jobs ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
