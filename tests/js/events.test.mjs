import assert from 'node:assert/strict';
import { test } from 'node:test';

import { POLL_MS, Watch } from '../../src/http/web/events.mjs';

/** A stream whose events a test sends, and a clock that it strikes. */
function watching(address = '/events', seen = undefined) {
  const streams = [];
  const clocks = [];
  let told = 0;
  const open = () => {
    const stream = new EventTarget();
    stream.readyState = 1;
    stream.close = () => (stream.readyState = 2);
    streams.push(stream);
    return stream;
  };
  const every = (what, ms) => {
    const clock = { what, ms, isStopped: false };
    clocks.push(clock);
    return () => (clock.isStopped = true);
  };
  const watch = new Watch(address, () => (told += 1), { open, every, seen });
  watch.start();
  const send = (name, data) => streams.at(-1).dispatchEvent(Object.assign(new Event(name), { data }));
  return { watch, streams, clocks, send, told: () => told };
}

test('what the page may not have yet is news, and the same again is not', () => {
  const { send, told } = watching();
  send('standing', '{"state":"waiting"}');
  assert.equal(told(), 1);
  send('standing', '{"state":"waiting"}');
  assert.equal(told(), 1);
  send('standing', '{"state":"given"}');
  assert.equal(told(), 2);
});

test('the part that took the place of another knows what that one saw', () => {
  const { send, told } = watching('/events', '{"state":"waiting"}');
  send('standing', '{"state":"waiting"}');
  assert.equal(told(), 0);
});

test('a stream that ends by the clock is opened again, and one that is over is told and not', () => {
  const { send, streams, told } = watching();
  send('end', '{"why":"time"}');
  assert.equal(streams.length, 2);
  assert.equal(told(), 0);
  send('end', '{"why":"answered"}');
  assert.equal(streams.length, 2);
  assert.equal(told(), 1);
});

test('without a stream the clock tells', () => {
  const { clocks, streams, watch } = watching('');
  assert.equal(streams.length, 0);
  assert.equal(clocks[0].ms, POLL_MS);
  assert.ok(watch.polls);
  watch.stop();
  assert.ok(clocks[0].isStopped);
});

test('a stream that is refused gives way to the clock at once', () => {
  const { clocks, streams, send } = watching();
  streams[0].readyState = 2;
  send('error');
  assert.equal(clocks.length, 1);
});

test('a stream that breaks off is tried again by the browser, and given up after three times', () => {
  const { clocks, send, streams } = watching();
  send('error');
  send('error');
  assert.equal(clocks.length, 0);
  send('open');
  send('error');
  send('error');
  assert.equal(clocks.length, 0);
  send('error');
  assert.equal(clocks.length, 1);
  assert.equal(streams[0].readyState, 2);
});

test('what is stopped tells nothing more', () => {
  const { streams, watch } = watching();
  watch.stop();
  assert.equal(streams[0].readyState, 2);
});
