/**
 * Films for the browser's fake camera: uncompressed y4m, which needs no other program.
 *
 * A film is some megabytes and begins again when it is over, so a second is long enough.
 *
 * @module
 */

import { writeFileSync } from 'node:fs';

import { modulesOf } from '../../../src/http/web/qr.mjs';

const [WIDTH, HEIGHT] = [1280, 720];
const FRAMES = 6;
const BACKGROUND = 132;

/**
 * A film of a code that is held before the camera, a little unsteadily.
 *
 * @param {string} path to write to
 * @param {string} text in the code; empty for a camera that sees no code
 * @param {{side?: number}} [with_] how many pixels the code's side has
 * @returns {string} the path
 */
export function filmOfCode(path, text, { side = 460 } = {}) {
  if (text === '') return film(path, null);
  const { side: count, path: runs } = modulesOf(text);
  const dark = new Set();
  for (const [, x, y, length] of runs.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let at = 0; at < Number(length); at += 1) dark.add(Number(y) * count + Number(x) + at);
  }
  const at = (x, y) => (dark.has(Math.floor((y * count) / side) * count + Math.floor((x * count) / side)) ? 24 : 232);
  return film(path, { width: side, height: side, at });
}

/**
 * A film of a picture, PNG, JPEG or SVG, as somebody would hold it up: a screenshot, a printed page.
 *
 * @param {string} path to write to
 * @param {import('playwright-core').Page} page any page without a policy, such as about:blank
 * @param {Buffer} bytes
 * @param {string} media its media type
 * @param {{side?: number}} [with_] how many pixels its longer side has
 * @returns {Promise<string>} the path
 */
export async function filmOfPicture(path, page, bytes, media, { side = 640 } = {}) {
  const picture = await page.evaluate(
    async ([url, longest]) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const scale = longest / Math.max(image.naturalWidth, image.naturalHeight);
      const [width, height] = [Math.round(image.naturalWidth * scale), Math.round(image.naturalHeight * scale)];
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      const context = canvas.getContext('2d');
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
      context.drawImage(image, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      const grey = [];
      for (let i = 0; i < data.length; i += 4) grey.push(Math.round(0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]));
      return { width, height, grey };
    },
    [`data:${media};base64,${bytes.toString('base64')}`, Math.min(side, HEIGHT - 40)],
  );
  const { width, height, grey } = picture;
  return film(path, { width, height, at: (x, y) => 16 + (grey[y * width + x] * 219) / 255 });
}

function film(path, held) {
  const frames = Array.from({ length: FRAMES }, (_, frame) => {
    const luma = Buffer.alloc(WIDTH * HEIGHT, BACKGROUND);
    if (held) {
      const left = Math.floor((WIDTH - held.width) / 2) + ((frame * 3) % 5);
      const top = Math.floor((HEIGHT - held.height) / 2) + ((frame * 2) % 3);
      for (let y = 0; y < held.height; y += 1) {
        for (let x = 0; x < held.width; x += 1) luma[(top + y) * WIDTH + left + x] = held.at(x, y);
      }
    }
    return Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
  });
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F6:1 Ip A1:1 C420mpeg2\n`), ...frames]));
  return path;
}
