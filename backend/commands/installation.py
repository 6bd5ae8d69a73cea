"""`congdan migrate` and `congdan openapi`: what an installation is made of."""

import json

from backend.app import create_app
from backend.commands.options import Commands, Env, Options, open_container, open_database
from backend.http.api import openapi_of
from backend.infra.migrations import migrate
from backend.infra.system import SystemClock


def add(commands: Commands, _env: Env) -> None:
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(run=migrate_database)
    commands.add_parser("openapi", help="print the OpenAPI document").set_defaults(run=print_openapi)


def migrate_database(_options: Options) -> int:
    """Runs the migrations that have not run."""
    with open_database() as database:
        for name in migrate(database, SystemClock()):
            print(f"applied {name}")
    return 0


def print_openapi(_options: Options) -> int:
    """Prints the OpenAPI document."""
    with open_container() as container:
        print(json.dumps(openapi_of(create_app(container)), ensure_ascii=False, indent=2))
    return 0
