/** The second question before something is lost. */
import { element } from "./dom.js";
import { openLayer } from "./layer.js";

/**
 * @param {string} question
 * @param {{yes: string, no: string}} answers words of the two buttons; no is what Escape and the back button say
 * @returns {Promise<boolean>}
 */
export function ask(question, { yes, no }) {
  return new Promise((resolve) => {
    let answer = false;
    const layer = openLayer({ label: question, className: "ask-layer", onClose: () => resolve(answer) });
    const say = (value) => {
      answer = value;
      layer.close();
    };
    const stay = element("button", { class: "button button-main", type: "button", onclick: () => say(false) }, no);
    const leave = element("button", { class: "button button-danger", type: "button", onclick: () => say(true) }, yes);
    layer.root.append(element("section", { class: "ask-card" }, element("p", {}, question), stay, leave));
    stay.focus();
  });
}
