/**
 * Reads codes from a picture: a screenshot, a photo, a scan.
 *
 * On a page: `<section class="picture" data-picture>` with `<input type="file" accept="image/*">`
 * in a form that sends the picture to the server where scripts are off, a live region
 * `[data-picture-said]`, a list `<ul data-picture-found>` for several codes, and words (see
 * `page.mjs`): `reading`, `no_code`, `not_a_picture`, `too_large`, `decoder`, `several`, `pick`
 * (with the slot `number`). The part's `data-state` is `idle`, `reading`, `found`, `several` or
 * `failed`, then with `data-failure`. The picture does not leave the phone.
 *
 * @module
 */

import { offer } from './codes.mjs';
import { Decoder } from './decoder.mjs';
import { onEach, say, words } from './page.mjs';

/** The longer side at which a photo is read first: large ones read worse, and slower. */
const FIRST_SIDE = 1600;
/** A photo of a good phone has 50 megapixels; what is more is no photo of a code. */
const MOST_PIXELS = 64_000_000;
/** How many codes one picture may hold. */
const MOST_CODES = 8;

/**
 * In which sizes to read a picture, one after the other until a code is found.
 *
 * @param {number} width
 * @param {number} height
 * @returns {{width: number, height: number}[]} none for one that is too large.
 */
export function sizesOf(width, height) {
  if (width * height > MOST_PIXELS || width < 1 || height < 1) return [];
  const scale = FIRST_SIDE / Math.max(width, height);
  const own = { width, height };
  if (scale >= 1) return [own];
  return [{ width: Math.round(width * scale), height: Math.round(height * scale) }, own];
}

/**
 * Codes without those that say the same, in the order in which they are read on paper.
 *
 * @param {import('./decoder.mjs').Code[]} codes
 * @returns {import('./decoder.mjs').Code[]}
 */
export function inOrder(codes) {
  const seen = new Map();
  for (const code of codes) if (!seen.has(code.text)) seen.set(code.text, code);
  const top = ({ corners }) => Math.min(...corners.map(({ y }) => y));
  const left = ({ corners }) => Math.min(...corners.map(({ x }) => x));
  return [...seen.values()].sort((a, b) => top(a) - top(b) || left(a) - left(b));
}

/** Reads a picture in one size after the other; tells in which it found something. */
async function readIn(bitmap, decoder) {
  const sizes = sizesOf(bitmap.width, bitmap.height);
  for (const { width, height } of sizes) {
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    // What is transparent is white on a screen, and would be black to the decoder.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    const codes = await decoder.read(context.getImageData(0, 0, width, height), MOST_CODES);
    if (codes.length > 0) return { codes: inOrder(codes), canvas };
  }
  return { codes: [], canvas: null, isTooLarge: sizes.length === 0 };
}

/** A small copy of where a code stands in the picture, so that somebody can tell which it is. */
function cut(canvas, corners) {
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(Math.max(...xs) - left, Math.max(...ys) - top) || 1;
  const edge = side * 0.15;
  const copy = document.createElement('canvas');
  copy.width = 96;
  copy.height = 96;
  copy.setAttribute('aria-hidden', 'true');
  copy.getContext('2d').drawImage(canvas, left - edge, top - edge, side + 2 * edge, side + 2 * edge, 0, 0, 96, 96);
  return copy;
}

function start(part) {
  const input = part.querySelector('input[type=file]');
  const said = part.querySelector('[data-picture-said]');
  const found = part.querySelector('[data-picture-found]');
  let round = 0;

  const be = (state, word = state, failure = null) => {
    part.dataset.state = state;
    if (failure) part.dataset.failure = failure;
    else delete part.dataset.failure;
    say(part, said, word);
  };
  const fail = (name) => be('failed', name, name);

  const choose = (codes, canvas) => {
    be('several');
    const items = codes.map(({ text, corners }, at) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn wide';
      button.append(cut(canvas, corners), words(part, 'pick', { number: at + 1 }) ?? String(at + 1));
      button.addEventListener('click', () => {
        found.replaceChildren();
        be('found');
        offer(part, text, 'picture');
      });
      const item = document.createElement('li');
      item.append(button);
      return item;
    });
    found.replaceChildren(...items);
    found.querySelector('button').focus();
  };

  const read = async (file) => {
    round += 1;
    const own = round;
    found?.replaceChildren();
    be('reading');
    let bitmap;
    try {
      bitmap = await createImageBitmap(file);
    } catch {
      if (own === round) fail('not_a_picture');
      return;
    }
    const decoder = new Decoder();
    try {
      const { codes, canvas, isTooLarge } = await readIn(bitmap, decoder);
      // Another picture was chosen meanwhile.
      if (own !== round) return;
      if (isTooLarge) fail('too_large');
      else if (codes.length === 0) fail('no_code');
      else if (codes.length > 1 && found) choose(codes, canvas);
      else {
        be('found');
        offer(part, codes[0].text, 'picture');
      }
    } catch {
      if (own === round) fail('decoder');
    } finally {
      decoder.close();
      bitmap.close();
    }
  };

  input.addEventListener('change', () => {
    const [file] = input.files;
    if (!file) return;
    read(file);
    // So that the same picture can be chosen again, and is not sent with the form.
    input.value = '';
  });
  for (const button of part.querySelectorAll('[data-without-script]')) button.hidden = true;
}

onEach('[data-picture]', start);
