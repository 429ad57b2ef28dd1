import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inBrowser } from './support/browser.mjs';
import { office } from './support/office.mjs';

const { url, certificate } = office();

test('the office is reached over TLS, and its pages keep their policy', () =>
  inBrowser({ certificate }, async (page) => {
    const answer = await page.goto(`${url}/docs`);
    assert.equal(answer.status(), 200);
    assert.match(answer.headers()['content-security-policy'], /default-src 'none'/);
    await page.locator('h1').first().waitFor();
  }));

test('a certificate that is not the office’s is not trusted', () =>
  inBrowser({}, async (page, browser) => {
    browser.expect(/ERR_CERT/);
    await assert.rejects(page.goto(url), /ERR_CERT_AUTHORITY_INVALID/);
  }));
