import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';

import { askForCamera, failureOf, hindrance } from '../../src/http/web/camera.mjs';
import { Decoder } from '../../src/http/web/decoder.mjs';
import { inOrder, sizesOf } from '../../src/http/web/picture.mjs';

const failing = (name) => Object.assign(new Error(name), { name });

suite('why there is no camera', () => {
  const names = {
    refused: ['NotAllowedError', 'PermissionDeniedError', 'SecurityError'],
    absent: ['NotFoundError', 'DevicesNotFoundError', 'OverconstrainedError'],
    busy: ['NotReadableError', 'TrackStartError', 'AbortError'],
    failed: ['TypeError', 'SomethingNewError', ''],
  };
  for (const [failure, errors] of Object.entries(names)) {
    test(failure, () => errors.forEach((name) => assert.equal(failureOf({ name }), failure)));
  }
  test('no error at all has a name, too', () => assert.equal(failureOf(undefined), 'failed'));
  test('a page without TLS is told from a browser without cameras', () => {
    assert.equal(hindrance({ isSecureContext: false, navigator: {} }), 'insecure');
    assert.equal(hindrance({ isSecureContext: true, navigator: {} }), 'unsupported');
    assert.equal(hindrance({ isSecureContext: true, navigator: { mediaDevices: { getUserMedia() {} } } }), null);
  });
});

suite('asking for a camera', () => {
  const wait = async () => {};
  const answering = (...answers) => {
    const asked = [];
    const getUserMedia = async (wanted) => {
      asked.push(wanted);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return { asked, getUserMedia };
  };

  test('the one at the back, unless one was picked; never the microphone', async () => {
    const devices = answering('stream', 'stream');
    await askForCamera(devices, undefined, { wait });
    await askForCamera(devices, 'x1', { wait });
    assert.deepEqual(devices.asked[0].video.facingMode, { ideal: 'environment' });
    assert.deepEqual(devices.asked[1].video.deviceId, { exact: 'x1' });
    assert.ok(devices.asked.every(({ audio }) => audio === false));
  });
  test('any camera, when none is as wanted', async () => {
    const devices = answering(failing('OverconstrainedError'), 'stream');
    assert.equal(await askForCamera(devices, 'gone', { wait }), 'stream');
    assert.equal(devices.asked[1].video, true);
  });
  test('once more, when nobody was asked and it was refused', async () => {
    const devices = answering(failing('NotAllowedError'), 'stream');
    assert.equal(await askForCamera(devices, undefined, { wait, isDenied: async () => false }), 'stream');
  });
  test('not again, when somebody refused', async () => {
    const devices = answering(failing('NotAllowedError'), 'stream');
    await assert.rejects(askForCamera(devices, undefined, { wait, isDenied: async () => true }), { name: 'NotAllowedError' });
    assert.equal(devices.asked.length, 1);
  });
  test('not again, when the camera is in use', async () => {
    const devices = answering(failing('NotReadableError'), 'stream');
    await assert.rejects(askForCamera(devices, undefined, { wait }), { name: 'NotReadableError' });
  });
});

suite('sizes of a picture', () => {
  test('a small one is read as it is', () => assert.deepEqual(sizesOf(800, 600), [{ width: 800, height: 600 }]));
  test('a large one first smaller, then as it is', () => {
    assert.deepEqual(sizesOf(4000, 3000), [{ width: 1600, height: 1200 }, { width: 4000, height: 3000 }]);
    assert.deepEqual(sizesOf(3000, 4000)[0], { width: 1200, height: 1600 });
  });
  test('what is no photo any more is not read', () => {
    assert.deepEqual(sizesOf(10_000, 10_000), []);
    assert.deepEqual(sizesOf(0, 10), []);
  });
});

test('codes come in the order of reading, each once', () => {
  const at = (text, x, y) => ({ text, corners: [{ x, y }, { x: x + 9, y }, { x: x + 9, y: y + 9 }, { x, y: y + 9 }] });
  const codes = [at('low', 0, 90), at('right', 50, 10), at('left', 5, 10), at('low', 70, 95)];
  assert.deepEqual(inOrder(codes).map(({ text }) => text), ['left', 'right', 'low']);
});

suite('the decoder', () => {
  const image = () => ({ data: new Uint8ClampedArray(4), width: 1, height: 1 });
  const hired = () => {
    const worker = { sent: [], postMessage: (message) => worker.sent.push(message), terminate: () => (worker.isGone = true) };
    return [worker, new Decoder(() => worker)];
  };

  test('answers each picture with its own codes', async () => {
    const [worker, decoder] = hired();
    const [first, second] = [decoder.read(image()), decoder.read(image(), 8)];
    assert.deepEqual(worker.sent.map(({ most }) => most), [1, 8]);
    worker.onmessage({ data: { id: worker.sent[1].id, codes: ['b'] } });
    worker.onmessage({ data: { id: worker.sent[0].id, codes: [] } });
    assert.deepEqual([await first, await second], [[], ['b']]);
  });
  test('tells a decoder that fails from a picture without a code', async () => {
    const [worker, decoder] = hired();
    const read = decoder.read(image());
    worker.onmessage({ data: { id: worker.sent[0].id, failed: 'no memory' } });
    await assert.rejects(read, /no memory/);
  });
  test('refuses what was asked, when its worker does not start or is let go', async () => {
    const [worker, decoder] = hired();
    const read = decoder.read(image());
    worker.onerror({});
    await assert.rejects(read, /did not start/);
    const other = decoder.read(image());
    decoder.close();
    await assert.rejects(other, /closed/);
    assert.ok(worker.isGone);
  });
});
