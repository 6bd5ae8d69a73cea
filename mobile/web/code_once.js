/** Reads one code for whoever asked and keeps nothing of it: a card on the counter, the code on a slip. */
import { t } from "./i18n.js";
import { openLayer } from "./layer.js";
import { Viewfinder } from "./viewfinder.js";
import { aimHint } from "./viewfinder_view.js";
import { setWakeLock } from "./wake_lock.js";

/** Longer texts are no card and no slip. */
const LONGEST = 1_000;
/** Closes the one that is open, so that a second one does not leave the first without an answer. */
let closeOpen = async () => undefined;

/** @returns {Promise<{text: string}|null>} null: closed without a code */
export async function readOneCode() {
  await closeOpen();
  return new Promise((resolve) => {
    let found = null;
    const layer = openLayer({
      label: t("code.label"),
      className: "scanner-layer",
      onClose: () => {
        finder.stop();
        setWakeLock("code", false);
        closeOpen = async () => undefined;
        resolve(found);
      },
    });
    const finder = new Viewfinder({
      layer,
      takesPhotos: true,
      isWanted: (text) => text.length <= LONGEST || finder.murmur(t("code.other")),
      onCodes: ([{ text }]) => {
        found = { text };
        layer.close(true);
      },
      hint: () => aimHint(t("scanner.aim"), t("code.where")),
    });
    closeOpen = () => layer.close(true);
    setWakeLock("code", true);
    finder.start();
  });
}
