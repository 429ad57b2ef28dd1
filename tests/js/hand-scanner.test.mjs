import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';

import { HandScanner, characterOf } from '../../src/http/web/hand-scanner.mjs';

const CODE = 'HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHJKMNPQRS';

/** The key presses of a scanner for a text, as the given input method lets them through. */
function presses(text, method = 'plain') {
  return [...text].map((character) => {
    const base = { altKey: false, ctrlKey: false, metaKey: false, isComposing: false, ...pressOf(character) };
    if (method === 'ime') return { ...base, key: 'Process', keyCode: 229 };
    if (method === 'full-width') return { ...base, key: fullWidth(character) };
    if (method === 'caps-lock') return { ...base, key: swapped(character) };
    return base;
  });
}

function pressOf(character) {
  const shifted = { ':': 'Semicolon', '?': 'Slash', '_': 'Minus', '+': 'Equal', '%': 'Digit5', '#': 'Digit3' };
  const plain = { '/': 'Slash', '.': 'Period', '-': 'Minus', ' ': 'Space' };
  if (/[a-z]/.test(character)) return { key: character, code: `Key${character.toUpperCase()}`, shiftKey: false };
  if (/[A-Z]/.test(character)) return { key: character, code: `Key${character}`, shiftKey: true };
  if (/[0-9]/.test(character)) return { key: character, code: `Digit${character}`, shiftKey: false };
  if (shifted[character]) return { key: character, code: shifted[character], shiftKey: true };
  return { key: character, code: plain[character], shiftKey: false };
}

const fullWidth = (character) => (character === ' ' ? '　' : String.fromCodePoint(character.codePointAt(0) + 0xfee0));
const swapped = (character) => (character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase());

const ENTER = { key: 'Enter', code: 'Enter' };

/** A scanner with a clock that a press moves on by so many milliseconds. */
function scannerWith(pace) {
  let now = 0;
  return new HandScanner({ clock: () => (now += pace) });
}

function scan(scanner, keys) {
  return keys.map((press) => scanner.press(press)).at(-1);
}

suite('a scan is read', () => {
  for (const method of ['plain', 'ime', 'full-width']) {
    test(`through ${method} keys`, () => {
      const { text, taken } = scan(scannerWith(4), [...presses(CODE, method), ENTER]);
      assert.equal(text, CODE);
      assert.equal(taken, true);
    });
  }
  test('with Caps Lock on, in the other case', () => {
    assert.equal(scan(scannerWith(4), [...presses(CODE, 'caps-lock'), ENTER]).text.toUpperCase(), CODE);
  });
  test('of digits from the number block', () => {
    const keys = [...'1234567890123456'].map((digit) => ({ key: 'Process', code: `Numpad${digit}` }));
    assert.equal(scan(scannerWith(4), [...keys, { key: 'Enter', code: 'NumpadEnter' }]).text, '1234567890123456');
  });
  test('that ends with Tab, or with an Enter that the input method hides', () => {
    for (const end of [{ key: 'Tab', code: 'Tab' }, { key: 'Process', code: 'Enter' }]) {
      assert.equal(scan(scannerWith(4), [...presses(CODE), end]).text, CODE);
    }
  });
  test('and the next one, right after', () => {
    const scanner = scannerWith(4);
    assert.equal(scan(scanner, [...presses(CODE), ENTER]).text, CODE);
    assert.equal(scan(scanner, [...presses('123456789012'), ENTER]).text, '123456789012');
  });
  test('with keys of Shift and others in between', () => {
    const shift = { key: 'Shift', code: 'ShiftLeft', shiftKey: true };
    const keys = presses(CODE).flatMap((press) => [shift, press]);
    assert.equal(scan(scannerWith(4), [...keys, ENTER]).text, CODE);
  });
});

suite('what is no scan is left alone', () => {
  test('slow typing', () => {
    const scanner = scannerWith(90);
    for (const press of presses(CODE)) assert.deepEqual(scanner.press(press), { text: null, taken: false });
    assert.deepEqual(scanner.press(ENTER), { text: null, taken: false });
  });
  test('something short, with its Enter', () => {
    assert.deepEqual(scan(scannerWith(4), [...presses('12345678901'), ENTER]), { text: null, taken: false });
  });
  test('keys with Ctrl, Alt or Meta', () => {
    for (const held of ['ctrlKey', 'altKey', 'metaKey']) {
      const keys = presses(CODE).map((press) => ({ ...press, [held]: true }));
      assert.deepEqual(scan(scannerWith(4), [...keys, ENTER]), { text: null, taken: false });
    }
  });
  test('what is longer than any code, as a whole', () => {
    assert.equal(scan(scannerWith(4), [...presses('7'.repeat(2049)), ENTER]).text, null);
    assert.equal(scan(scannerWith(4), [...presses('7'.repeat(2048)), ENTER]).text.length, 2048);
  });
  test('the beginning of a scan that broke off', () => {
    let now = 0;
    const scanner = new HandScanner({ clock: () => now });
    for (const press of presses('HTTPS://MZ')) scanner.press(press);
    now += 61;
    for (const press of presses('123456789012')) scanner.press(press);
    assert.equal(scanner.press(ENTER).text, '123456789012');
  });
});

test('the first two keys of a scan still act on the page, the others do not', () => {
  const scanner = scannerWith(4);
  assert.deepEqual(presses('abcd').map((press) => scanner.press(press).taken), [false, false, true, true]);
});

test('function keys, arrows and dead keys write nothing', () => {
  for (const code of ['F8', 'Escape', 'ArrowUp', 'ShiftLeft', 'CapsLock', 'ContextMenu', '']) {
    assert.equal(characterOf({ key: code || 'Unidentified', code }), '');
  }
});

test('a key without a place on the keyboard is read by what it writes', () => {
  assert.equal(characterOf({ key: '：', code: '' }), ':');
  assert.equal(characterOf({ key: '。', code: '' }), '.');
  assert.equal(characterOf({ key: 'A', code: '' }), 'A');
  assert.equal(characterOf({ key: '蒙', code: '' }), '');
});
