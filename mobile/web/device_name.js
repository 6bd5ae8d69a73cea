/** What this machine is called, so that an owner of two can tell them apart in the list of phones. */

const MOST = 40;
const SYSTEMS = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["Chromebook", /CrOS/],
  ["Mac", /Macintosh/],
  ["Linux", /Linux/],
];

/**
 * @returns {Promise<string|null>} the model where the browser tells it (Chromium on Android), else the kind of machine
 */
export async function deviceName() {
  const hints = await navigator.userAgentData?.getHighEntropyValues?.(["model"]).catch(() => null);
  const model = hints?.model?.trim();
  if (model) return model.slice(0, MOST);
  // An iPad says that it is a Mac; no Mac can be touched.
  if (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1) return "iPad";
  return SYSTEMS.find(([, pattern]) => pattern.test(navigator.userAgent))?.[0] ?? null;
}
