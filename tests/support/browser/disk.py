"""A phone whose storage is really full: Chromium's own quota for a site, made small and filled to the last byte."""

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

NOTHING = 1
FILL = """async () => {
  const { isFull, write } = await import("/store.js");
  // Random, because what is stored gets compressed.
  const noise = crypto.getRandomValues(new Uint8Array(65_536));
  let count = 0;
  for (let size = 8_388_608; size >= 1; size /= 2) {
    const photo = new Uint8Array(size);
    for (let at = 0; at < size; at += noise.length) photo.set(noise.subarray(0, Math.min(noise.length, size - at)), at);
    for (let hasRoom = true; hasRoom; count += 1) {
      hasRoom = await write("public", `photo ${crypto.randomUUID()}`, photo).then(() => true, (error) => {
        if (!isFull(error)) throw error;
        return false;
      });
    }
  }
  return count;
}"""


@dataclass
class Disk:
    """Made before the site writes for the first time: Chromium asks for the quota anew only every half minute."""

    page: Page
    origin: str
    devtools: CDPSession
    room: int

    @classmethod
    def of(cls, page: Page, origin: str, room: int) -> "Disk":
        """`room` in bytes: for all that the site keeps, its files for the time without a network included."""
        disk = cls(page, origin, page.context.new_cdp_session(page), room)
        disk._allow(room)
        return disk

    def _allow(self, size: int) -> None:
        self.devtools.send("Storage.overrideQuotaForOrigin", {"origin": self.origin, "quotaSize": size})

    def fill(self) -> None:
        """Until not even one byte fits."""
        assert self.page.evaluate(FILL) > 10

    def make_room(self) -> None:
        """What deleting photos does."""
        self.room += 4_000_000
        self._allow(self.room)
