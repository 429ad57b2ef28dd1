/**
 * What the modules of a page share: finding their parts of it, now and after a part was replaced,
 * and saying words that the page brought along.
 *
 * Words never stand in a module. A page puts them into `<template data-words>` within the part
 * that says them: one element each, named by `data-word`, with `<span data-slot="name">` where a
 * value goes.
 *
 * @module
 */

/** Dispatched on a part that came into the page after it was loaded. */
export const ARRIVED = 'mianzheng:arrived';

/** Dispatched on the document when what a form or a link asked for is answered, or failed. */
export const ANSWERED = 'mianzheng:answered';

/**
 * Starts something on every element that fits, once each, also on those that come later.
 *
 * @param {string} selector
 * @param {(element: HTMLElement) => void} start
 */
export function onEach(selector, start) {
  if (!globalThis.document) return;
  const begun = new WeakSet();
  const within = (part) => {
    const found = [...part.querySelectorAll(selector)];
    for (const element of part.matches?.(selector) ? [part, ...found] : found) {
      if (begun.has(element)) continue;
      begun.add(element);
      start(element);
    }
  };
  within(document);
  document.addEventListener(ARRIVED, ({ target }) => within(target));
}

/**
 * The words that a part brought along, with values in their slots.
 *
 * @param {HTMLElement} part
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 * @returns {Element | null} null if the part has no such words; they then stay unsaid.
 */
export function words(part, name, values = {}) {
  for (const template of part.querySelectorAll('template[data-words]')) {
    const found = template.content.querySelector(`[data-word="${CSS.escape(name)}"]`);
    if (!found) continue;
    const said = found.cloneNode(true);
    for (const slot of said.querySelectorAll('[data-slot]')) {
      slot.textContent = String(values[slot.dataset.slot] ?? '');
    }
    return said;
  }
  return null;
}

/**
 * Puts words where a part says things; empties the place if there are none.
 *
 * @param {HTMLElement} part
 * @param {Element | null} place
 * @param {string} name
 * @param {Record<string, string | number>} [values]
 */
export function say(part, place, name, values) {
  place?.replaceChildren(...[words(part, name, values)].filter(Boolean));
}
