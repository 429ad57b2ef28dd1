import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe as suite, test } from 'node:test';

import { violations } from './support/accessible.mjs';
import { inBrowser, until } from './support/browser.mjs';
import { filmOfCode, filmOfPicture } from './support/camera.mjs';
import { scan } from './support/hand-scanner.mjs';
import { openShelf } from './support/shelf.mjs';

const LIVE = 'HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHJKMNPQRS';
const vectors = JSON.parse(readFileSync(new URL('../vectors/compact-code.json', import.meta.url), 'utf8'));
const fixture = (name) => readFileSync(new URL(`fixtures/${name}.html`, import.meta.url), 'utf8');

let shelf;
let films;
/** What was sent to the form that takes codes, and how the answers to the others go. */
let taken = [];
let holdAnswers = null;
let standing = 'waiting';
let streams = [];

const html = (response, body, status = 200) => {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'X-Trace-Id': 'abc123' });
  response.end(`<!doctype html><html lang="zh-CN"><title>x</title>${body}`);
};
const bodyOf = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
};

before(async () => {
  films = mkdtempSync(join(tmpdir(), 'mianzheng-films-'));
  shelf = await openShelf({
    '/taken': async (request, response) => {
      const said = await bodyOf(request);
      taken.push(Object.fromEntries(said));
      await holdAnswers;
      html(response, `<section id="answer"><p>${said.get('source')}</p></section>`);
    },
    '/list': (request, response) => {
      const q = new URL(request.url, 'http://x').searchParams.get('q');
      const form = fixture('swap').split('<form')[1].split('</form>')[0];
      html(response, `<script type="module" src="/assets/shelf/swap.mjs"></script><section id="list" class="panel pad"><p>找到 ${q}</p><form${form}</form><div data-swap-said role="alert"></div></section>`);
    },
    '/broken': (_, response) => html(response, '<h1>系统正忙</h1>', 500),
    '/gone': (request) => request.socket.destroy(),
    '/standing': (_, response) => html(response, standing === 'given'
      ? '<section id="standing" class="panel pad"><p>已同意</p></section>'
      : '<section id="standing" class="panel pad" data-events="/stream" data-events-page="/standing"><p>等待持证人同意</p></section>'),
    '/stream': (_, response) => {
      if (streams === null) return response.writeHead(503).end();
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(`event: standing\ndata: {"state":"${standing}"}\n\n`);
      return streams.push(response);
    },
    '/out': (_, response) => html(response, '<h1>已退出</h1>'),
    '/fragment': (request, response) => {
      const copy = vectors.good.find(({ claims }) => claims.kind === 'copy');
      const reference = `${Buffer.from(copy.claims.id, 'hex').toString('latin1')}ABCDEFGHJKMN`;
      const keys = JSON.stringify(vectors.keys).replaceAll('"', '&quot;');
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
      response.end(fixture('fragment').replace('REFERENCE', reference).replace('KEYS', keys));
    },
  });
});

after(async () => {
  await shelf.close();
  rmSync(films, { recursive: true, force: true });
});

const open = async (page, name) => {
  taken = [];
  await page.goto(`${shelf.origin}/fixtures/${name}.html`);
};
const isTaken = async (page, count = 1) => {
  for (let round = 0; taken.length < count && round < 300; round += 1) await page.waitForTimeout(50);
  return taken;
};

