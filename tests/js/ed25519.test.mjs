import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe as suite, test } from 'node:test';

import { verifyEd25519, verifyWithoutWebCrypto } from '../../src/http/web/ed25519.mjs';

const { testGroups } = JSON.parse(readFileSync(new URL('../vectors/wycheproof-ed25519.json', import.meta.url), 'utf8'));
const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));

/** WebCrypto as browsers had it that did not know the curve, or lacked more. */
const OLD = {
  'a browser that does not know the curve': {
    importKey: async () => {
      throw Object.assign(new Error('Unrecognized name.'), { name: 'NotSupportedError' });
    },
  },
  'a browser that imports the key and cannot verify': { importKey: async () => ({}) },
  'a page without WebCrypto': undefined,
};

suite('every case of the Wycheproof vectors', () => {
  for (const { publicKey, tests } of testGroups) {
    for (const { tcId, comment, msg, sig, result } of tests) {
      test(`${tcId} ${comment || result}`, async () => {
        const [key, signature, message] = [bytes(publicKey.pk), bytes(sig), bytes(msg)];
        assert.equal(await verifyEd25519(key, signature, message), result === 'valid');
        assert.equal(await verifyWithoutWebCrypto(key, signature, message), result === 'valid');
      });
    }
  }
});

const [{ publicKey, tests }] = testGroups;
const good = tests.find(({ result, msg }) => result === 'valid' && msg !== '');

for (const [name, subtle] of Object.entries(OLD)) {
  test(`the other implementation answers on ${name}`, async () => {
    const [key, signature, message] = [bytes(publicKey.pk), bytes(good.sig), bytes(good.msg)];
    assert.equal(await verifyEd25519(key, signature, message, subtle ?? null), true);
    assert.equal(await verifyEd25519(key, signature, Uint8Array.of(...message, 0), subtle ?? null), false);
  });
}

test('keys and signatures of another length are not looked at', async () => {
  const [key, signature, message] = [bytes(publicKey.pk), bytes(good.sig), bytes(good.msg)];
  assert.equal(await verifyEd25519(key.subarray(1), signature, message), false);
  assert.equal(await verifyEd25519(key, signature.subarray(1), message), false);
});
