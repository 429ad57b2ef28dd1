/**
 * Pictures of pages for the documentation: docs/screens.
 *
 * They are taken only when SCREENS is set, so that a test run leaves the tree as it was.
 *
 * @module
 */

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../docs/screens/', import.meta.url));

/**
 * Takes a picture.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} name of the file, without its ending
 * @param {{whole?: boolean}} [with_] whether what is below the fold is on it, too
 */
export async function screen(page, name, { whole = true } = {}) {
  if (!process.env.SCREENS) return;
  mkdirSync(FOLDER, { recursive: true });
  await page.evaluate(() => document.fonts.ready.then(() => true));
  // A bar that stays in sight would stand in the middle of a long picture.
  const bars = (position) =>
    page.evaluate((value) => document.querySelectorAll('.bottom').forEach((bar) =>
      (value ? bar.style.setProperty('position', value) : bar.style.removeProperty('position'))), position);
  if (whole) await bars('static');
  await page.screenshot({ path: `${FOLDER}${name}.png`, fullPage: whole, animations: 'disabled', caret: 'hide' });
  if (whole) await bars(null);
}
