"""Fills an empty city with a demonstration: agencies, communes, staff, agencies' systems, people and their licences.

    python -m scripts.seed --data data          (settings from the environment, as for the server)

Licences go through the real result service at the moment at which they were issued, with PDFs that were really signed,
so that expired, suspended and revoked ones are what they are by their own history. Running it again adds what is
missing. Nothing here is for a production city: it refuses one.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from backend.bootstrap import Container, Replaced, build
from backend.catalogue.service import FileFault
from backend.config import Settings, SettingsFault
from backend.infra.printing.seal import Seal
from backend.infra.system import environment
from backend.results.service import Delivery, StatusChange
from scripts.sandbox import authenticators, pki
from scripts.sandbox.agency import sign_delivery
from scripts.sandbox.egov_store import egov_folder
from scripts.sandbox.seed_data import FOLDER, agency_name, deciding_agencies, issuing_agencies, load
from shared_models.access import ROLE_SCOPES, Actor, Duty, Role, Scope
from shared_models.clock import CITY_ZONE, FixedClock, city_date
from shared_models.errors import Invalid
from shared_models.place import Commune, CommuneKind
from shared_models.result import StatusAction
from shared_models.schemas.results import ResultDeliverySchema

_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
OFFICE_OPENS = time(8, 30)
Say = Callable[[str], None]
Step = tuple[datetime, Callable[[], None]]


def seed(settings: Settings, data: Path, say: Say) -> None:
    """Add what is missing.

    Raises:
        ValueError: a production city.
    """
    if settings.is_production:
        raise ValueError("a production city is not seeded with a demonstration")
    pki.prepare(data)
    now = datetime.now(UTC)
    clock = FixedClock(now)
    city = build(settings, Replaced(clock=clock))
    try:
        add_directory(city)
        add_catalogue(city, say)
        add_staff(city, data / "sandbox" / "accounts.json")
        add_second_steps(city, authenticators.file_of(data))
        clients = {code: add_client(city, data, code) for code in issuing_agencies()}
        for code in deciding_agencies():
            add_egov(city, data, code)
        count = add_licences(city, data, clients, now)
        if count:
            say(f"{count} licences delivered to demo citizens")
    finally:
        city.database.close()


def add_directory(city: Container) -> None:
    """Agencies, communes and people, all marked as a demonstration's."""
    people = city.identity.people
    agencies = load("agencies")
    placed = sum("commune" in row for row in agencies)
    held = city.database.collection("agencies")
    if held.count_documents({}) < len(agencies) or held.count_documents({"commune_code": {"$gt": ""}}) < placed:
        for row in load("communes"):
            people.put_commune(Commune(row["code"], row["name"], CommuneKind(row["kind"])))
        for row in agencies:
            more = {"commune_code": row.get("commune"), "tax_code": demo_tax_code(row["code"])}
            people.put_agency(row["code"], row["name"], is_demo=True, **more)
    if city.database.collection("persons").count_documents({"is_demo": True}) < len(load("people")):
        for row in load("people"):
            person_id = people.ensure_person(row["personal_id"], row["full_name"])
            people.place_person(person_id, row["commune"], is_demo=True)


def demo_tax_code(agency_code: str) -> str:
    """Ten digits of which the last, the check digit, is wrong on purpose.

    So it is nobody's: what agencies' codes really are is theirs to put (`congdan agencies put --tax-code`).
    """
    digits = "04" + "".join(letter for letter in agency_code if letter.isdigit()).ljust(7, "0")[:7]
    weighed = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, digits, strict=True))
    return f"{digits}{(10 - weighed % 11 + 1) % 10}"


def add_catalogue(city: Container, say: Say) -> None:
    """Procedures, forms and the calendar of domain knowledge; what nobody has read in a law says `needs_review`."""
    try:
        brought = city.catalogue.files.bring_in(FOLDER, "seed")
    except FileFault as fault:
        if not city.catalogue.list(city.catalogue.today()):
            raise
        # An older demonstration: what it has published stays, and dossiers of it hang on that.
        say(f"the catalogue stays as it is in this city: {fault}")
        return
    if brought.versions:
        say(f"{brought.versions} versions of procedures, {brought.forms} forms")


def add_staff(city: Container, accounts_file: Path) -> None:
    """Accounts with passwords of this installation alone; they are shown on the page of demo codes."""
    accounts: dict[str, str] = json.loads(accounts_file.read_text("utf-8")) if accounts_file.exists() else {}
    for row in load("staff"):
        duties = [Duty(duty) for duty in row.get("duties", ())]
        known = city.identity.staff.of_username(row["username"])
        if known is not None:
            if duties and not known.get("duties"):
                city.identity.staff.set_duties(row["username"], duties)
            continue
        # Written down before the account is made: a crash in between leaves a password that nobody has yet.
        accounts.setdefault(row["username"], _demo_password())
        _write_private(accounts_file, accounts)
        role = Role(row["role"])
        password = accounts[row["username"]]
        city.identity.staff.add(row["username"], password, row["full_name"], role, row["agency"], duties=duties)


