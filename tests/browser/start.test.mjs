import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertAccessible } from './support/accessible.mjs';
import { inBrowser } from './support/browser.mjs';
import { office } from './support/office.mjs';
import { screen } from './support/screens.mjs';

const { url, certificate } = office();

for (const [path, name] of [['/', 'start'], ['/check', 'check'], ['/no/such/page', 'not-found']]) {
  test(`${path} is fit for everybody`, () =>
    inBrowser({ certificate }, async (page, browser) => {
      if (path.startsWith('/no/')) browser.expect(/404/);
      await page.goto(url + path);
      await assertAccessible(page);
      await screen(page, name);
    }));
}

test('a wish for large text is kept', () =>
  inBrowser({ certificate }, async (page) => {
    await page.goto(url);
    await page.getByRole('link', { name: '大字版' }).click();
    assert.equal(await page.locator('html').getAttribute('data-size'), 'elder');
    await page.goto(`${url}/check`);
    assert.equal(await page.locator('html').getAttribute('data-size'), 'elder');
  }));
