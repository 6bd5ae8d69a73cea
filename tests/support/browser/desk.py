"""The food-safety board's desk: what its officer does in a browser."""

from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, Page, expect


@dataclass
class Desk:
    """The agency's desk in a browser of its own."""

    page: Page
    origin: str
    agency: str

    @classmethod
    def make(cls, context: BrowserContext, origin: str, agency: str) -> "Desk":
        return cls(context.new_page(), origin, agency)

    def open_form(self) -> None:
        self.page.goto(f"{self.origin}/{self.agency}")
        self.page.locator("#deliver-new").click()

    def deliver(self, fields: dict[str, str]) -> str:
        """Signs and delivers a result; the path of its page at the desk."""
        self.open_form()
        for name, value in fields.items():
            field = self.page.locator(f"#{name}")
            if field.evaluate("(element) => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.page.locator("#deliver").click()
        expect(self.page.locator("#number")).to_have_text(fields["number"], timeout=30_000)
        return self.page.url

    def change_status(self, url: str, action: str, reason: str, decision: str) -> None:
        """Suspends, restores or revokes, through the second question."""
        self.page.goto(url)
        self.page.locator(f"#action-{action}").check()
        self.page.locator("#reason").fill(reason)
        self.page.locator("#decision_number").fill(decision)
        self.page.locator("#decision_date").fill("2026-11-21")
        self.page.locator("#ask").click()
        self.page.locator("#confirm").click()
        expect(self.page.locator("[role=status]")).to_be_visible(timeout=30_000)

    def sheet(self, url: str) -> bytes:
        """The paper sheet as PDF."""
        self.page.goto(url)
        address = self.page.locator("#sheet").get_attribute("href")
        answer = self.page.request.get(urljoin(self.page.url, address))
        assert answer.ok, answer.status_text
        return answer.body()
