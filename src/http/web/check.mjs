/**
 * Keeps the signed part of a printed code on the phone: an address of ours that was scanned or
 * typed is opened, so that what stands behind `#` is never sent. Shows what works with scripts only.
 *
 * On a page: `data-keeps-fragment="HOST"` on the form that takes codes, with the host that our
 * codes name, and `data-with-script hidden` on what needs scripts.
 *
 * @module
 */

import { onEach } from './page.mjs';

/**
 * Where on our own host a code leads, written as the page's address is.
 *
 * @param {string} text
 * @param {string} host
 * @returns {string | null} null for what is no printed code or receipt of ours.
 */
export function ownPath(text, host) {
  const found = /^https?:\/\/([^/?#]+)\/([vp])\/([0-9a-z]{20})(#[0-9]+)?$/i.exec(text.trim());
  if (!found || found[1].toLowerCase() !== host.toLowerCase()) return null;
  const [, , kind, reference, fragment = ''] = found;
  return `/${kind.toLowerCase()}/${reference.toUpperCase()}${fragment}`;
}

function start(form) {
  form.addEventListener('submit', (event) => {
    const path = ownPath(form.querySelector('[data-code]').value, form.dataset.keepsFragment);
    if (path === null) return;
    event.preventDefault();
    location.assign(path);
  });
  // Who comes back to the page as it was left may scan again.
  addEventListener('pageshow', ({ persisted }) => persisted && form.dispatchEvent(new CustomEvent('mianzheng:answered')));
}

onEach('form[data-keeps-fragment]', start);
onEach('[data-with-script]', (part) => {
  part.hidden = false;
});
