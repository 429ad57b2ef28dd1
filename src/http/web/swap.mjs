/**
 * Replaces a part of the page with the same part of the answer, instead of the whole page.
 *
 * On a page: `data-swap="#id"` on a form or a link. The server answers as it would without scripts,
 * with a whole page; only the element with that id is taken from it. Where the answer has none, the
 * browser goes to the answer's page if it may be asked for again. A link or a form that only asks
 * puts its address into the history, unless it has `data-swap-quiet`.
 *
 * The focus stays where it was, if the new part has the same element, by id or by name; else it
 * goes to what the part marks with `autofocus`. While an answer is on its way the part has
 * `aria-busy`. What fails is said in the part's `[data-swap-said]`, or else before it, in words
 * (see `page.mjs`) of `<template data-words>` in the part, the form or the body: `swap_offline` and
 * `swap_failed`, the latter with the slots `title`, what the answer's page says above all, and
 * `reference`, the number by which the failure is found.
 *
 * @module
 */

import { ANSWERED, ARRIVED, onEach, words } from './page.mjs';

/** An answer of the server that holds no page with the part that was wanted. */
export class NoSuchPart extends Error {
  /**
   * @param {Response} response
   * @param {string} title what its page says above all
   */
  constructor(response, title) {
    super(`no such part in the answer (${response.status})`);
    this.name = 'NoSuchPart';
    this.response = response;
    this.title = title;
  }
}

/**
 * What a form sends when it is submitted.
 *
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 * @returns {{url: URL, options: RequestInit}}
 */
export function requestOf(form, submitter) {
  const attribute = (name) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name);
  const url = new URL(attribute('action') || location.href, location.href);
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  const method = (attribute('method') ?? 'get').toLowerCase();
  if (method !== 'post') {
    url.search = new URLSearchParams([...data].filter(([, value]) => typeof value === 'string')).toString();
    return { url, options: { method: 'GET' } };
  }
  const isMultipart = attribute('enctype') === 'multipart/form-data';
  return { url, options: { method: 'POST', body: isMultipart ? data : new URLSearchParams([...data]) } };
}

/** What is asked for each part, by its id: the next asks when the last is answered. */
const underway = new Map();

/**
 * Asks, and puts the part of the answer into the page.
 *
 * @param {Element} wanted the part; the one of its id, if it was replaced meanwhile
 * @param {URL | string} url
 * @param {RequestInit} [options]
 * @param {{isSameKept?: boolean}} [with_] whether a part that is the same as before is left alone
 * @returns {Promise<{part: Element, response: Response}>}
 * @throws {TypeError} without a network
 * @throws {NoSuchPart}
 */
export async function swap(wanted, url, options = {}, { isSameKept = false } = {}) {
  const { id } = wanted;
  const last = underway.get(id);
  const own = (async () => {
    await last?.catch(() => {});
    return exchange(document.getElementById(id) ?? wanted, url, options, isSameKept);
  })();
  underway.set(id, own);
  try {
    return await own;
  } finally {
    if (underway.get(id) === own) underway.delete(id);
  }
}

async function exchange(part, url, options, isSameKept) {
  part.setAttribute('aria-busy', 'true');
  const before = new Map([...part.querySelectorAll('input, textarea')].map((field) => [field, field.value]));
  try {
    const response = await fetch(url, { ...options, headers: { Accept: 'text/html' }, credentials: 'same-origin' });
    const answer = new DOMParser().parseFromString(await response.text(), 'text/html');
    const fresh = answer.getElementById(part.id);
    if (!fresh) throw new NoSuchPart(response, answer.querySelector('h1')?.textContent.trim() ?? '');
    part.removeAttribute('aria-busy');
    if (isSameKept && fresh.outerHTML === part.outerHTML) return { part, response };
    return { part: replace(part, fresh, before), response };
  } finally {
    part.removeAttribute('aria-busy');
  }
}

