/**
 * Draws QR codes in the page: those that a phone shows without a network.
 *
 * Black on white whatever the page's colours, with four modules of white around, level M, and
 * version 15 at most, because denser ones are not read from a screen (docs/compact-code.md §2).
 *
 * On a page: `<div data-qr="DIGITS" data-qr-label="…">` gets the picture, and a new one when
 * `data-qr` changes; `data-state` becomes `drawn` or `failed`.
 *
 * @module
 */

import { onEach } from './page.mjs';
import qrcode from './vendor/qrcode-generator/qrcode.mjs';

const LEVEL = 'M';
const MOST_VERSION = 15;
const QUIET = 4;

/**
 * The mode in which a text takes the least room: digits, capital letters, or bytes.
 *
 * @param {string} text
 * @returns {'Numeric' | 'Alphanumeric' | 'Byte'}
 */
export function modeOf(text) {
  if (/^[0-9]+$/.test(text)) return 'Numeric';
  return /^[0-9A-Z $%*+\-./:]+$/.test(text) ? 'Alphanumeric' : 'Byte';
}

/**
 * A text as modules.
 *
 * @param {string} text ASCII
 * @returns {{side: number, version: number, path: string}} how many modules a side has, the white
 *   ones around included, and the dark ones as an SVG path in units of a module.
 * @throws {RangeError} if it needs a version above 15, or is not ASCII.
 */
export function modulesOf(text) {
  if (!/^[\x20-\x7e]+$/.test(text)) throw new RangeError('only ASCII is drawn');
  const code = qrcode(0, LEVEL);
  code.addData(text, modeOf(text));
  try {
    code.make();
  } catch (error) {
    throw new RangeError('too long for any code', { cause: error });
  }
  const count = code.getModuleCount();
  const version = (count - 17) / 4;
  if (version > MOST_VERSION) throw new RangeError(`version ${version} is too dense to be read`);
  const runs = [];
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; ) {
      let length = 0;
      while (column + length < count && code.isDark(row, column + length)) length += 1;
      if (length > 0) runs.push(`M${column + QUIET} ${row + QUIET}h${length}v1h-${length}z`);
      column += Math.max(length, 1);
    }
  }
  return { side: count + 2 * QUIET, version, path: runs.join('') };
}

/**
 * A text as a picture.
 *
 * @param {string} text
 * @param {string} label what the picture is, for who does not see it
 * @returns {SVGSVGElement}
 * @throws {RangeError} as {@link modulesOf}
 */
export function drawQr(text, label) {
  const { side, path } = modulesOf(text);
  const make = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const picture = make('svg', {
    class: 'qr', viewBox: `0 0 ${side} ${side}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges',
  });
  picture.append(make('rect', { width: side, height: side, fill: '#fff' }), make('path', { d: path, fill: '#000' }));
  return picture;
}

function start(place) {
  const draw = () => {
    try {
      place.replaceChildren(drawQr(place.dataset.qr, place.dataset.qrLabel ?? ''));
      place.dataset.state = 'drawn';
    } catch {
      place.replaceChildren();
      place.dataset.state = 'failed';
    }
  };
  new MutationObserver(draw).observe(place, { attributeFilter: ['data-qr'] });
  draw();
}

onEach('[data-qr]', start);
