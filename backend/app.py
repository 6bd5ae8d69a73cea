"""The Flask app of one container: views, error answers, headers and the static site around them."""

from typing import Final

from flask import Flask, Response
from pymongo.errors import PyMongoError

from backend.bootstrap import Container
from backend.catalogue.api import blueprint as catalogue_blueprint
from backend.dossiers.api import blueprint as dossiers_blueprint
from backend.dossiers.desk_api import blueprint as desk_blueprint
from backend.dossiers.exchange_api import blueprint as exchange_blueprint
from backend.http import health, public_files
from backend.http.api import Api, Blueprint
from backend.http.app_parts import keep_container
from backend.http.headers import register_headers
from backend.http.limits import bound_request
from backend.http.problems import answer_fault, answer_unavailable, register_problem_handlers
from backend.http.security import admit
from backend.http.site import Site, policy_of
from backend.identity.api import blueprint as identity_blueprint
from backend.infra.mongo import is_unavailable
from backend.inspections.api import blueprint as inspections_blueprint
from backend.notices.api import blueprint as notices_blueprint
from backend.payments.api import blueprint as payments_blueprint
from backend.payments.desk_api import blueprint as payments_desk_blueprint
from backend.payments.receipts_api import blueprint as receipts_blueprint
from backend.results.api import blueprint as results_blueprint
from backend.wallet.api import blueprint as wallet_blueprint

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    identity_blueprint,
    catalogue_blueprint,
    notices_blueprint,
    wallet_blueprint,
    results_blueprint,
    dossiers_blueprint,
    desk_blueprint,
    exchange_blueprint,
    inspections_blueprint,
    payments_blueprint,
    receipts_blueprint,
    payments_desk_blueprint,
)
"""Every capability's views, in the order of the OpenAPI document."""


def create_app(container: Container) -> Flask:
    """An app that serves the API, the site and the health check of ``container``."""
    app = Flask("backend", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config["PROPAGATE_EXCEPTIONS"] = False
    keep_container(app, container)
    register_headers(app)
    app.before_request(bound_request)
    app.before_request(admit)
    register_problem_handlers(app)
    app.register_error_handler(PyMongoError, _answer_database_fault)
    api = Api(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    health.register(app)
    public_files.register(app)
    site = container.settings.site_dir
    app.wsgi_app = Site(app.wsgi_app, site, policy_of(site))  # type: ignore[method-assign]
    return app


def _answer_database_fault(fault: PyMongoError) -> Response:
    return answer_unavailable(fault) if is_unavailable(fault) else answer_fault(fault)
