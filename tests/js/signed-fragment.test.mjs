import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { checkFragment } from '../../src/http/web/signed-fragment.mjs';

const { good, hostile, keys } = JSON.parse(readFileSync(new URL('../vectors/compact-code.json', import.meta.url), 'utf8'));
const copy = good.find(({ claims }) => claims.kind === 'copy');
const printed = good.find(({ claims }) => claims.kind === 'printed');
const offline = good.find(({ claims }) => claims.kind === 'offline');
/** The id of the copy is written in letters; that of the others is not, so only the copy has a whole address. */
const REFERENCE = `${Buffer.from(copy.claims.id, 'hex').toString('latin1')}ABCDEFGHJKMN`;

test('a fragment that belongs to its address is genuine, however the address is written', async () => {
  for (const reference of [REFERENCE, REFERENCE.toLowerCase()]) {
    const answer = await checkFragment(`#${copy.digits}`, { reference, keys });
    assert.equal(answer.verdict, 'genuine');
    assert.equal(answer.claims.kind, 'copy');
  }
});

test('without a fragment, or with the name of a place on the page, nothing is said', async () => {
  for (const fragment of ['', '#', '#main']) {
    assert.deepEqual(await checkFragment(fragment, { reference: REFERENCE, keys }), { verdict: 'none' });
  }
});

test('a code from other paper is forged, and so is one that was made for a phone', async () => {
  for (const { digits } of [printed, offline]) {
    assert.equal((await checkFragment(`#${digits}`, { reference: REFERENCE, keys })).verdict, 'tampered');
  }
  assert.equal((await checkFragment(`#${copy.digits}`, { reference: `X${REFERENCE.slice(1)}`, keys })).verdict, 'tampered');
});

test('a signature that is not the issuer’s is tampering, and an unknown key is no forgery', async () => {
  const bad = hostile.find(({ verdict }) => verdict === 'bad_signature');
  assert.equal((await checkFragment(bad.digits, { reference: REFERENCE, keys })).verdict, 'tampered');
  assert.equal((await checkFragment(copy.digits, { reference: REFERENCE, keys: [] })).verdict, 'untrusted_issuer');
});

test('what cannot be read, or is of another format, is not said to be forged', async () => {
  for (const verdict of ['unreadable', 'unsupported']) {
    const { digits } = hostile.find((case_) => case_.verdict === verdict && /^[0-9]/.test(case_.digits));
    assert.equal((await checkFragment(digits, { reference: REFERENCE, keys })).verdict, verdict);
  }
});

test('a key signs for whom it is, while it is in use, and one that others have proves nothing', async () => {
  const { issuer, iat } = copy.claims;
  const check = (facts) =>
    checkFragment(copy.digits, { reference: REFERENCE, keys: keys.map((key) => ({ ...key, ...facts })) });
  for (const facts of [{ issuer: 0 }, { issuer }, { from: iat, until: iat + 1 }]) {
    assert.equal((await check(facts)).verdict, 'genuine', JSON.stringify(facts));
  }
  for (const facts of [{ issuer: issuer + 1 }, { from: iat + 1 }, { until: iat }]) {
    assert.equal((await check(facts)).verdict, 'untrusted_issuer', JSON.stringify(facts));
  }
  assert.equal((await check({ doubted: true })).verdict, 'undetermined');
});