suite('camera', () => {
  const codes = {
    'a live code': LIVE,
    'an offline code': vectors.good[0].digits,
    'the densest offline code': vectors.good.find(({ digits }) => digits.length > 980).digits,
  };
  for (const [name, text] of Object.entries(codes)) {
    test(`reads ${name}, and lets the camera go`, () =>
      inBrowser({ camera: { showing: filmOfCode(join(films, 'code.y4m'), text, { side: 560 }) } }, async (page) => {
        await open(page, 'scan');
        await page.getByRole('button', { name: '用摄像头扫' }).click();
        assert.deepEqual(await isTaken(page), [{ code: text, source: 'camera' }]);
        await page.getByText('已读到。').waitFor();
        assert.equal(await page.locator('[data-camera]').getAttribute('data-state'), 'found');
        assert.equal(await page.evaluate(() => document.querySelector('video').srcObject), null);
        // The page was not left for it.
        await page.locator('#answer').getByText('camera').waitFor();
      }));
  }

  test('reads a code from a screenshot that is held before it', () =>
    inBrowser({}, async (page) => {
      await open(page, 'qr');
      const picture = await page.locator('.show-code').screenshot();
      const blank = await page.context().newPage();
      const path = await filmOfPicture(join(films, 'screen.y4m'), blank, picture, 'image/png');
      await inBrowser({ camera: { showing: path } }, async (other) => {
        await open(other, 'scan');
        await other.getByRole('button', { name: '用摄像头扫' }).click();
        assert.equal((await isTaken(other))[0].code, '12345678901234567890');
      });
    }));

  test('says what helps when it finds nothing, and then what else there is', () =>
    inBrowser({ camera: { showing: filmOfCode(join(films, 'none.y4m'), '') } }, async (page) => {
      await page.clock.install();
      await open(page, 'scan');
      await page.getByRole('button', { name: '用摄像头扫' }).click();
      await page.getByText('请让二维码占满框内。').waitFor();
      await page.clock.runFor(6_100);
      await page.getByText('请靠近一些').waitFor();
      assert.equal(await page.locator('[data-camera-others]').isVisible(), false);
      await page.clock.runFor(9_000);
      await page.getByText('也可以选一张图片').waitFor();
      assert.equal(await page.locator('[data-camera-others]').isVisible(), true);
      await page.getByRole('button', { name: '停止' }).click();
      assert.equal(await page.locator('[data-camera]').getAttribute('data-state'), 'idle');
      assert.deepEqual(taken, []);
    }));

  test('lets the camera go when the page is hidden', () =>
    inBrowser({ camera: { showing: filmOfCode(join(films, 'none.y4m'), '') } }, async (page) => {
      await open(page, 'scan');
      await page.getByRole('button', { name: '用摄像头扫' }).click();
      await page.getByText('请让二维码占满框内。').waitFor();
      await page.evaluate(() => {
        globalThis.track = document.querySelector('video').srcObject.getVideoTracks()[0];
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      await page.getByText('已暂停。').waitFor();
      assert.equal(await page.evaluate(() => globalThis.track.readyState), 'ended');
    }));

  for (const [camera, failure, words] of [['refused', 'refused', '没有得到使用摄像头的许可。'], ['absent', 'absent', '没有摄像头。']]) {
    test(`says in words that it is ${camera}, and shows what else there is`, () =>
      inBrowser({ camera }, async (page) => {
        await open(page, 'scan');
        await page.getByRole('button', { name: '用摄像头扫' }).click();
        await page.getByText(words).waitFor();
        assert.equal(await page.locator('[data-camera]').getAttribute('data-failure'), failure);
        assert.equal(await page.locator('[data-camera-others]').isVisible(), true);
        assert.equal(await page.getByRole('button', { name: '用摄像头扫' }).isVisible(), true);
      }));
  }

  test('says before anybody asks that a page without TLS has none', () =>
    inBrowser({}, async (page) => {
      await page.addInitScript(() => {
        Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined });
        Object.defineProperty(globalThis, 'isSecureContext', { get: () => false });
      });
      await open(page, 'scan');
      await page.getByText('此页面不是加密连接').waitFor();
      assert.equal(await page.getByRole('button', { name: '用摄像头扫' }).isVisible(), false);
      assert.equal(await page.locator('[data-camera-others]').isVisible(), true);
    }));
});

