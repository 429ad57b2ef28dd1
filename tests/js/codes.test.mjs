import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Queue } from '../../src/http/web/codes.mjs';

const code = (text) => ({ text, source: 'hand' });

test('a code is sent at once, and the next waits until somebody takes it', () => {
  const sent = [];
  const queue = new Queue(({ text }) => sent.push(text));
  queue.offer(code('first'));
  queue.offer(code('second'));
  assert.deepEqual(sent, ['first']);
  assert.equal(queue.waiting.text, 'second');
  queue.take();
  assert.deepEqual(sent, ['first', 'second']);
  assert.equal(queue.waiting, null);
});

test('of several that wait, the newest stays', () => {
  const queue = new Queue(() => {});
  for (const text of ['first', 'second', 'third']) queue.offer(code(text));
  assert.equal(queue.waiting.text, 'third');
});

test('the same code again, while it is on its way, is not another one', () => {
  const sent = [];
  const queue = new Queue(({ text }) => sent.push(text));
  queue.offer(code('first'));
  queue.offer(code('first'));
  assert.equal(queue.waiting, null);
  queue.done();
  queue.offer(code('first'));
  assert.deepEqual(sent, ['first', 'first']);
});

test('what is let go is not sent', () => {
  const sent = [];
  const queue = new Queue(({ text }) => sent.push(text));
  queue.offer(code('first'));
  queue.offer(code('second'));
  queue.drop();
  queue.take();
  assert.deepEqual(sent, ['first']);
});
