"""The verdict of each licence type on the screen, and the public check page: codes that were really signed."""

from dataclasses import replace
from typing import Any

from shared_models.place import Point, geohash
from tests.support import credentials as demo
from tests.web.demo_city import HAI_CHAU, DemoCity

HOI_AN = Point(15.8801, 108.3269)
OPEN_JS = """async ([text, place]) => {
  const { trustHeld, trustUpdate } = await import('/trust_store.js');
  const { verifyText } = await import('/verify/verify.js');
  const { openVerdict } = await import('/verdict_view.js');
  await trustUpdate();
  const held = await trustHeld();
  const scan = { verdict: await verifyText(text, held), nowS: held.nowS, place, unsaved: null };
  openVerdict(scan, { record() {}, next() {}, save: async () => null });
}"""
HERE = {"lat": HAI_CHAU.lat, "lon": HAI_CHAU.lon, "accuracy_m": 12}


def codes(city: DemoCity) -> dict[str, str]:
    """What an inspector scans: each type on its holder's phone, and paper of one shop in another."""
    return {
        "food": city.presentation(city.restaurant()),
        "works": city.presentation(
            demo.trench(issued_at_s=city.now_s - demo.DAY, expires_at_s=city.end_of_day(30), not_before_s=None),
            key=demo.WORKS,
        ),
        "driving": city.presentation(city.driver(), key=demo.POLICE),
        "construction": city.presentation(city.house(), key=demo.WARD),
        "travel": city.presentation(city.traveller(), key=demo.WARD),
        "household": city.presentation(city.household(), key=demo.WARD),
        "household-cloned": city.paper(city.household(geohash=geohash(HOI_AN)), demo.WARD),
        "construction-suspended": city.paper(city.house(status_index=demo.SUSPENDED_INDEX), demo.WARD),
    }


def verdicts(walk: Any) -> None:
    """Every verdict over the open app, then the public page of the types that only wards issue."""
    city: DemoCity = walk.site.api.city
    city.origin = walk.site.url
    host = walk.site.url.removeprefix("http://")
    city.trust = replace(city.trust, hosts=(*city.trust.hosts, host))
    walk.open()
    walk.wait("signin.vneid")
    for name, text in codes(city).items():
        walk.page.evaluate(OPEN_JS, [text, HERE])
        walk.page.locator(".verdict-layer [data-outcome]").last.wait_for()
        walk.page.wait_for_timeout(500)
        walk.shoot(f"30-verdict-{name}")
        walk.page.keyboard.press("Escape")
        walk.page.locator(".verdict-layer").wait_for(state="detached")
    for name, claims in {"construction": city.house, "travel": city.traveller, "household": city.household}.items():
        walk.page.goto("about:blank")
        walk.page.goto(city.paper(claims(), demo.WARD))
        walk.page.locator("[data-outcome]").wait_for()
        walk.page.wait_for_timeout(500)
        walk.shoot(f"31-public-{name}")