suite('picture', () => {
  /** A picture of codes, drawn by a browser. */
  const drawn = async (page, codes, { width = 1200, height = 900, type = 'image/png' } = {}) => {
    await open(page, 'qr');
    const url = await page.evaluate(
      async ([texts, [w, h], media]) => {
        const { modulesOf } = await import('/assets/shelf/qr.mjs');
        const canvas = Object.assign(document.createElement('canvas'), { width: w, height: h });
        const context = canvas.getContext('2d');
        context.fillStyle = '#e8e4dc';
        context.fillRect(0, 0, w, h);
        texts.forEach((text, at) => {
          const { side, path } = modulesOf(text);
          const size = Math.min(w / (texts.length + 0.5), h * 0.8);
          context.save();
          context.translate(20 + (at * w) / texts.length, h * 0.1);
          context.scale(size / side, size / side);
          context.fillStyle = '#fff';
          context.fillRect(0, 0, side, side);
          context.fillStyle = '#000';
          context.fill(new Path2D(path));
          context.restore();
        });
        return canvas.toDataURL(media, 0.8);
      },
      [codes, [width, height], type],
    );
    return Buffer.from(url.split(',')[1], 'base64');
  };
  const choose = (page, buffer, mimeType = 'image/png') =>
    page.locator('#file').setInputFiles({ name: 'picture', mimeType, buffer });

  for (const [name, with_] of Object.entries({
    'a PNG': {},
    'a JPEG': { type: 'image/jpeg' },
    'a photo of 12 megapixels': { width: 4000, height: 3000, type: 'image/jpeg' },
  })) {
    test(`reads a code in ${name}`, () =>
      inBrowser({}, async (page) => {
        const picture = await drawn(page, [LIVE], with_);
        await open(page, 'scan');
        await choose(page, picture, with_.type);
        assert.deepEqual(await isTaken(page), [{ code: LIVE, source: 'picture' }]);
      }));
  }

  test('lets somebody pick when there are several', () =>
    inBrowser({}, async (page) => {
      const picture = await drawn(page, [LIVE, '123456789012345'], { width: 1600, height: 700 });
      await open(page, 'scan');
      await choose(page, picture);
      await page.getByRole('button', { name: '第 2 个' }).waitFor();
      assert.deepEqual(taken, []);
      assert.deepEqual(await violations(page), []);
      await page.getByRole('button', { name: '第 2 个' }).click();
      assert.deepEqual(await isTaken(page), [{ code: '123456789012345', source: 'picture' }]);
    }));

  test('tells a picture without a code from what is no picture', () =>
    inBrowser({}, async (page) => {
      const empty = await drawn(page, []);
      await open(page, 'scan');
      await choose(page, empty);
      await page.getByText('图片里没有找到二维码。').waitFor();
      await choose(page, Buffer.from('no picture'));
      await page.getByText('这个文件不是图片。').waitFor();
      assert.deepEqual(taken, []);
    }));
});

suite('hand scanner', () => {
  for (const method of ['plain', 'ime', 'full-width', 'caps-lock']) {
    test(`is read through ${method} keys`, () =>
      inBrowser({}, async (page) => {
        await open(page, 'scan');
        await scan(page, LIVE, { method });
        const [{ code, source }] = await isTaken(page);
        assert.equal(code.toUpperCase(), LIVE);
        assert.equal(source, 'hand');
      }));
  }

  test('leaves a person who types alone, and says where it stands', () =>
    inBrowser({}, async (page) => {
      await open(page, 'scan');
      const gun = page.locator('[data-hand-scanner]');
      await gun.getByText('扫码枪已就绪').waitFor();
      await scan(page, 'ABCDEFGHIJKLMN', { pace: 80 });
      await page.evaluate(() => (document.querySelector('[data-camera-others]').hidden = false));
      await page.locator('#typed').focus();
      await gun.getByText('点击此处恢复扫码枪').waitFor();
      await scan(page, 'ABCDEFGHIJKLMN', { end: null });
      assert.equal(await page.locator('#typed').inputValue(), 'ABCDEFGHIJKLMN');
      assert.deepEqual(taken, []);
      await gun.click();
      await gun.getByText('扫码枪已就绪').waitFor();
      await scan(page, LIVE);
      assert.equal((await isTaken(page)).length, 1);
    }));

  test('a second code waits until somebody takes it', () =>
    inBrowser({}, async (page) => {
      await open(page, 'scan');
      let answer;
      holdAnswers = new Promise((resolve) => (answer = resolve));
      await scan(page, LIVE);
      await isTaken(page);
      await scan(page, '123456789012345');
      await page.getByText('又读到一个码').waitFor();
      assert.equal(taken.length, 1);
      answer();
      holdAnswers = null;
      await page.locator('#answer').getByText('hand').waitFor();
      await page.getByRole('button', { name: '处理', exact: true }).click();
      assert.deepEqual((await isTaken(page, 2)).map(({ code }) => code), [LIVE, '123456789012345']);
      assert.equal(await page.locator('[data-code-waiting]').isVisible(), false);
    }));
});

