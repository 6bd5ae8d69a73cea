"""Where Python starts in the browser."""

import flet as ft

from mobile import start
from mobile.services.api_client import real_sleep
from mobile.services.app_services import Surroundings
from mobile.services.browser_transport import BrowserTransport
from mobile.services.browser_web import BrowserWeb
from mobile.services.system import SystemClock, random_bytes


async def main(page: ft.Page) -> None:
    around = Surroundings(BrowserWeb(), BrowserTransport(), SystemClock(), random_bytes, real_sleep)
    start.run(page, start.build(around))


ft.run(main)
