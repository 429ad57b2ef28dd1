import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe as suite, test } from 'node:test';

import { modeOf, modulesOf } from '../../src/http/web/qr.mjs';

const { good } = JSON.parse(readFileSync(new URL('../vectors/compact-code.json', import.meta.url), 'utf8'));

test('each text goes into the mode that takes the least room', () => {
  assert.equal(modeOf('0123'), 'Numeric');
  assert.equal(modeOf('HTTPS://MZ.EXAMPLE/L/0AZ'), 'Alphanumeric');
  assert.equal(modeOf('https://mz.example'), 'Byte');
});

suite('versions are those that the room of the standard gives', () => {
  for (const [text, version] of [
    ['HTTPS://MZ.EXAMPLE/L/0123456789ABCDEFGHJKMNPQRS', 3],
    ['7'.repeat(446), 10],
    ['7'.repeat(991), 15],
  ]) {
    test(`version ${version}`, () => {
      const drawn = modulesOf(text);
      assert.equal(drawn.version, version);
      // 17 and 4 a version, and 4 white ones on each side.
      assert.equal(drawn.side, 17 + 4 * version + 8);
    });
  }
});

test('every golden code can be drawn', () => {
  for (const { digits } of good) assert.ok(modulesOf(digits).version <= 15);
});

test('what is too dense, empty or not ASCII is refused', () => {
  for (const text of ['7'.repeat(992), '7'.repeat(9000), '', '蒙古', 'a\n']) {
    assert.throws(() => modulesOf(text), RangeError);
  }
});

test('the picture has its finders, and white around', () => {
  const { side, path } = modulesOf('7'.repeat(60));
  const rows = Array.from({ length: side }, () => Array(side).fill(false));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let at = 0; at < Number(length); at += 1) rows[Number(y)][Number(x) + at] = true;
  }
  assert.ok(rows.slice(0, 4).flat().every((dark) => !dark));
  assert.ok(rows.every((row) => row.slice(0, 4).every((dark) => !dark) && row.slice(-4).every((dark) => !dark)));
  const finder = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];
  for (const [top, left] of [[4, 4], [4, side - 11], [side - 11, 4]]) {
    const seen = finder.map((_, y) => finder.map((__, x) => (rows[top + y][left + x] ? '1' : '0')).join(''));
    assert.deepEqual(seen, finder);
  }
});