/** Puts a part in the place of another; what had the focus keeps it, with what was typed meanwhile. */
function replace(part, fresh, before) {
  const held = part.contains(document.activeElement) ? document.activeElement : null;
  const twin = held && twinOf(held, fresh);
  const coming = document.adoptNode(fresh);
  if (twin && before.has(held) && before.get(held) !== held.value) twin.value = held.value;
  const selection = held && selectionOf(held);
  part.replaceWith(coming);
  if (twin) {
    twin.focus({ preventScroll: true });
    if (selection && selectionOf(twin)) twin.setSelectionRange(...selection);
  } else {
    const wanted = coming.matches('[autofocus]') ? coming : coming.querySelector('[autofocus]');
    // What had the focus is gone: the part itself is where reading goes on.
    if (held && !wanted && !coming.hasAttribute('tabindex')) coming.tabIndex = -1;
    (wanted ?? (held ? coming : null))?.focus();
  }
  coming.dispatchEvent(new CustomEvent(ARRIVED, { bubbles: true }));
  return coming;
}

function twinOf(held, fresh) {
  if (held.id) return fresh.querySelector(`#${CSS.escape(held.id)}`);
  if (!held.name) return null;
  const value = held.matches('button, [type=radio], [type=checkbox]') ? `[value="${CSS.escape(held.value)}"]` : '';
  return fresh.querySelector(`${held.localName}[name="${CSS.escape(held.name)}"]${value}`);
}

/** Where the cursor stands; null for what has none. */
function selectionOf(field) {
  try {
    return field.selectionStart === null || field.selectionStart === undefined
      ? null
      : [field.selectionStart, field.selectionEnd];
  } catch {
    return null;
  }
}

/** Says that something failed, where whoever did it looks. */
function sayFailure(part, trigger, name, values) {
  const said = [part, trigger, document.body].map((place) => words(place, name, values)).find(Boolean);
  if (!said) return;
  said.dataset.swapFailure = name;
  document.querySelectorAll('[data-swap-failure]').forEach((old) => old.remove());
  const place = part.querySelector('[data-swap-said]');
  if (place) place.replaceChildren(said);
  else part.before(said);
}

const waiting = new WeakSet();

async function go(trigger, url, options) {
  const part = document.querySelector(trigger.dataset.swap);
  if (!part || url.origin !== location.origin) return false;
  // Pressed twice.
  if (waiting.has(trigger)) return true;
  waiting.add(trigger);
  const buttons = [...trigger.querySelectorAll('button:not([type=button])')];
  buttons.forEach((button) => button.setAttribute('aria-busy', 'true'));
  try {
    const { response } = await swap(part, url, options);
    document.querySelectorAll('[data-swap-failure]').forEach((old) => old.remove());
    const isAsking = (options.method ?? 'GET') === 'GET';
    if (isAsking && !('swapQuiet' in trigger.dataset)) {
      // The moment before has to come back, too.
      history.replaceState({ swap: true }, '');
      history.pushState({ swap: true }, '', response.url);
    }
  } catch (error) {
    const response = error.response;
    // Signed out meanwhile, or sent on: another page, which can be opened as one.
    if (response?.redirected && response.ok) location.assign(response.url);
    else if (error instanceof NoSuchPart) {
      const reference = response.headers.get('x-trace-id') ?? '';
      sayFailure(document.querySelector(trigger.dataset.swap), trigger, 'swap_failed', { title: error.title, reference });
    } else sayFailure(document.querySelector(trigger.dataset.swap), trigger, 'swap_offline');
  } finally {
    waiting.delete(trigger);
    buttons.forEach((button) => button.removeAttribute('aria-busy'));
    document.dispatchEvent(new CustomEvent(ANSWERED, { detail: { trigger } }));
  }
  return true;
}

function start(trigger) {
  if (trigger.matches('form')) {
    trigger.addEventListener('submit', (event) => {
      if (event.defaultPrevented) return;
      const { url, options } = requestOf(trigger, event.submitter);
      if (url.origin !== location.origin || !document.querySelector(trigger.dataset.swap)) return;
      event.preventDefault();
      go(trigger, url, options);
    });
    return;
  }
  trigger.addEventListener('click', (event) => {
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
    if (elsewhere || event.defaultPrevented || !document.querySelector(trigger.dataset.swap)) return;
    event.preventDefault();
    go(trigger, new URL(trigger.href), {});
  });
}

onEach('form[data-swap], a[data-swap]', start);
// A part from an earlier moment of the history is not kept here: the server has it.
globalThis.addEventListener?.('popstate', ({ state }) => state?.swap && location.reload());
// Who goes back twice in a hurry may arrive before this module does, at a page that is not the address's.
if (globalThis.history?.state?.swap) {
  const [{ name }] = performance.getEntriesByType('navigation');
  if (name.split('#')[0] !== location.href.split('#')[0]) location.reload();
}
