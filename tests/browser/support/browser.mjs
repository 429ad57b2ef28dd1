/**
 * A browser for one test, and an eye on everything that a page must not do: break its own policy,
 * complain on the console, throw, or ask another host.
 *
 * Each browser is a process with a folder of its own, because permissions, caches and service
 * workers outlive a context. `page.waitForFunction` needs eval and so does not work under the
 * pages' policy: wait with locators, or with {@link until}.
 *
 * @module
 */

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
  '--font-render-hinting=none',
];

/** Flags for each thing that can come of asking for a camera. */
const CAMERA = {
  showing: (video) => [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${video}`,
  ],
  refused: () => ['--use-fake-device-for-media-stream', '--deny-permission-prompts'],
  absent: () => ['--use-fake-ui-for-media-stream'],
};

/**
 * Opens a browser.
 *
 * @param {object} [with_]
 * @param {string} [with_.certificate] path of the certificate that the office shows; its key, and
 *   no other, is trusted besides those that the machine trusts.
 * @param {'refused' | 'absent' | {showing: string}} [with_.camera] the path is that of a y4m file
 * @param {import('playwright-core').BrowserContextOptions} [with_.options] of the context
 * @returns {Promise<Watched>}
 */
export async function openBrowser({ certificate, camera, options = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'mianzheng-browser-'));
  const [what, video] = typeof camera === 'object' ? ['showing', camera.showing] : [camera];
  const args = [
    ...QUIET,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...(certificate ? [`--ignore-certificate-errors-spki-list=${keyOf(certificate)}`] : []),
    ...(what ? CAMERA[what](video) : []),
  ];
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: executable(),
    headless: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 360, height: 800 },
    ...options,
    args,
  });
  return new Watched(context, folder);
}

function executable() {
  const known = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = known.find((path) => path && existsSync(path));
  if (!found) throw new Error('no Chromium: run `make test-tools`, or say where it is in CHROMIUM');
  return found;
}

/** The digest of a certificate's key, as Chromium's flag wants it. */
function keyOf(path) {
  const { publicKey } = new X509Certificate(readFileSync(path));
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
}

/** A browser whose pages are watched. */
export class Watched {
  #folder;
  #seen = [];
  #expected = [];

  /** Use {@link openBrowser}. */
  constructor(context, folder) {
    this.context = context;
    this.#folder = folder;
    context.setDefaultTimeout(15_000);
    context.on('console', (message) => {
      if (message.type() === 'error') this.#saw(`console: ${message.text()}`);
    });
    context.on('weberror', (error) => this.#saw(`thrown: ${error.error().message}`));
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const isOwn = ['data:', 'blob:', 'about:'].includes(protocol) || hostname === 'localhost';
      if (!isOwn) this.#saw(`asked ${hostname}`);
    });
  }

  #saw(what) {
    if (!this.#expected.some((pattern) => pattern.test(what))) this.#seen.push(what);
  }

  /** A new page, on which every breach of its policy is heard. */
  async page() {
    const page = await this.context.newPage();
    await page.exposeFunction('mianzhengBreach', (what) => this.#saw(what));
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        globalThis.mianzhengBreach(`policy: ${violatedDirective} ${blockedURI}`));
    });
    return page;
  }

  /**
   * What a test provokes on purpose, such as an answer that refuses.
   *
   * @param {...RegExp} patterns
   */
  expect(...patterns) {
    this.#expected.push(...patterns);
  }

  /** Closes the browser; fails if a page did what it must not. */
  async close() {
    await this.context.close();
    // Its processes may write a moment longer.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    assert.deepEqual(this.#seen, [], 'a page did what it must not');
  }
}

/**
 * Runs with a browser, and closes it whatever comes.
 *
 * @param {Parameters<typeof openBrowser>[0]} with_
 * @param {(page: import('playwright-core').Page, browser: Watched) => Promise<void>} what
 */
export async function inBrowser(with_, what) {
  const browser = await openBrowser(with_);
  let isOver = false;
  try {
    await what(await browser.page(), browser);
    isOver = true;
  } finally {
    // What the test itself found comes before what the pages did.
    await (isOver ? browser.close() : browser.close().catch(() => {}));
  }
}

/**
 * Waits until something is so in the page.
 *
 * @param {import('playwright-core').Page} page
 * @param {(argument: any) => any} what run in the page
 * @param {any} [argument]
 * @param {number} [ms]
 * @returns {Promise<any>} the first answer that is true
 */
export async function until(page, what, argument = undefined, ms = 15_000) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await page.evaluate(what, argument);
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`never became so: ${what}`);
    await page.waitForTimeout(50);
  }
}
