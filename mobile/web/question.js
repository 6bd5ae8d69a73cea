/**
 * The inspector's question: a nonce that the holder's phone answers, whatever the clocks of the two phones say. It is
 * for one scan, lives three minutes, and is forgotten with the scanner.
 */
import { element, svg } from "./dom.js";
import { t } from "./i18n.js";
import { openLayer } from "./layer.js";
import { qrSvg } from "./qr.js";
import { NONCE_BYTES } from "./verify/constants.js";
import { questionText } from "./verify/question.js";
import { iconButton, textButton } from "./viewfinder_view.js";

/** For both sides: the inspector's question and the holder's answer on the screen. */
export const LIFE_MS = 180_000;

export class Question {
  constructor() {
    this.nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    this.untilMs = performance.now() + LIFE_MS; // Not the clock that may be wrong.
  }

  isOver() {
    return performance.now() >= this.untilMs;
  }
}

/**
 * A code that stands for a while, large and on white, with what is to be done with it and the time left.
 *
 * @param {object} shown
 * @param {string} shown.title
 * @param {string} shown.text of the code
 * @param {string} shown.label of the code, for who does not see it
 * @param {string} shown.how what to do with it
 * @param {number} shown.untilMs of performance.now()
 * @param {string} shown.over what to say when the time has passed
 * @param {{words: string, act: () => void}} shown.main
 * @param {{words: string, act: () => void}} shown.other
 * @param {() => void} [shown.onClose] by the way out: neither main nor other
 * @returns {import("./layer.js").Layer}
 */
export function showCode({ title, text, label, how, untilMs, over, main, other, onClose = () => undefined }) {
  let answer = onClose;
  const layer = openLayer({
    label: title,
    className: "card-layer",
    onClose: (isForced) => {
      clearInterval(timer);
      if (!isForced) answer();
    },
  });
  const act = (chosen) => () => {
    answer = chosen;
    layer.close();
  };
  const left = element("p", { class: "code-left", role: "timer" });
  const code = element("div", { class: "card-qr", role: "img", "aria-label": label }, svg(qrSvg(text), ""));
  const paper = element("section", { class: "card-code" }, code, left);
  const mainButton = textButton(main.words, act(main.act), "button-main");
  const tick = () => {
    const seconds = Math.ceil((untilMs - performance.now()) / 1000);
    left.textContent = t("question.left", { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` });
    if (seconds > 0) return;
    clearInterval(timer);
    paper.replaceChildren(element("p", { class: "card-problem", role: "alert" }, over));
    mainButton.remove();
  };
  const timer = setInterval(tick, 1000);
  tick();
  layer.root.append(
    element("header", { class: "card-bar" }, iconButton("close", t("close"), layer.close), element("h1", {}, title)),
    element(
      "div",
      { class: "card-body" },
      paper,
      element(
        "section",
        { class: "card-facts" },
        element("p", {}, how),
        element("div", { class: "card-actions" }, mainButton, textButton(other.words, act(other.act))),
      ),
    ),
  );
  return layer;
}

/**
 * @param {Question} question
 * @param {{scan: () => void, again: () => void, drop: () => void}} actions
 */
export function showQuestion(question, { scan, again, drop }) {
  return showCode({
    title: t("question.title"),
    text: questionText(question.nonce),
    label: t("question.label"),
    how: t("question.how"),
    untilMs: question.untilMs,
    over: t("question.over"),
    main: { words: t("question.scan"), act: scan },
    other: { words: t("question.again"), act: again },
    onClose: drop,
  });
}
