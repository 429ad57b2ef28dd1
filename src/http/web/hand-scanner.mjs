/**
 * Reads hand scanners, which type what they read as a keyboard does.
 *
 * A Chinese input method takes a scanner's keys for pinyin, and other layouts turn its characters
 * into others. The physical keys are still told, so a character is rebuilt from its key wherever
 * the one that arrived is not plain ASCII. Whoever types in a field is left alone.
 *
 * On a page: `<button type="button" data-hand-scanner data-state="ready">` is where the focus rests.
 * Its state is `ready`, `away` (the focus is in a field or another window) or `reading`; a press on
 * it brings it back. What was read is offered as `codes.mjs` says.
 *
 * @module
 */

import { offer } from './codes.mjs';
import { onEach } from './page.mjs';

/** Scanners send a key every few milliseconds; fingers never do. */
const GAP_MS = 60;
/** The shortest code, eight spoken digits, is typed and not scanned; the shortest scanned one is longer. */
const LEAST = 12;
/** The longest code has 991 digits and an address before them. */
const MOST = 2048;

/** What a key writes alone and with Shift, on the layout that scanners assume. */
const KEYS = {
  Minus: '-_', Equal: '=+', Semicolon: ';:', Quote: '\'"', Comma: ',<', Period: '.>', Slash: '/?',
  Backslash: '\\|', BracketLeft: '[{', BracketRight: ']}', Backquote: '`~', Space: '  ',
  NumpadDecimal: '..', NumpadDivide: '//', NumpadMultiply: '**', NumpadSubtract: '--', NumpadAdd: '++',
};
const SHIFTED_DIGITS = ')!@#$%^&*(';

/**
 * The ASCII character that a key press stands for.
 *
 * @param {{key: string, code: string, shiftKey?: boolean, isComposing?: boolean}} press
 * @returns {string} empty for a key that writes nothing.
 */
export function characterOf({ key, code, shiftKey = false, isComposing = false }) {
  if (!isComposing && key.length === 1 && key >= ' ' && key <= '~') return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  const digit = /^(Digit|Numpad)(\d)$/.exec(code);
  if (digit) return shiftKey && digit[1] === 'Digit' ? SHIFTED_DIGITS[digit[2]] : digit[2];
  const pair = KEYS[code];
  if (pair) return pair[shiftKey ? 1 : 0];
  return code === '' ? halfWidth(key) : '';
}

/** A full-width character as the ASCII one that it stands for; empty for any other. */
function halfWidth(key) {
  if ([...key].length !== 1) return '';
  const point = key.codePointAt(0);
  if (point >= 0xff01 && point <= 0xff5e) return String.fromCodePoint(point - 0xfee0);
  return { '\u3000': ' ', '\u3002': '.', '\u3001': '/' }[key] ?? '';
}

/** Tells a scanner's keys from a person's, by their pace, and puts them together. */
export class HandScanner {
  #text = '';
  #last = -Infinity;
  #clock;
  #least;
  #most;
  #gap;

  /**
   * @param {object} [options]
   * @param {(press: {timeStamp?: number}) => number} [options.clock] when a key was pressed, in
   *   milliseconds; the press's own time by default, which a busy page does not move.
   * @param {number} [options.least] characters of the shortest code
   * @param {number} [options.most] characters of the longest; more are dropped as a whole
   * @param {number} [options.gap] milliseconds between two keys of one code, at most
   */
  constructor({ clock = (press) => press.timeStamp, least = LEAST, most = MOST, gap = GAP_MS } = {}) {
    this.#clock = clock;
    this.#least = least;
    this.#most = most;
    this.#gap = gap;
  }

  /** Forgets what was read of a code. */
  reset() {
    this.#text = '';
    this.#last = -Infinity;
  }

  /**
   * Takes a key press.
   *
   * @param {{key: string, code: string, shiftKey?: boolean, ctrlKey?: boolean, altKey?: boolean,
   *   metaKey?: boolean, isComposing?: boolean, timeStamp?: number}} press
   * @returns {{text: string | null, taken: boolean}} the code that is whole now, and whether the
   *   key belongs to one, so that the page must not act on it.
   */
  press(press) {
    if (press.ctrlKey || press.altKey || press.metaKey) return { text: null, taken: false };
    const now = this.#clock(press);
    if (now - this.#last > this.#gap) this.#text = '';
    this.#last = now;
    if (press.key === 'Enter' || press.key === 'Tab' || ['Enter', 'NumpadEnter', 'Tab'].includes(press.code)) {
      const text = this.#text;
      this.#text = '';
      const whole = text.length >= this.#least && text.length <= this.#most;
      return { text: whole ? text : null, taken: text.length >= this.#least };
    }
    const character = characterOf(press);
    if (character !== '' && this.#text.length <= this.#most) this.#text += character;
    // The first keys may be a person's; a page loses nothing if it acts on two of a scanner's.
    return { text: null, taken: character !== '' && this.#text.length > 2 };
  }
}

const FIELDS = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]';

function start(panel) {
  const scanner = new HandScanner();
  let ended;
  const listening = new AbortController();
  const { signal } = listening;
  const state = (name) => {
    if (panel.dataset.state !== name) panel.dataset.state = name;
  };
  const rest = () => {
    const away = !document.hasFocus() || document.activeElement?.matches(FIELDS);
    state(away ? 'away' : 'ready');
  };
  const onKey = (event) => {
    if (!panel.isConnected) return listening.abort();
    if (event.target.matches?.(FIELDS)) return scanner.reset();
    const { text, taken } = scanner.press(event);
    if (taken) {
      event.preventDefault();
      event.stopPropagation();
      state('reading');
      clearTimeout(ended);
      ended = setTimeout(rest, 4 * GAP_MS);
    }
    if (text !== null) offer(panel, text, 'hand');
    return undefined;
  };
  addEventListener('keydown', onKey, { capture: true, signal });
  for (const name of ['focusin', 'focusout', 'visibilitychange']) {
    document.addEventListener(name, () => queueMicrotask(rest), { signal });
  }
  for (const name of ['focus', 'blur']) addEventListener(name, rest, { signal });
  panel.addEventListener('click', () => {
    panel.focus();
    rest();
  });
  if (document.activeElement === document.body) panel.focus({ preventScroll: true });
  rest();
}

onEach('[data-hand-scanner]', start);
