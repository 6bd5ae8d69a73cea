"""The sandbox of an agency's desk: the page of its one-stop software, and a client of the city's machine API.

    python -m scripts.sandbox_agency --port 8002 --data data --public-url http://localhost:8000

Results are delivered, suspended, restored and revoked here as a real agency would: signed PDFs, private_key_jwt, DPoP.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, redirect, render_template, request, url_for

from scripts.sandbox import desk_form, words
from scripts.sandbox.agency import TYPE_NAMES, TYPES, Agency, NotRegistered, fresh_id
from scripts.sandbox.machine_client import ApiRefused, ApiUnreachable
from scripts.sandbox.seed_data import agency_name
from scripts.sandbox.web import Listener, make_site, require_own_form, sandbox_arguments, serve
from shared_models.credential.types import BY_KEY

ACTIONS = {
    "suspend": ("Tạm đình chỉ", "Đã tạm đình chỉ"),
    "restore": ("Cho hoạt động lại", "Đã cho hoạt động lại"),
    "revoke": ("Thu hồi", "Đã thu hồi"),
}
ALLOWED = {"active": ("suspend", "revoke"), "suspended": ("restore", "revoke"), "revoked": ()}
CHANGE_FIELDS = ("change_id", "action", "reason", "decision_number", "decision_date")


def make_app(data: Path, origin: str, authority: Path | None = None) -> Flask:
    """The desk for all agencies of the seed, over the city at ``origin``, trusted by ``authority`` (PEM) when named."""
    app = make_site("sandbox_agency")
    agencies: dict[str, Agency] = {}

    def agency() -> Agency:
        code = request.view_args["code"] if request.view_args else ""
        if code not in TYPES:
            abort(404)
        if code not in agencies:
            agencies[code] = Agency(data, code, origin, authority)
        return agencies[code]

    def page(name: str, here: Agency, **values: Any) -> str:
        return render_template(
            name,
            agency=here,
            agencies={code: agency_name(code) for code in TYPES},
            type_names=TYPE_NAMES,
            actions=ACTIONS,
            shown_status=desk_form.shown_status,
            day=show_day,
            **values,
        )

    @app.get("/")
    def first() -> Any:
        return redirect(url_for("desk", code=next(iter(TYPES))))

    @app.errorhandler(ApiRefused)
    @app.errorhandler(ApiUnreachable)
    @app.errorhandler(NotRegistered)
    def in_words(fault: Exception) -> tuple[str, int]:
        """An answer that no form can show beside its fields: a page of its own."""
        return render_template("desk_problem.html", problem=problem_of(fault)), 502

    add_lists(app, agency, page)
    add_deliveries(app, agency, page)
    add_changes(app, agency, page)
    return app


def problem_of(fault: Exception) -> dict[str, Any]:
    if isinstance(fault, ApiRefused):
        return {"text": words.sentence(fault), "details": words.details(fault)}
    return {"text": words.NOT_REGISTERED if isinstance(fault, NotRegistered) else words.UNREACHABLE, "details": []}


def show_day(text: str | None) -> str:
    return date.fromisoformat(text).strftime("%d/%m/%Y") if text else "không thời hạn"


def asked_type(here: Agency) -> str:
    """The licence type that a page or a form is about; an agency's first where none is named."""
    kind = request.values.get("type", here.type)
    if kind not in here.types:
        abort(404)
    return kind


