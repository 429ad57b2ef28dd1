/**
 * Checks what a printed code carries behind `#`, which never reaches the server, and says on the
 * page whether paper and register belong together.
 *
 * On a page: `<section data-fragment data-reference="…" data-keys='[{"kid","alg","x"}]'
 * data-type='{"code_fields":{}}' hidden>` with an outlet `[data-fragment-said]`, a list
 * `<dl data-fragment-fields>` if the fields shall be shown, and words (see `page.mjs`) for
 * `genuine`, `undetermined`, `unreadable`, `unsupported`, `untrusted_issuer`, `tampered`. Words with
 * `data-overrides` take the place of the page's `[data-verdict]`: the server's verdict is about the
 * register's certificate, and paper that carries another is forged whatever the register says.
 * `[data-fragment-unchecked]` says that nobody checked the signature, and goes when somebody did.
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
 * @param {(import('./compact-code.mjs').Key & {issuer?: number, from?: number, until?: number, doubted?: boolean})[]} with_.keys
 *   trusted keys: whose each is (0 signs for all), the seconds between which it was in use, and
 *   whether somebody else may have signed with it
 * @returns {Promise<{verdict: 'none'} | {verdict: 'genuine' | 'undetermined', claims: import('./compact-code.mjs').Claims}
 *   | {verdict: 'unreadable' | 'unsupported' | 'untrusted_issuer' | 'tampered', reason: string}>}
 *   `none` if there is no fragment, or one that names a place on the page.
 */
export async function checkFragment(fragment, { reference, keys }) {
  const digits = fragment.replace(/^#/, '');
  if (!/^[0-9]/.test(digits)) return { verdict: 'none' };
  const answer = await verifyCompact(digits, keys);
  if (answer.verdict === 'bad_signature') return { verdict: 'tampered', reason: answer.reason };
  if (answer.verdict !== 'genuine') return answer;
  const { claims, key } = answer;
  const { issuer = 0, from = 0, until = Infinity } = key;
  if (issuer !== 0 && issuer !== claims.issuer) {
    return { verdict: 'untrusted_issuer', reason: 'signed by another agency' };
  }
  if (claims.iat < from || claims.iat >= until) {
    return { verdict: 'untrusted_issuer', reason: 'signed when the key was not in use' };
  }
  if (claims.kind === 'offline') return { verdict: 'tampered', reason: 'a code for a phone, on paper' };
  if (claims.id !== idOf(reference)) return { verdict: 'tampered', reason: 'code and address belong to two certificates' };
  return { verdict: key.doubted ? 'undetermined' : 'genuine', claims };
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
  if (answer.verdict === 'genuine') document.querySelector('[data-fragment-unchecked]')?.remove();
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
