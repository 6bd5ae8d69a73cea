"""A citizen with a form before them: each question answered as fingers do, whatever kind of question it is."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import requests
from playwright.sync_api import FilePayload, expect

from tests.support.browser.phone import Phone

Json = dict[str, Any]
Answers = Mapping[str, str | list[str]]
"""By field: what is typed, the choice that is tapped (several in a list), `true` or `false`, or a commune's code."""

TYPED = {"text", "long_text", "date", "number"}


class Applying:
    """The way through one draft, from the service's page to what was sent."""

    def __init__(self, phone: Phone, procedure_code: str) -> None:
        self._phone = phone
        found = requests.get(f"{phone.origin}/api/v1/procedures/{procedure_code}", timeout=20).json()
        self._form: Json = requests.get(f"{phone.origin}/api/v1/forms/{found['form']}", timeout=20).json()
        self._code = procedure_code

    def begin(self, words: str) -> None:
        """Finds the service by words as one types them, opens it and starts."""
        phone = self._phone
        phone.tap("tab.services")
        phone.write("services.search", words)
        phone.tap(f"service.{self._code}")
        phone.tap("service.start")
        phone.see("draft.progress", 30_000)

    def fill(self, answers: Answers, unless_known: Answers = MappingProxyType({})) -> None:
        """Every group of the form; what is known already stays as it is."""
        left = dict(answers)
        for group in self._form["layout"]:
            for field in group["fields"]:
                name = field["name"]
                if name in left:
                    self._answer(field, left.pop(name))
                elif name in unless_known and not self._phone.by_id(f"form.{name}.change").count():
                    self._answer(field, unless_known[name])
            self._phone.tap("draft.next")
            expect(self._phone.by_id("form.fix")).to_have_count(0)
            self._phone.page.wait_for_timeout(500)
        assert not left, f"never asked: {left}"

    def _answer(self, field: Json, value: str | list[str]) -> None:
        phone, identifier = self._phone, f"form.{field['name']}"
        if isinstance(value, list):
            for one in value:
                self._tap(f"{identifier}.{one}")
        elif field["widget"] == "commune":
            code, _, words = value.partition(" ")
            phone.bring(identifier)
            phone.write(identifier, words)
            self._tap(f"{identifier}.{code}")
        elif field["widget"] in TYPED:
            phone.bring(identifier)
            phone.write(identifier, value)
        else:
            self._tap(f"{identifier}.{value}")

    def _tap(self, identifier: str) -> None:
        self._phone.bring(identifier)
        self._phone.tap(identifier)

    def give(self, papers: Mapping[str, bytes]) -> None:
        """Chooses a file for each component, by its key."""
        phone = self._phone
        for key, content in papers.items():
            choose(phone, key, content)
        phone.tap("draft.next")

    def way(self, **answers: str) -> None:
        """Where it goes, how the result comes back, how to be reached."""
        phone = self._phone
        for name, value in answers.items():
            kind = {"commune": "commune", "return_way": "choice"}.get(name, "text")
            self._answer({"name": name, "widget": kind}, value)
        phone.tap("draft.next")
        phone.see("review.terms")

    def send(self) -> None:
        self._phone.tap("review.send")


def choose(phone: Phone, component: str, content: bytes) -> None:
    """A file of one's own for a component, as from the phone's files."""
    phone.bring(f"paper.{component}.choose")
    with phone.page.expect_file_chooser() as chooser:
        phone.tap(f"paper.{component}.choose")
    chooser.value.set_files(FilePayload(name=f"{component}.pdf", mimeType="application/pdf", buffer=content))
    phone.see(f"paper.{component}.file", 30_000)
