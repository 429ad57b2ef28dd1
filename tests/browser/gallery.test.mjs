import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe as suite, test } from 'node:test';

import { assertAccessible, violations } from './support/accessible.mjs';
import { inBrowser } from './support/browser.mjs';
import { openShelf } from './support/shelf.mjs';

const pages = readdirSync(new URL('gallery/', import.meta.url)).filter((name) => name.endsWith('.html'));
const SIZES = ['standard', 'elder', 'largest'];

let shelf;
before(async () => {
  shelf = await openShelf();
});
after(() => shelf.close());

suite('everybody can use', () => {
  for (const name of ['../gallery.html', ...pages]) {
    test(`${name.replace('.html', '').replace('../', '')}, in every size`, () =>
      inBrowser({}, async (page) => {
        await page.goto(`${shelf.origin}/gallery/${name}`);
        for (const size of SIZES) {
          await page.evaluate((value) => (document.documentElement.dataset.size = value), size);
          await assertAccessible(page);
        }
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.evaluate(() => delete document.documentElement.dataset.size);
        await assertAccessible(page);
      }));
  }
});

test('Mongolian pages stand, their forms lie, and the font is there', () =>
  inBrowser({}, async (page) => {
    const mode = () => page.evaluate(() => getComputedStyle(document.body).writingMode);
    await page.goto(`${shelf.origin}/gallery/reading.html`);
    assert.equal(await mode(), 'vertical-lr');
    assert.ok(await page.evaluate(() => document.fonts.load('16px "JZ Mongolian"', 'ᠮᠣᠩᠭᠣᠯ').then((faces) => faces.length === 1)));
    await page.goto(`${shelf.origin}/gallery/forms-mn.html`);
    assert.equal(await mode(), 'horizontal-tb');
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('.field > label')).writingMode), 'vertical-lr');
  }));

test('a page without Mongolian does not load its font', () =>
  inBrowser({}, async (page) => {
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${shelf.origin}/gallery/public.html`);
    await page.waitForLoadState('networkidle');
    assert.deepEqual(asked.filter((url) => url.endsWith('.woff2')), []);
  }));

test('in forced colours codes stay black on white, and what is selected is marked', () =>
  inBrowser({ options: { forcedColors: 'active' } }, async (page) => {
    await page.goto(`${shelf.origin}/gallery/show.html`);
    const [background, outline] = await page.evaluate(() => [
      getComputedStyle(document.querySelector('.qr')).backgroundColor,
      getComputedStyle(document.querySelector('.seg [aria-current]')).outlineStyle,
    ]);
    assert.equal(background, 'rgb(255, 255, 255)');
    assert.equal(outline, 'solid');
    // axe reads the colours of the sheet, not those that are painted.
    assert.deepEqual(await violations(page, ['color-contrast']), []);
  }));

test('nothing moves for who wants that', () =>
  inBrowser({ options: { reducedMotion: 'reduce' } }, async (page) => {
    await page.goto(`${shelf.origin}/gallery/components.html`);
    const moving = await page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0);
  }));

test('on paper stand the facts, without masthead, bars and buttons', () =>
  inBrowser({}, async (page) => {
    await page.goto(`${shelf.origin}/gallery/public.html`);
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['.mast', '.foot', '.skip']) assert.equal(await page.locator(gone).first().isVisible(), false, gone);
    for (const stays of ['.verdict', '.rows', '.checks']) assert.equal(await page.locator(stays).first().isVisible(), true, stays);
  }));

test('the skip link leads to the page’s own part', () =>
  inBrowser({}, async (page) => {
    await page.goto(`${shelf.origin}/gallery/console.html`);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('#main').contains(document.activeElement)));
  }));
