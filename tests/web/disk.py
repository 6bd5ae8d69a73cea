"""A phone whose storage is really full: Chromium's own quota for this site, made small and filled to the last byte."""

from dataclasses import dataclass

from playwright.sync_api import CDPSession

from tests.web.phone import Phone

ROOM = 1_000_000
NOTHING = 1
FILL = """async () => {
  const { isFull, write } = await import("/store.js");
  let count = 0;
  for (let size = 65_536; size >= 1; size /= 2) {
    // Random: what is stored gets compressed. `public` would refuse these keys; the store below it does not.
    for (let hasRoom = true; hasRoom; ) {
      const bytes = crypto.getRandomValues(new Uint8Array(size));
      hasRoom = await write("public", `photo ${count}`, bytes).then(() => true, (error) => {
        if (!isFull(error)) throw error;
        return false;
      });
      count += 1;
    }
  }
  return count;
}"""


@dataclass
class Disk:
    """Made before the site writes for the first time: Chromium asks for the quota anew only every half minute."""

    phone: Phone
    devtools: CDPSession

    @classmethod
    def of(cls, phone: Phone, room: int = ROOM) -> "Disk":
        disk = cls(phone, phone.context.new_cdp_session(phone.page))
        disk._allow(room)
        return disk

    def _allow(self, size: int) -> None:
        origin = self.phone.city.origin
        self.devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": size})

    def fill(self) -> None:
        """Until not even one byte fits."""
        assert self.phone.page.evaluate(FILL) > 10

    def make_room(self) -> None:
        """What deleting photos does."""
        self._allow(4 * ROOM)
