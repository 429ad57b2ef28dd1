import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keyOf } from '../../src/http/web/keys.mjs';

test('function keys and Escape stand for themselves', () => {
  for (const key of ['F1', 'F8', 'F12', 'Escape']) assert.equal(keyOf({ key }), key);
});

test('what writes, or is held with another key, stands for nothing', () => {
  for (const key of ['a', '8', 'Enter', 'Tab', ' ', 'F13', 'Process']) assert.equal(keyOf({ key }), null);
  for (const held of ['altKey', 'ctrlKey', 'metaKey', 'shiftKey', 'isComposing']) assert.equal(keyOf({ key: 'F8', [held]: true }), null);
});