def own_form(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a form that another page filled in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        require_own_form()
        return view(*args, **kwargs)

    return guarded


def add_lists(app: Flask, agency: Callable[[], Agency], page: Callable[..., str]) -> None:
    @app.get("/<code>/")
    def desk(code: str) -> str:  # noqa: ARG001  read by agency()
        here = agency()
        kind = asked_type(here)
        results = [result for result in here.results() if result["type"] == kind]
        shown = {"results": results, "delivery": fresh_id("giao"), "key": here.present_key()}
        return page("desk_list.html", here, type=kind, **shown)

    @app.post("/<code>/key")
    @own_form
    def change_key(code: str) -> Any:
        agency().change_key()
        return redirect(url_for("desk", code=code, done="key"), 303)

    @app.get("/<code>/results/<result_id>")
    def one(code: str, result_id: str) -> str:  # noqa: ARG001
        here = agency()
        result = here.result(result_id)
        form = {"change_id": fresh_id("qd"), "decision_date": desk_form.today().isoformat()}
        allowed = ALLOWED[result["state"]]
        return page("desk_result.html", here, result=result, allowed=allowed, form=form, done=request.args.get("done"))

    @app.get("/<code>/licences/<licence_id>/<any(sheet, document):what>.pdf")
    def file(code: str, licence_id: str, what: str) -> Response:  # noqa: ARG001
        here = agency()
        content = here.sheet(licence_id) if what == "sheet" else here.signed_document(licence_id)
        return Response(content, mimetype="application/pdf")


def add_deliveries(app: Flask, agency: Callable[[], Agency], page: Callable[..., str]) -> None:
    def form_page(here: Agency, form: Any, problem: Any = None) -> str:
        kind = asked_type(here)
        return page(
            "desk_form.html",
            here,
            type=BY_KEY[kind],
            activity_hint=desk_form.ACTIVITY_HINTS[kind],
            form=form,
            problem=problem,
            people=desk_form.people(),
            communes=desk_form.communes(),
        )

    @app.get("/<code>/new")
    def new(code: str) -> str:  # noqa: ARG001
        here = agency()
        form = desk_form.sample(asked_type(here), here.numbers())
        return form_page(here, {**form, "delivery_id": fresh_id("giao")})

    @app.post("/<code>/results")
    @own_form
    def deliver(code: str) -> Any:
        here = agency()
        form = request.form.to_dict()
        try:
            licence = desk_form.licence_of(asked_type(here), form)
            made = here.deliver(form["delivery_id"], licence)
        except ApiRefused as refusal:
            # Refused is not delivered: what is corrected now goes under an id of its own.
            return form_page(here, {**form, "delivery_id": fresh_id("giao")}, problem_of(refusal)), 422
        except ApiUnreachable as fault:
            return form_page(here, form, problem_of(fault)), 502
        except (KeyError, ValueError):
            return form_page(here, form, {"text": "Ngày có hiệu lực chưa đúng.", "details": []}), 422
        return redirect(url_for("one", code=code, result_id=made["id"], done="delivered"), 303)

    @app.post("/<code>/sample")
    @own_form
    def deliver_sample(code: str) -> Any:
        here = agency()
        kind = asked_type(here)
        licence = desk_form.licence_of(kind, desk_form.sample(kind, here.numbers()))
        made = here.deliver(request.form["delivery_id"], licence)
        return redirect(url_for("one", code=code, result_id=made["id"], done="delivered"), 303)


def add_changes(app: Flask, agency: Callable[[], Agency], page: Callable[..., str]) -> None:
    def change() -> dict[str, str]:
        found = {name: request.form.get(name, "").strip() for name in CHANGE_FIELDS}
        if found["action"] not in ACTIONS:
            abort(400)
        return found

    @app.post("/<code>/results/<result_id>/confirm")
    @own_form
    def confirm(code: str, result_id: str) -> Any:  # noqa: ARG001
        """The second question: what will happen, to whom, and from when it cannot be taken back."""
        here = agency()
        asked = change()
        result = here.result(result_id)
        missing = [name for name in ("reason", "decision_number", "decision_date") if not asked[name]]
        if missing:
            problem = {
                "text": "Một vài mục chưa đúng.",
                "details": [f"{words.FIELDS[name]}: cần điền" for name in missing],
            }
            allowed = ALLOWED[result["state"]]
            return page("desk_result.html", here, result=result, allowed=allowed, form=asked, problem=problem), 422
        return page("desk_confirm.html", here, result=result, change=asked)

    @app.post("/<code>/results/<result_id>/status")
    @own_form
    def carry_out(code: str, result_id: str) -> Any:
        here = agency()
        asked = change()
        try:
            here.change_status(result_id, asked)
        except (ApiRefused, ApiUnreachable) as fault:
            problem, result = problem_of(fault), here.result(result_id)
            form = {**asked, "change_id": fresh_id("qd")} if isinstance(fault, ApiRefused) else asked
            allowed = ALLOWED[result["state"]]
            return page("desk_result.html", here, result=result, allowed=allowed, form=form, problem=problem), 422
        return redirect(url_for("one", code=code, result_id=result_id, done=asked["action"]), 303)


def main() -> None:
    options = sandbox_arguments(__doc__)
    serve(Listener(options.port, make_app(options.data, options.public_url, options.authority)))


if __name__ == "__main__":
    main()