test('a function key presses what it is given to, and what cannot be seen is not pressed', () =>
  inBrowser({ camera: 'absent' }, async (page) => {
    await open(page, 'scan');
    await page.evaluate(() => (document.querySelector('[data-camera-start]').hidden = true));
    await page.keyboard.press('F2');
    assert.equal(await page.locator('[data-camera]').getAttribute('data-state'), 'idle');
    await page.evaluate(() => (document.querySelector('[data-camera-start]').hidden = false));
    await page.keyboard.press('F2');
    await page.getByText('没有摄像头。').waitFor();
  }));

suite('signed fragment', () => {
  const copy = vectors.good.find(({ claims }) => claims.kind === 'copy');
  const other = vectors.good.find(({ claims }) => claims.kind === 'printed');

  for (const missing of ['nothing', 'verify', 'the curve']) {
    test(`is checked in a browser that lacks ${missing}`, () =>
      inBrowser({}, async (page) => {
        await page.addInitScript((lacks) => {
          if (lacks === 'verify') delete SubtleCrypto.prototype.verify;
          if (lacks === 'the curve') {
            SubtleCrypto.prototype.importKey = async () => {
              throw new DOMException('Unrecognized name.', 'NotSupportedError');
            };
          }
        }, missing);
        await page.goto(`${shelf.origin}/fragment#${copy.digits}`);
        await page.getByText('纸面码的签名与登记一致。').waitFor();
        assert.equal(await page.locator('[data-verdict]').getAttribute('data-verdict'), 'valid');
        assert.ok((await page.locator('[data-fragment-fields] dd').count()) > 0);
      }));
  }

  test('of other paper takes the place of the verdict, and the focus', () =>
    inBrowser({}, async (page) => {
      await page.goto(`${shelf.origin}/fragment#${other.digits}`);
      await page.getByText('内容被改动').waitFor();
      assert.equal(await page.getByText('有效', { exact: true }).count(), 0);
      assert.equal(await page.evaluate(() => document.activeElement.dataset.verdict), 'tampered');
    }));

  test('that is none says nothing', () =>
    inBrowser({}, async (page) => {
      await page.goto(`${shelf.origin}/fragment#main`);
      await page.getByText('有效').waitFor();
      assert.equal(await page.locator('[data-fragment]').isVisible(), false);
    }));
});

