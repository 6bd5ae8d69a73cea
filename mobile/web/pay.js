/** The gateway's page in a window of its own, so that the app stays open and unlocked beside it. */
import { element } from "./dom.js";
import { t } from "./i18n.js";
import { openLayer } from "./layer.js";
import { remember } from "./pay/left.js";

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Only https is opened; plain http from this machine to itself, where a demonstration's gateways are.
 *
 * @param {string} url
 * @param {string} [here] the host name of the app's own page
 * @returns {string}
 */
export function paymentAddress(url, here = window.location.hostname) {
  let target;
  try {
    target = new URL(url);
  } catch (error) {
    throw new Error("pay.address", { cause: error });
  }
  const isNear = target.protocol === "http:" && LOOPBACK.test(target.hostname) && LOOPBACK.test(here);
  if (!(target.protocol === "https:" || isNear) || target.username || target.password) throw new Error("pay.address");
  return target.href;
}

/**
 * @param {{url: string, order?: string}} args `order`: where the way back leads
 * @returns {{opened: boolean}} not where the browser wants a tap of its own: then a sheet asks for it
 */
export function openPayment({ url, order }) {
  const address = paymentAddress(url);
  const opened = window.open("about:blank", "_blank");
  remember(order, opened);
  if (!opened) {
    askForTap(address);
    return { opened: false };
  }
  // The gateway shall not reach back into the app, nor find an empty page behind it.
  opened.opener = null;
  opened.location.replace(address);
  return { opened: true };
}

/** A plain link: no browser holds that back. @param {string} address */
function askForTap(address) {
  const layer = openLayer({ label: t("pay.tap"), className: "pay-layer" });
  const link = element(
    "a",
    { class: "button button-main", href: address, target: "_blank", rel: "noopener noreferrer", onclick: () => setTimeout(layer.close) },
    t("pay.open"),
  );
  const close = element("button", { type: "button", class: "button", onclick: () => layer.close() }, t("close"));
  layer.root.append(element("h1", {}, t("pay.tap")), element("p", { class: "soft" }, t("pay.tap_why")), link, close);
}
