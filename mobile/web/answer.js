/** The holder answers an inspector's question: their code is scanned, a presentation with its nonce is shown. Offline. */
import { holderPresentation, problemKey } from "./holder_code.js";
import { t } from "./i18n.js";
import { openLayer } from "./layer.js";
import { LIFE_MS, showCode } from "./question.js";
import { nonceOf } from "./verify/question.js";
import { Viewfinder } from "./viewfinder.js";
import { aimHint } from "./viewfinder_view.js";
import { setWakeLock } from "./wake_lock.js";

/**
 * @param {{credential: string|null, number: string}} licence credential in base64url
 */
export function openAnswer({ credential, number }) {
  let shown = null;
  const layer = openLayer({
    label: t("answer.label"),
    className: "scanner-layer",
    onClose: () => {
      finder.stop();
      setWakeLock("answer", false);
    },
  });
  const again = () => finder.resume();
  const show = async (nonce) => {
    try {
      const text = await holderPresentation(credential, nonce);
      shown = showCode({
        title: t("answer.title"),
        text,
        label: t("card.qr_label", { number }),
        how: t("answer.how"),
        untilMs: performance.now() + LIFE_MS,
        over: t("question.over"),
        main: { words: t("answer.done"), act: () => layer.close() },
        other: { words: t("scanner.again"), act: again },
        onClose: again,
      });
    } catch (error) {
      finder.tell(problemKey(error));
    }
  };
  const finder = new Viewfinder({
    layer,
    takesPhotos: false,
    isWanted: (text) => nonceOf(text) !== null || finder.murmur(t("answer.other")),
    onCodes: ([{ text }]) => {
      finder.release();
      show(nonceOf(text));
    },
    hint: () => aimHint(t("answer.label"), t("answer.where")),
  });
  setWakeLock("answer", true);
  finder.start();
  return { close: () => (shown?.close(true), layer.close(true)) };
}
