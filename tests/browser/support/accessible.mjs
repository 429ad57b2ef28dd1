/**
 * Whether everybody can use a page: axe, no scrolling in two directions at 320 px, targets that a
 * finger hits.
 *
 * @module
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** CSS pixels of a side, by the page's size of text. */
const TARGET = { standard: 44, elder: 60, largest: 60 };
/** Links within a sentence are only as high as their line. */
const INLINE_TARGET = 24;

/**
 * Fails on anything that keeps somebody out, and says what and where.
 *
 * @param {import('playwright-core').Page} page
 * @param {{rules?: string[]}} [with_] rules of axe that do not hold here, for a reason that the test gives
 */
export async function assertAccessible(page, { rules = [] } = {}) {
  const found = [...(await violations(page, rules)), ...(await targets(page)), ...(await reflow(page))];
  assert.deepEqual(found, [], `not everybody can use ${page.url()}`);
}

/**
 * What axe finds.
 *
 * @param {import('playwright-core').Page} page
 * @param {string[]} [without]
 * @returns {Promise<string[]>}
 */
export async function violations(page, without = []) {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(AXE);
  return page.evaluate(
    async ([tags, off]) => {
      // A bar that stays in sight covers what can be scrolled out from under it.
      const bars = [...document.querySelectorAll('.bottom')];
      bars.forEach((bar) => bar.style.setProperty('position', 'static'));
      const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
      const { violations } = await globalThis.axe.run(document, { runOnly: tags, rules });
      bars.forEach((bar) => bar.style.removeProperty('position'));
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.join(' ')}: ${failureSummary.split('\n').slice(1, 2).join('').trim()}`));
    },
    [RULES, without],
  );
}

/**
 * What is too small for a finger.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export function targets(page) {
  return page.evaluate(
    ([least, inline]) => {
      const side = least[document.documentElement.dataset.size] ?? least.standard;
      const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')];
      return all.flatMap((element) => {
        if (!element.checkVisibility({ visibilityProperty: true }) || element.matches('.skip:not(:focus)')) return [];
        // A label is pressed as well as its box.
        const pressed = element.closest('label') ?? element;
        const { width, height } = pressed.getBoundingClientRect();
        const isInline = element.matches('a') && getComputedStyle(element).display === 'inline' && element.closest('p, li, dd, td, span');
        const wanted = isInline ? inline : side;
        // Half a pixel is lost in rounding.
        if (Math.min(width, height) >= wanted - 0.5) return [];
        return [`target ${Math.round(width)}×${Math.round(height)} < ${wanted}: ${element.outerHTML.slice(0, 100)}`];
      });
    },
    [TARGET, INLINE_TARGET],
  );
}

/**
 * What does not fit at 320 px: then pages scroll in one direction, the one they are written in.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function reflow(page) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const found = await page.evaluate(() => {
    const root = document.documentElement;
    const isVertical = getComputedStyle(document.body).writingMode.startsWith('vertical');
    const [all, seen] = isVertical ? [root.scrollHeight, root.clientHeight] : [root.scrollWidth, root.clientWidth];
    if (all <= seen) return [];
    const wide = [...document.body.querySelectorAll('*')].filter((element) => {
      const { right, bottom } = element.getBoundingClientRect();
      return (isVertical ? bottom : right) > seen + 1;
    });
    return [`${all} px do not fit into ${seen}: ${wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 80)).join(' | ')}`];
  });
  await page.setViewportSize(before);
  return found;
}
