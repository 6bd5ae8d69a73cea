/** Our own icons, drawn on a 24 by 24 grid. Shape differs with meaning, so that colour is never the only sign. */
import { svg } from "./dom.js";

const DRAWINGS = {
  shield_check:
    '<path d="M12 1.6 20.6 5v6.3c0 5.4-3.6 9.7-8.6 11.1-5-1.4-8.6-5.7-8.6-11.1V5z"/><path class="cut" d="m7.9 12 2.9 2.9 5.5-5.7" fill="none" stroke-width="2.2"/>',
  person_question:
    '<circle cx="9.6" cy="7" r="4"/><path d="M2.2 19.6v-1.4c0-3 3.4-4.9 7.4-4.9 1 0 2 .1 2.9.4a6 6 0 0 0-.3 5.9z"/><circle cx="17.6" cy="16.6" r="5.2"/><path class="cut" fill="none" stroke-width="1.5" d="M16 15.3c.1-1 .8-1.6 1.7-1.6s1.7.6 1.7 1.5c0 1.2-1.7 1.3-1.7 2.5"/><circle class="cut-fill" cx="17.7" cy="19.3" r=".9"/>',
  cloud_off:
    '<path d="M7.2 7.2A6 6 0 0 1 18 9.6a4.6 4.6 0 0 1 3.4 7.6zM5.4 9.3A5.3 5.3 0 0 0 6.3 19.6h9.4z"/><path fill="none" stroke="currentColor" stroke-width="2" d="m3.2 3.6 17.4 17.4"/>',
  pause: '<circle cx="12" cy="12" r="10"/><path class="cut-fill" d="M8.4 7.6h2.7v8.8H8.4zm4.5 0h2.7v8.8h-2.7z"/>',
  clock: '<circle cx="12" cy="12" r="10"/><path class="cut" fill="none" stroke-width="2" d="M12 6.6V12l3.8 2.4"/>',
  octagon_cross:
    '<path d="M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9z"/><path class="cut" fill="none" stroke-width="2.4" d="m8.2 8.2 7.6 7.6m0-7.6-7.6 7.6"/>',
  qr_question:
    '<path d="M3 3h7.4v7.4H3zm2.2 2.2v3h3v-3zM3 13.6h7.4V21H3zm2.2 2.2v3h3v-3zM13.6 3H21v7.4h-7.4zm2.2 2.2v3h3v-3z" fill-rule="evenodd"/><path fill="none" stroke="currentColor" stroke-width="1.9" d="M14.7 15.4c0-1.3 1-2.1 2.4-2.1s2.4.8 2.4 2c0 1.6-2.4 1.7-2.4 3.4"/><circle cx="17.1" cy="20.9" r="1.2"/>',
  check: '<circle cx="12" cy="12" r="10"/><path class="cut" fill="none" stroke-width="2.2" d="m7.6 12.3 3 3 5.8-6"/>',
  close: '<path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" d="M5.5 5.5l13 13m0-13-13 13"/>',
  pin: '<path d="M12 2a7 7 0 0 0-7 7c0 5.2 7 13 7 13s7-7.8 7-13a7 7 0 0 0-7-7z"/><circle class="cut-fill" cx="12" cy="9" r="2.6"/>',
  sync: '<path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="M19.5 9A8 8 0 0 0 5.6 7.2M4.5 15a8 8 0 0 0 13.9 1.8M5.2 3.4v4h4m9.6 13.2v-4h-4"/>',
  cloud_up:
    '<path d="M18.6 9.7A7 7 0 0 0 5.5 8.3 5.6 5.6 0 0 0 6.2 19.5h11.9a4.9 4.9 0 0 0 .5-9.8z"/><path class="cut" fill="none" stroke-width="1.9" d="M12 17v-6.2m-2.8 2.6L12 10.6l2.8 2.8"/>',
  torch: '<path d="M7 2h9l-2.6 7H18l-8.4 13 1.6-9.6H7z"/>',
  camera_turn:
    '<path d="M8.6 4 7 6H3.6A1.6 1.6 0 0 0 2 7.6v11A1.6 1.6 0 0 0 3.6 20h16.8a1.6 1.6 0 0 0 1.6-1.4v-11A1.6 1.6 0 0 0 20.4 6H17l-1.6-2z"/><path class="cut" fill="none" stroke-width="1.6" d="M8 13.6a4 4 0 0 0 7.3 1.7M16 12.4a4 4 0 0 0-7.3-1.7m-.2-1.7v2h2m5 5.9v-2h-2"/>',
  image:
    '<path fill-rule="evenodd" d="M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm0 14.5h14l-4.6-6-3.5 4.4-2.4-2.9z"/>',
  save: '<path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="M12 3.5v11m-4.2-4.1 4.2 4.2 4.2-4.2M4 16.5v4h16v-4"/>',
  expand:
    '<path fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" d="M14 4h6v6m0-6-7 7M10 20H4v-6m0 6 7-7"/>',
  phone:
    '<path d="M6.6 2.5 10 3.2l1.2 4-2.3 2.1a13 13 0 0 0 5.8 5.8l2.1-2.3 4 1.2.7 3.4c.2 1-.6 2-1.6 2.1C11.300 20 4 12.7 4.500 4.1c.1-1 1.100-1.800 2.100-1.600z"/>',
};

/** @typedef {keyof typeof DRAWINGS} IconName */

/**
 * @param {IconName} name
 * @param {string} [className]
 * @returns {SVGElement} in the colour of the text; parts of class `cut` take `--cut`
 */
export function icon(name, className = "icon") {
  return svg(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="currentColor">${DRAWINGS[name]}</svg>`, className);
}
