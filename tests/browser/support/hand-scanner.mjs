/**
 * Types as a hand scanner does: real key events, a few milliseconds apart, and Enter.
 *
 * @module
 */

const SHIFTED = { ':': 'Semicolon', '?': 'Slash', _: 'Minus', '+': 'Equal', '#': 'Digit3', '%': 'Digit5', '*': 'Digit8', $: 'Digit4' };
const PLAIN = { '/': 'Slash', '.': 'Period', '-': 'Minus', ' ': 'Space', ';': 'Semicolon', '=': 'Equal' };

function keyOf(character) {
  if (/[0-9]/.test(character)) return { code: `Digit${character}`, shift: false };
  if (/[a-zA-Z]/.test(character)) return { code: `Key${character.toUpperCase()}`, shift: /[A-Z]/.test(character) };
  if (SHIFTED[character]) return { code: SHIFTED[character], shift: true };
  if (PLAIN[character]) return { code: PLAIN[character], shift: false };
  throw new Error(`no scanner key for ${character}`);
}

/**
 * Scans a text into a page.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} text
 * @param {object} [with_]
 * @param {'plain' | 'ime' | 'full-width' | 'caps-lock'} [with_.method] what stands between the
 *   scanner and the page; an input method hides each key behind `Process` and key code 229.
 * @param {number} [with_.pace] milliseconds between two keys, as the events tell it: a busy machine
 *   does not make the scanner slow
 * @param {'Enter' | 'Tab' | null} [with_.end]
 */
export async function scan(page, text, { method = 'plain', pace = 4, end = 'Enter' } = {}) {
  const session = await page.context().newCDPSession(page);
  let at = Date.now();
  const press = async (key) => {
    at += pace;
    const timestamp = at / 1000;
    await session.send('Input.dispatchKeyEvent', { type: key.text ? 'keyDown' : 'rawKeyDown', ...key, timestamp });
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key, text: undefined, timestamp });
  };
  for (const character of text) {
    const { code, shift } = keyOf(character);
    const modifiers = shift ? 8 : 0;
    const virtual = character.toUpperCase().charCodeAt(0);
    if (method === 'ime') {
      await press({ code, modifiers, key: 'Process', windowsVirtualKeyCode: 229 });
    } else {
      const typed = { plain: character, 'full-width': fullWidth(character), 'caps-lock': otherCase(character) }[method];
      await press({ code, modifiers, key: typed, text: typed, windowsVirtualKeyCode: virtual });
    }
  }
  if (end) await press({ code: end, key: end, windowsVirtualKeyCode: end === 'Enter' ? 13 : 9, text: end === 'Enter' ? '\r' : '' });
  await session.detach();
}

const fullWidth = (character) => String.fromCodePoint(character.codePointAt(0) + 0xfee0);
const otherCase = (character) => (character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase());
