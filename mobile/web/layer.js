/**
 * A layer over the app, in the same document: a modal dialog that keeps the focus, closes with Escape and with the
 * phone's back button, and makes everything under it inert, also what Flutter adds meanwhile.
 */
import { element } from "./dom.js";

/** Layers that are open, the top one last. @type {Layer[]} */
const stack = [];
const FOCUSABLE = 'button:not([disabled]), a[href], input:not([disabled]), [tabindex="0"], summary';

/**
 * @typedef {object} Layer
 * @property {HTMLElement} root
 * @property {(isForced?: boolean) => Promise<void>} close what lies over it closes with it; forced, nobody is asked
 */

/** @returns {boolean} whether any layer lies over the app */
export function isLayerOpen() {
  return stack.length > 0;
}

/** What lies under the top layer cannot be reached. */
function updateInert() {
  const top = stack.at(-1)?.root;
  for (const node of document.body.children) {
    if (node.tagName !== "SCRIPT") node.toggleAttribute("inert", top !== undefined && node !== top);
  }
}

const observer = new MutationObserver(updateInert);

/**
 * @param {object} options
 * @param {string} options.label what a screen reader calls it
 * @param {string} options.className
 * @param {boolean} [options.history] whether the back button closes it
 * @param {(isForced: boolean) => void} [options.onClose]
 * @param {() => Promise<boolean>} [options.mayClose] asked before it closes, unless that is forced
 * @returns {Layer}
 */
export function openLayer({ label, className, history: inHistory = true, onClose = () => undefined, mayClose = async () => true }) {
  const before = document.activeElement;
  const root = element("div", { class: `layer ${className}`, role: "dialog", "aria-modal": "true", "aria-label": label, tabindex: "-1" });
  const layer = { root, close: (isForced) => leave({ isForced: isForced === true }) }; // Not an event.
  const remove = (isForced) => {
    stack.splice(stack.indexOf(layer), 1);
    root.remove();
    updateInert();
    if (!stack.length) observer.disconnect();
    before?.focus?.({ preventScroll: true });
    onClose(isForced);
  };
  let asking = null;
  let leaving = null;
  const leave = async ({ isForced = false, byBack = false }) => {
    if (!isForced && !leaving) {
      asking ??= mayClose().finally(() => {
        asking = null;
      });
      if (!(await asking)) return byBack && !leaving ? pushHistory() : undefined;
    }
    leaving ??= (async () => {
      while (stack.at(-1) !== layer) await stack.at(-1).close(true);
      if (inHistory && !byBack) await goBack();
      remove(isForced);
    })();
    return leaving;
  };
  layer.back = () => leave({ byBack: true });
  layer.inHistory = inHistory;
  root.addEventListener("keydown", (event) => onKey(event, layer));
  document.body.append(root);
  if (!stack.length) observer.observe(document.body, { childList: true });
  stack.push(layer);
  updateInert();
  if (inHistory) pushHistory();
  root.focus({ preventScroll: true });
  return layer;
}

/**
 * @param {KeyboardEvent} event
 * @param {Layer} layer
 */
function onKey(event, layer) {
  event.stopPropagation(); // Flutter listens on window and would act on it too.
  if (event.key === "Escape") layer.close();
  if (event.key !== "Tab") return;
  const inside = [...layer.root.querySelectorAll(FOCUSABLE)].filter((node) => node.offsetParent !== null);
  const [first, last] = [inside[0], inside.at(-1)];
  const isOut = !layer.root.contains(document.activeElement) || document.activeElement === layer.root;
  if (event.shiftKey && (isOut || document.activeElement === first)) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first?.focus();
  }
}

/** The same state and address: Flutter keeps its serial number in the state and must not see a change. */
function pushHistory() {
  window.history.pushState(window.history.state, "");
}

// A button that had the focus and is gone leaves it to the body, outside of every layer.
document.addEventListener(
  "keydown",
  (event) => {
    const top = stack.at(-1);
    if (top && !top.root.contains(event.target)) onKey(event, top);
  },
  { capture: true },
);

/** Going back by program: the popstate it causes is ours, and Flutter must not hear it. @type {(() => void)|null} */
let awaited = null;

/** @returns {Promise<void>} */
function goBack() {
  return new Promise((resolve) => {
    awaited = resolve;
    window.history.back();
  });
}

window.addEventListener(
  "popstate",
  (event) => {
    const top = stack.at(-1);
    if (!awaited && !top?.inHistory) return;
    event.stopImmediatePropagation();
    if (awaited) {
      awaited();
      awaited = null;
    } else {
      top.back();
    }
  },
  { capture: true },
);
