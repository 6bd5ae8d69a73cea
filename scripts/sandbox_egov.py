"""The sandbox of agencies' one-stop software (eGov): takes dossiers in, and exchanges them with the city.

    python -m scripts.sandbox_egov --port 8008 --data data --public-url http://localhost:8000

It pushes and pulls as a real one would (private_key_jwt, DPoP, real HTTP), on a button or by itself, and can be made to
misbehave: send twice, cut the line before the answer, change what has been changed on the other side.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from threading import Event, Thread
from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for

from scripts.sandbox import egov_words, words
from scripts.sandbox.egov import Egov, NotRegistered, procedures_of
from scripts.sandbox.egov_store import Case, egov_folder
from scripts.sandbox.machine_client import ApiRefused, ApiUnreachable
from scripts.sandbox.other_side import start_at_the_desk
from scripts.sandbox.seed_data import agency_name, deciding_agencies, load
from scripts.sandbox.web import Listener, make_site, require_own_form, sandbox_arguments, serve
from shared_models.dossier import DossierStatus, may_follow

BY_ITSELF_EVERY_S = 15.0


class Softwares:
    """Every agency's software, opened when it is first asked for."""

    def __init__(self, data: Path, origin: str, authority: Path | None = None) -> None:
        self.data, self.origin, self.authority = data, origin, authority
        self._open: dict[str, Egov] = {}

    def of(self, agency: str) -> Egov:
        """Raises KeyError for an agency that has none, NotRegistered before the city knows it."""
        if agency not in deciding_agencies():
            raise KeyError(agency)
        if agency not in self._open:
            self._open[agency] = Egov.open(self.data, agency, self.origin, self.authority)
        return self._open[agency]

    def go_by_themselves(self, ended: Event, every_s: float = BY_ITSELF_EVERY_S) -> None:
        """Exchange for every agency where that is turned on, until ``ended``."""
        while not ended.wait(every_s):
            for agency in deciding_agencies():
                if not (egov_folder(self.data, agency) / "state.json").exists():
                    continue
                here = self.of(agency)
                try:
                    if here.store.state().is_on:
                        here.synchronise()
                except (ApiRefused, ApiUnreachable) as fault:
                    print(f"{agency}: {fault}", flush=True)


def make_app(softwares: Softwares) -> Flask:
    app = make_site("sandbox_egov")

    def software() -> Egov:
        try:
            return softwares.of(request.view_args["agency"] if request.view_args else "")
        except KeyError:
            abort(404)

    def page(name: str, here: Egov, **values: Any) -> str:
        agencies = {code: agency_name(code) for code in deciding_agencies()}
        shared = {"statuses": egov_words.STATUSES, "state_of": egov_words.state_of, "moment": egov_words.moment}
        shared |= {"answer_in_words": egov_words.answer_in_words}
        return render_template(name, here=here, agencies=agencies, origin=softwares.origin, **shared, **values)

    @app.get("/")
    def first() -> Any:
        return redirect(url_for("desk", agency="H17.30.05"))

    @app.errorhandler(ApiRefused)
    @app.errorhandler(ApiUnreachable)
    @app.errorhandler(NotRegistered)
    def in_words(fault: Exception) -> tuple[str, int]:
        text = words.sentence(fault) if isinstance(fault, ApiRefused) else words.UNREACHABLE
        if isinstance(fault, NotRegistered):
            text = words.NOT_REGISTERED
        return render_template("desk_problem.html", problem={"text": text, "details": []}), 502

    add_desk(app, software, page)
    add_case(app, software, page, softwares)
    return app


def own_form(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a form that another page filled in."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        require_own_form()
        return view(*args, **kwargs)

    return guarded


def add_desk(app: Flask, software: Callable[[], Egov], page: Callable[..., str]) -> None:
    @app.get("/<agency>/")
    def desk(agency: str) -> str:
        here = software()
        values = {"cases": here.store.cases(), "state": here.store.state(), "procedures": procedures_of(agency)}
        return page("egov_list.html", here, people=load("people"), **values)

    @app.post("/<agency>/take-in")
    @own_form
    def take_in(agency: str) -> Any:
        here = software()
        codes = {row["code"] for row in procedures_of(agency)}
        people = {row["personal_id"] for row in load("people")}
        if request.form.get("procedure") not in codes or request.form.get("person") not in people:
            abort(400)
        case = here.take_in(request.form["procedure"], request.form["person"])
        return redirect(url_for("one", agency=agency, exchange_id=case.id), 303)

    @app.post("/<agency>/<any(push, pull, both, switch):what>")
    @own_form
    def exchange(agency: str, what: str) -> Any:
        here = software()
        if what == "switch":
            state = here.store.state()
            state.is_on = not state.is_on
            here.store.keep_state(state)
        else:
            {"push": here.push, "pull": here.pull, "both": here.synchronise}[what]()
        return redirect(url_for("desk", agency=agency), 303)


def add_case(app: Flask, software: Callable[[], Egov], page: Callable[..., str], softwares: Softwares) -> None:
    def case_of(here: Egov, exchange_id: str) -> Case:
        found = here.store.case(exchange_id)
        if found is None:
            abort(404)
        return found

    @app.get("/<agency>/dossiers/<exchange_id>")
    def one(agency: str, exchange_id: str) -> str:
        here = software()
        case = case_of(here, exchange_id)
        now = DossierStatus(case.record["status"])
        following = [int(status) for status in DossierStatus if may_follow(now, status)]
        named = next(
            (row["name"]["vi"] for row in procedures_of(agency) if row["code"] == case.record["procedure_code"]), ""
        )
        return page("egov_case.html", here, case=case, following=following, procedure=named)

    @app.post("/<agency>/dossiers/<exchange_id>/change")
    @own_form
    def change(agency: str, exchange_id: str) -> Any:
        here = software()
        case_of(here, exchange_id)
        try:
            here.change(exchange_id, int(request.form["status"]), request.form.get("note", "").strip())
        except (KeyError, ValueError):
            abort(400)
        return redirect(url_for("one", agency=agency, exchange_id=exchange_id), 303)

    @app.post("/<agency>/dossiers/<exchange_id>/<any(send, cut, city, both_sides):what>")
    @own_form
    def misbehave(agency: str, exchange_id: str, what: str) -> Any:
        here = software()
        case = case_of(here, exchange_id)
        if what == "send":
            here.push(exchange_id)
        elif what == "cut":
            here.push_and_hang_up(exchange_id)
        elif what == "city":
            here.take_city(exchange_id)
        else:
            start_at_the_desk(softwares.data, softwares.origin, agency, case, softwares.authority)
        return redirect(url_for("one", agency=agency, exchange_id=exchange_id), 303)


def main() -> None:
    options = sandbox_arguments(__doc__)
    softwares = Softwares(options.data, options.public_url, options.authority)
    Thread(target=softwares.go_by_themselves, args=(Event(),), daemon=True).start()
    serve(Listener(options.port, make_app(softwares)))


if __name__ == "__main__":
    main()
