/**
 * Checks what a printed code carries behind `#`, which never reaches the server, and says on the
 * page whether paper and register belong together.
 *
 * On a page: `<section data-fragment data-reference="…" data-keys='[{"kid","alg","x"}]'
 * data-type='{"code_fields":{}}' hidden>` with an outlet `[data-fragment-said]`, a list
 * `<dl data-fragment-fields>` if the fields shall be shown, and words (see `page.mjs`) for
 * `genuine`, `unreadable`, `unsupported`, `untrusted_issuer`, `tampered`. Words with
 * `data-overrides` take the place of the page's `[data-verdict]`: the server's verdict is about the
 * register's certificate, and paper that carries another is forged whatever the register says.
 *
 * The times and the status are the server's to judge; it was asked a moment ago.
 *
 * @module
 */

import { describe, verifyCompact } from './compact-code.mjs';
import { onEach, words } from './page.mjs';

/**
 * Checks the part of an address behind `#`.
 *
 * @param {string} fragment with or without `#`
 * @param {object} with_
 * @param {string} with_.reference the reference in the address
 * @param {import('./compact-code.mjs').Key[]} with_.keys trusted keys
 * @returns {Promise<{verdict: 'none'} | {verdict: 'genuine', claims: import('./compact-code.mjs').Claims}
 *   | {verdict: 'unreadable' | 'unsupported' | 'untrusted_issuer' | 'tampered', reason: string}>}
 *   `none` if there is no fragment, or one that names a place on the page.
 */
export async function checkFragment(fragment, { reference, keys }) {
  const digits = fragment.replace(/^#/, '');
  if (!/^[0-9]/.test(digits)) return { verdict: 'none' };
  const answer = await verifyCompact(digits, keys);
  if (answer.verdict === 'bad_signature') return { verdict: 'tampered', reason: answer.reason };
  if (answer.verdict !== 'genuine') return answer;
  const { claims } = answer;
  if (claims.kind === 'offline') return { verdict: 'tampered', reason: 'a code for a phone, on paper' };
  if (claims.id !== idOf(reference)) return { verdict: 'tampered', reason: 'code and address belong to two certificates' };
  return { verdict: 'genuine', claims };
}

/** What the id in a code must be: the first 8 characters of the reference, as bytes in hex. */
function idOf(reference) {
  const bytes = new TextEncoder().encode(reference.toUpperCase().slice(0, 8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function start(part) {
  const { reference, keys, type = '{"code_fields":{}}' } = part.dataset;
  const answer = await checkFragment(location.hash, { reference, keys: JSON.parse(keys) });
  if (answer.verdict === 'none') return;
  part.dataset.fragment = answer.verdict;
  part.hidden = false;
  const said = words(part, answer.verdict);
  if (said?.hasAttribute('data-overrides')) {
    const verdict = document.querySelector('[data-verdict]');
    verdict.replaceWith(said);
    said.dataset.verdict = answer.verdict;
    said.tabIndex = -1;
    said.focus();
  } else {
    part.querySelector('[data-fragment-said]')?.replaceChildren(...[said].filter(Boolean));
  }
  const fields = part.querySelector('[data-fragment-fields]');
  if (!fields || answer.verdict !== 'genuine') return;
  fields.replaceChildren(
    ...describe(answer.claims, JSON.parse(type)).map(({ label, value }) => {
      const row = document.createElement('div');
      const [name, says] = [document.createElement('dt'), document.createElement('dd')];
      name.textContent = label;
      says.textContent = value;
      row.append(name, says);
      return row;
    }),
  );
}

onEach('[data-fragment]', start);
