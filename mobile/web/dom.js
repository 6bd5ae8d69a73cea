/** Building elements. Text goes in as text nodes only: nothing from a code is ever read as HTML. */

/**
 * @param {string} tag
 * @param {Record<string, *>} [attributes] `onclick` and the like take functions, `class` and the rest texts; false and null are left out
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child || child === ""));
  return node;
}

/**
 * @param {string} markup made by this program, never from a code
 * @param {string} className
 * @returns {SVGElement}
 */
export function svg(markup, className) {
  const parsed = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
  const node = document.importNode(parsed, true);
  if (className) node.setAttribute("class", className);
  node.setAttribute("aria-hidden", "true");
  return node;
}
