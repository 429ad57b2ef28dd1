import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ownPath } from '../../src/http/web/check.mjs';

const HOST = 'mz.example:8443';
const REFERENCE = '0123456789ABCDEFGHIJ';

test('our printed codes and receipts lead to their pages, however they are written', () => {
  for (const [text, path] of [
    [`https://${HOST}/v/${REFERENCE}`, `/v/${REFERENCE}`],
    [`HTTPS://${HOST.toUpperCase()}/V/${REFERENCE}#1234`, `/v/${REFERENCE}#1234`],
    [` https://${HOST}/p/${REFERENCE.toLowerCase()} \n`, `/p/${REFERENCE}`],
  ]) {
    assert.equal(ownPath(text, HOST), path);
  }
});

test('nothing else is opened', () => {
  for (const text of [
    '',
    '12345678',
    `https://evil.example/v/${REFERENCE}`,
    `https://${HOST}.evil.example/v/${REFERENCE}`,
    `https://evil@${HOST}/v/${REFERENCE}`,
    `https://${HOST}/v/${REFERENCE}X`,
    `https://${HOST}/v/${REFERENCE}?a=1`,
    `https://${HOST}/v/${REFERENCE}#abc`,
    `https://${HOST}/L/0123456789ABCDEFGHIJKLMNOP`,
    `javascript:alert(1)//https://${HOST}/v/${REFERENCE}`,
  ]) {
    assert.equal(ownPath(text, HOST), null, text);
  }
});
