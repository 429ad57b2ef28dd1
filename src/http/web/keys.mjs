/**
 * Function keys that press what is on the page: `<button data-key="F8">`, `<a data-key="Escape">`.
 *
 * Only keys that write nothing, so that neither a person who types nor a hand scanner presses one
 * by accident; and only what can be seen and is not busy or disabled.
 *
 * @module
 */

/** The keys that may be given to something. */
export const KEYS = ['Escape', ...Array.from({ length: 12 }, (_, at) => `F${at + 1}`)];

/**
 * The key that a press stands for, or null.
 *
 * @param {{key: string, altKey?: boolean, ctrlKey?: boolean, metaKey?: boolean, shiftKey?: boolean, isComposing?: boolean}} press
 * @returns {string | null}
 */
export function keyOf({ key, altKey, ctrlKey, metaKey, shiftKey, isComposing }) {
  if (altKey || ctrlKey || metaKey || shiftKey || isComposing) return null;
  return KEYS.includes(key) ? key : null;
}

globalThis.document?.addEventListener('keydown', (event) => {
  const key = keyOf(event);
  if (key === null || event.repeat || event.defaultPrevented) return;
  const all = [...document.querySelectorAll(`[data-key="${key}"]`)];
  const one = all.find((element) =>
    element.getClientRects().length > 0 && !element.matches(':disabled, [aria-disabled=true], [aria-busy=true]'));
  if (!one) return;
  event.preventDefault();
  one.focus();
  one.click();
});