suite('swap', () => {
  test('replaces the part, keeps the focus, and goes back in the history', () =>
    inBrowser({}, async (page) => {
      await open(page, 'swap');
      await page.evaluate(() => (globalThis.isSamePage = true));
      await page.locator('#q').fill('健康');
      await page.locator('#q').press('Enter');
      await page.getByText('找到 健康').waitFor();
      assert.equal(await page.evaluate(() => globalThis.isSamePage && document.activeElement.id), 'q');
      assert.match(page.url(), /\/list\?q=/);
      // The new part works as the old one did.
      await page.locator('#q').fill('出生');
      await page.locator('#q').press('Enter');
      await page.getByText('找到 出生').waitFor();
      assert.equal(await page.evaluate(() => globalThis.isSamePage), true);
      await page.goBack();
      await page.getByText('找到 健康').waitFor();
      await page.goBack();
      await page.getByText('最初').waitFor();
    }));

  test('asks once for what is pressed twice, and one after the other for one part', () =>
    inBrowser({}, async (page) => {
      await open(page, 'scan');
      let answer;
      holdAnswers = new Promise((resolve) => (answer = resolve));
      await page.evaluate(async () => {
        const { swap } = await import('/assets/shelf/swap.mjs');
        const form = document.querySelector('form[data-takes-codes]');
        form.requestSubmit();
        form.requestSubmit();
        const body = new URLSearchParams({ source: 'by itself' });
        globalThis.second = swap(document.querySelector('#answer'), '/taken', { method: 'POST', body });
      });
      await isTaken(page);
      await page.waitForTimeout(200);
      assert.equal(taken.length, 1);
      answer();
      holdAnswers = null;
      await page.locator('#answer').getByText('by itself').waitFor();
      assert.equal(taken.length, 2);
    }));

  test('says in words what failed, with the number of the failure', () =>
    inBrowser({}, async (page, browser) => {
      browser.expect(/status of 500/, /ERR_EMPTY_RESPONSE/);
      await open(page, 'swap');
      await page.getByRole('button', { name: '出错' }).click();
      await page.getByText('系统正忙').waitFor();
      await page.getByText('abc123').waitFor();
      await page.getByRole('button', { name: '断网' }).click();
      await page.getByText('没有网络').waitFor();
      assert.equal(await page.getByText('系统正忙').count(), 0);
      assert.equal(await page.getByText('最初').count(), 1);
    }));
});

suite('events', () => {
  const told = async (page) => {
    standing = 'waiting';
    await page.goto(`${shelf.origin}/fixtures/events.html`);
    await page.getByText('等待持证人同意').waitFor();
  };

  test('a stream tells when somebody answered', () =>
    inBrowser({}, async (page) => {
      streams = [];
      await told(page);
      for (let round = 0; streams.length === 0 && round < 100; round += 1) await page.waitForTimeout(50);
      standing = 'given';
      streams.forEach((stream) => stream.write('event: standing\ndata: {"state":"given"}\n\n'));
      await page.getByText('已同意').waitFor();
      streams.forEach((stream) => stream.end());
    }));

  test('without a stream the page asks by itself', () =>
    inBrowser({}, async (page, browser) => {
      browser.expect(/status of 503/);
      streams = null;
      await told(page);
      standing = 'given';
      await page.getByText('已同意').waitFor();
      streams = [];
    }));
});

suite('store', () => {
  test('keeps records in the browser, sealed, until somebody signs out', () =>
    inBrowser({}, async (page) => {
      await open(page, 'store');
      const said = await page.evaluate(async () => {
        const { SealedStore, WrongPin, indexedShelf } = await import('/assets/shelf/store.mjs');
        const store = await SealedStore.create('482719', { rounds: 1000 });
        await store.put('cards', ['健康证明']);
        const again = await SealedStore.open('482719');
        const { value } = await again.get('cards');
        const wrong = await SealedStore.open('000000').catch((error) => error instanceof WrongPin && error.left);
        return { value, wrong, keys: await indexedShelf().keys() };
      });
      assert.deepEqual(said, { value: ['健康证明'], wrong: 4, keys: ['about', 'record cards'] });
      await page.getByRole('button', { name: '退出登录' }).click();
      await page.getByText('已退出').waitFor();
      await open(page, 'store');
      assert.equal(await page.evaluate(async () => (await import('/assets/shelf/store.mjs')).SealedStore.exists()), false);
    }));
});

suite('offline code', () => {
  test('is drawn, and drawn anew when it changes', () =>
    inBrowser({}, async (page) => {
      await open(page, 'qr');
      const before_ = await page.getByRole('img', { name: '离线二维码' }).innerHTML();
      await page.evaluate((digits) => (document.querySelector('[data-qr]').dataset.qr = digits), vectors.good[0].digits);
      await until(page, (old) => document.querySelector('[data-qr] svg')?.innerHTML !== old, before_);
      await page.evaluate(() => (document.querySelector('[data-qr]').dataset.qr = '7'.repeat(2000)));
      await until(page, () => document.querySelector('[data-qr]').dataset.state === 'failed');
    }));
});
