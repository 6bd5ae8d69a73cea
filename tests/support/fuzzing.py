"""Fuzzing the API's contract: schemathesis draws requests from our OpenAPI document, we sign and send them.

Each operation is tried by nobody and by each role, with a valid DPoP proof for every request. Half of what is drawn
obeys the schemas and half breaks them; identifiers in paths are often real ones, so that more than 404 is reached.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import EnvironBuilder, TestResponse

from tests.support.api import API
from tests.support.world import ROLES, World

CHECKS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
CALLERS = ("anonymous", *ROLES)
CATALOGUE = json.loads((Path(__file__).parents[2] / "mobile" / "i18n" / "en.json").read_text("utf-8"))


@dataclass
class Found:
    """What a run saw: statuses by operation, and one line for each thing that is wrong."""

    tried: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def read_schema(world: World) -> BaseSchema:
    """Our own document, read through the app. Proofs and tokens are made here, not drawn."""
    generation = GenerationConfig(with_security_parameters=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    return schemathesis.openapi.from_wsgi(f"{API}/openapi.json", world.cast.app, config=config)


def operations(schema: BaseSchema) -> list[APIOperation]:
    return [found.ok() for found in schema.get_all_operations()]


def try_operation(world: World, operation: APIOperation, caller: str, examples: int, number: int) -> Found:
    """Sends ``examples`` requests of each mode by one caller; ``number`` seeds what is drawn."""
    found = Found()
    # An operation that takes nothing, or only names in its path, has nothing that could be broken.
    can_be_broken = bool(operation.body) or bool(operation.query)
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if can_be_broken else (GenerationMode.POSITIVE,):
        strategy = _with_real_ids(operation.as_strategy(generation_mode=mode), world)
        _run(world, strategy, caller, Plan(examples, number, found))
    return found


@dataclass(frozen=True)
class Plan:
    examples: int
    number: int
    found: Found


def _run(world: World, strategy: st.SearchStrategy[Case], caller: str, plan: Plan) -> None:
    @seed(plan.number)
    @settings(
        max_examples=plan.examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=strategy)
    def send_one(case: Case) -> None:
        answer = send(world, case, caller)
        plan.found.tried += 1
        plan.found.statuses[answer.status_code] += 1
        plan.found.wrong += faults(case, answer, caller)

    send_one()


def _with_real_ids(strategy: st.SearchStrategy[Case], world: World) -> st.SearchStrategy[Case]:
    def aim(case: Case, is_real: bool) -> Case:
        if is_real:
            case.path_parameters = {name: world.ids.get(name, value) for name, value in case.path_parameters.items()}
        return case

    return st.builds(aim, strategy, st.sampled_from([True, True, False]))


def send(world: World, case: Case, caller: str) -> TestResponse:
    """One request as its caller would send it: what was drawn, with a token and a proof for exactly its address."""
    phone = world.caller(caller)
    drawn: dict[str, Any] = case.as_transport_kwargs()
    address = EnvironBuilder(path=drawn["path"], method=drawn["method"]).get_request().base_url
    headers = {**dict(drawn.pop("headers", None) or {}), "DPoP": phone.proof(case.method, "", htu=address)}
    if phone.access_token:
        headers["Authorization"] = f"DPoP {phone.access_token}"
    return phone.app.test_client().open(**drawn, headers=headers)


def faults(case: Case, answer: TestResponse, caller: str) -> list[str]:
    """What is wrong with an answer: a fault of ours, a break of the document, a problem without its sentence."""
    where = f"{case.operation.label} as {caller}: {answer.status_code}"
    wrong = [f"{where}: server error: {answer.get_data(as_text=True)[:200]}"] if answer.status_code >= 500 else []
    try:
        case.validate_response(answer, checks=CHECKS)
    except (Failure, FailureGroup) as failure:
        wrong.append(f"{where}: {str(failure)[:400]}")
    if answer.status_code >= 400:
        code = (answer.get_json(silent=True) or {}).get("code")
        wrong += [] if f"error.{code}" in CATALOGUE else [f"{where}: {code} has no sentence"]
    return wrong
