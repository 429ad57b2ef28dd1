import { test } from 'node:test';

import { assertAccessible } from './support/accessible.mjs';
import { inBrowser } from './support/browser.mjs';
import { office } from './support/office.mjs';
import { screen } from './support/screens.mjs';

const { url, certificate } = office();

test('a wrong password is told, and the name stays', () =>
  inBrowser({ certificate }, async (page, browser) => {
    browser.expect(/401/);
    await page.goto(`${url}/login?back=/check`);
    await assertAccessible(page);
    await screen(page, 'login');
    await page.getByLabel('登录名').fill('nobody');
    await page.getByLabel('密码', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('alert').waitFor();
    await assertAccessible(page);
    await screen(page, 'login-wrong');
    if ((await page.getByLabel('登录名').inputValue()) !== 'nobody') throw new Error('the name is gone');
  }));