def add_second_steps(city: Container, secrets_file: Path) -> None:
    """Turn sign-in codes on where the demonstration has them; their secrets are shown as codes beside the passwords."""
    secrets_now: dict[str, str] = json.loads(secrets_file.read_text("utf-8")) if secrets_file.exists() else {}
    for row in load("staff"):
        account = city.identity.staff.of_username(row["username"])
        if not row.get("totp") or account is None or account.get("totp"):
            continue
        # Written down before it counts, like the passwords.
        secrets_now[row["username"]] = city.identity.second_step_codes.begin(account)["secret"]
        _write_private(secrets_file, secrets_now)
        begun = city.identity.staff.of_username(row["username"])
        assert begun is not None, "accounts are not deleted"
        code = authenticators.code_of(secrets_now[row["username"]], city.clock.now().timestamp())
        city.identity.second_step_codes.confirm(begun, code)


def _demo_password() -> str:
    """Readable aloud and typed with one thumb: three groups of five from an alphabet without look-alikes, 70 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))


def add_client(city: Container, data: Path, code: str) -> Actor:
    """Register an agency's desk that delivers results; who it is when it does."""
    name = next(row["name"] for row in load("machine_clients") if row["agency"] == code)
    scopes = ROLE_SCOPES[Role.MACHINE] - {Scope.DOSSIERS_EXCHANGE}
    return _register(city, pki.agency_folder(data, code), code, (name, scopes))


def add_egov(city: Container, data: Path, code: str) -> None:
    """Register an agency's one-stop software, which exchanges dossiers and does nothing else."""
    scopes = frozenset({Scope.DOSSIERS_EXCHANGE, Scope.MACHINE_KEYS, Scope.PROFILE})
    _register(city, egov_folder(data, code), code, (f"Một cửa điện tử (eGov) – {agency_name(code)}", scopes))


def _register(city: Container, folder: Path, code: str, what: tuple[str, frozenset[Scope]]) -> Actor:
    """Make a software known by its public key, once."""
    name, scopes = what
    key = ECKey.import_key((folder / "client.pem").read_bytes())
    jwk = key.as_dict(private=False)
    mine = key.thumbprint()
    known = [
        client for client in city.identity.machines.of_agency(code) if any(one["jkt"] == mine for one in client["keys"])
    ]
    client_id = known[0]["_id"] if known else city.identity.machines.add(name, code, jwk, scopes)
    _write_private(folder / "client.json", {"client_id": client_id})
    return Actor(client_id, Role.MACHINE, name, scopes, code, agency_name(code))


def add_licences(city: Container, data: Path, clients: dict[str, Actor], now: datetime) -> int:
    """Deliver each licence on the day on which it was issued, oldest first; how many there were to deliver."""
    clock = city.clock
    assert isinstance(clock, FixedClock), "the seed moves the clock"
    seals = {code: Seal.open(pki.agency_folder(data, code), agency_name(code)) for code in clients}
    steps: list[Step] = []
    for row in load("licences"):
        steps += _steps_of(city, row, (seals[row["agency"]], clients[row["agency"]]), now)
    for moment, carry_out in sorted(steps, key=lambda step: step[0]):
        clock.at = moment
        carry_out()
    clock.at = now
    return sum(1 for _, carry_out in steps if carry_out.__name__ == "deliver")


def _steps_of(city: Container, row: dict[str, Any], by: tuple[Seal, Actor], now: datetime) -> list[Step]:
    """What is still to be done for one licence, each with its moment: its delivery, and what was decided since."""
    seal, actor = by
    today = city_date(now)
    issued_at = min(_office_hour(today + timedelta(days=row["from_days"])), now)
    delivery_key = {"_id": f"{row['agency']}:seed-{row['key']}"}
    before = city.database.collection("deliveries").find_one(delivery_key)
    made: dict[str, str] = {"id": before["result_id"]} if before else {}
    steps: list[Step] = []

    def deliver() -> None:
        printed = _printed(row, today)
        body = sign_delivery(seal, f"seed-{row['key']}", printed, row["signer"], issued_at)
        try:
            result, _ = city.results.deliver(actor, Delivery.from_wire(ResultDeliverySchema().load(body)))
        except Invalid as fault:
            raise ValueError(f"licence {row['key']} of the seed: {fault.code} {dict(fault.fields)}") from fault
        made["id"] = result["id"]

    if not before:
        steps.append((issued_at, deliver))
    change = row.get("change")
    result = city.database.collection("results").find_one({"_id": made.get("id")}, {"changes": 1})
    if change and not (result and result["changes"]):
        decided_on = today + timedelta(days=change["days"])

        def decide() -> None:
            city.results.change_status(
                actor,
                made["id"],
                StatusChange(
                    change_id=f"seed-{row['key']}-{change['action']}",
                    action=StatusAction(change["action"]),
                    reason=change["reason"],
                    decision_number=change["decision_number"],
                    decision_date=decided_on,
                ),
            )

        steps.append((_office_hour(decided_on), decide))
    return steps


def _printed(row: dict[str, Any], today: date) -> dict[str, Any]:
    until = row["until_days"]
    return {
        "type": row["type"],
        "number": row["number"],
        "holder": row["holder"],
        "activity": row["activity"],
        "place": row["place"],
        "valid_from": (today + timedelta(days=row["from_days"])).isoformat(),
        "valid_until": None if until is None else (today + timedelta(days=until)).isoformat(),
    }


def _office_hour(day: date) -> datetime:
    return datetime.combine(day, OFFICE_OPENS, CITY_ZONE).astimezone(UTC)


def _write_private(file: Path, content: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    fresh.replace(file)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    try:
        seed(Settings.from_env(environment()), options.data, print)
    except SettingsFault as fault:
        for sentence in fault.faults:
            print(f"seed: {sentence}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
