import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe as suite, test } from 'node:test';

import { CodeError, describe, readCompact, verifyCompact } from '../../src/http/web/compact-code.mjs';

const vectors = JSON.parse(readFileSync(new URL('../vectors/compact-code.json', import.meta.url), 'utf8'));

/** JSON has no bigint: the vectors write such a number as text. */
function plain(claims) {
  return JSON.parse(JSON.stringify(claims, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
}

suite('codes that are good', () => {
  for (const { name, digits, claims } of vectors.good) {
    test(name, async () => {
      assert.deepEqual(plain(readCompact(digits)), claims);
      const answer = await verifyCompact(digits, vectors.keys);
      assert.equal(answer.verdict, 'genuine');
      assert.deepEqual(plain(answer.claims), claims);
      // The first key has the same id and is another one.
      assert.equal(answer.key.x, vectors.keys[1].x);
      assert.equal((await verifyCompact(digits, [vectors.keys[0]])).verdict, 'bad_signature');
      assert.equal((await verifyCompact(digits, [])).verdict, 'untrusted_issuer');
    });
  }
});

suite('codes that must be refused', () => {
  for (const { name, digits, verdict } of vectors.hostile) {
    test(name, async () => {
      const answer = await verifyCompact(digits, vectors.keys);
      assert.equal(answer.verdict, verdict, answer.reason);
      assert.ok(!('claims' in answer));
      if (verdict === 'unreadable') {
        assert.throws(() => readCompact(digits), (error) => error instanceof CodeError && error.verdict === verdict);
      }
    });
  }
});

test('there are cases of every verdict', () => {
  assert.ok(vectors.good.length >= 10);
  assert.deepEqual(
    [...new Set(vectors.hostile.map(({ verdict }) => verdict))].sort(),
    ['bad_signature', 'unreadable', 'unsupported', 'untrusted_issuer'],
  );
});

test('what is not a text is unreadable', () => {
  for (const digits of [undefined, null, 12, ['1'], {}]) {
    assert.throws(() => readCompact(digits), CodeError);
  }
});

test('a wrong digit never passes', async () => {
  const { digits } = vectors.good[0];
  for (let at = 0; at < digits.length; at += 7) {
    const other = String((Number(digits[at]) + 1) % 10);
    const { verdict } = await verifyCompact(digits.slice(0, at) + other + digits.slice(at + 1), vectors.keys);
    assert.notEqual(verdict, 'genuine', `digit ${at}`);
  }
});

test('fields are described in the words of their type', () => {
  const type = {
    code_fields: {
      0: { key: 'holder_name_masked', label: '姓名', type: 'text' },
      6: { key: 'valid_from', label: '有效期自', type: 'date' },
      12: { key: 'birth_time', label: '出生时间', type: 'datetime' },
      11: { key: 'sex', label: '性别', type: 'code', codes: { 1: '男', 2: '女' } },
      13: { key: 'birth_place', label: '出生地点', type: 'text' },
      15: { key: 'gestation_weeks', label: '出生孕周', type: 'integer' },
      16: { key: 'married', label: '已婚', type: 'bool' },
    },
  };
  const fields = {
    0: { text: '*日娜' },
    6: { int: 20742 },
    11: { text: '2' },
    12: { int: 29921987 },
    13: { digest: '0011223344556677' },
    15: { int: 39 },
    16: { bool: false },
    99: { text: 'constructor' },
  };
  const rows = describe({ fields }, type);
  assert.deepEqual(
    rows.map(({ number, label, value, loaded }) => [number, label, value, loaded]),
    [
      [0, '姓名', '*日娜', true],
      [6, '有效期自', '2026-10-16', true],
      [11, '性别', '女', true],
      [12, '出生时间', '2026-11-22 03:47', true],
      [13, '出生地点', '未载入此码', false],
      [15, '出生孕周', '39', true],
      [16, '已婚', '否', true],
      [99, '字段 99', 'constructor', true],
    ],
  );
});

test('a code or a date that the type does not know is shown as it stands', () => {
  const type = {
    code_fields: {
      1: { key: 'a', label: 'A', type: 'code', codes: {} },
      2: { key: 'b', label: 'B', type: 'date' },
    },
  };
  const fields = { 1: { text: 'constructor' }, 2: { int: 9007199254740993n } };
  assert.deepEqual(describe({ fields }, type).map(({ value }) => value), ['constructor', '9007199254740993']);
});
