import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MOST_WRONG, SealedStore, Tampered, WrongPin } from '../../src/http/web/store.mjs';

/** A shelf in memory, whose contents a test may look at and change. */
function memory() {
  const held = new Map();
  return {
    held,
    get: async (key) => held.get(key),
    put: async (key, value) => void held.set(key, value),
    remove: async (key) => void held.delete(key),
    keys: async () => [...held.keys()],
    wipe: async () => held.clear(),
  };
}

const PIN = '482719';
const clock = () => Date.parse('2026-10-12T02:40:00Z');
const made = async (shelf) => SealedStore.create(PIN, { shelf, clock, rounds: 1000 });

test('what was put is there for who knows the PIN, with its time', async () => {
  const shelf = memory();
  const store = await made(shelf);
  await store.put('cards', [{ name: '从业人员健康证明' }]);
  const again = await SealedStore.open(PIN, { shelf });
  const { value, at } = await again.get('cards');
  assert.deepEqual(value, [{ name: '从业人员健康证明' }]);
  assert.equal(at.toISOString(), '2026-10-12T02:40:00.000Z');
  assert.deepEqual(await again.names(), ['cards']);
  assert.equal(await again.get('other'), null);
  await again.remove('cards');
  assert.deepEqual(await again.names(), []);
});

test('nothing on the shelf can be read without the key', async () => {
  const shelf = memory();
  const store = await made(shelf);
  await store.put('cards', { holder: '其其格' });
  const text = JSON.stringify([...shelf.held.values()], (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value);
  assert.ok(!text.includes('其其格') && !text.includes('holder') && !text.includes(PIN));
});

test('a wrong PIN is told with what is left, and the right one counts from the beginning again', async () => {
  const shelf = memory();
  await made(shelf);
  await assert.rejects(SealedStore.open('000000', { shelf }), (error) => error instanceof WrongPin && error.left === MOST_WRONG - 1);
  await SealedStore.open(PIN, { shelf });
  await assert.rejects(SealedStore.open('000000', { shelf }), (error) => error.left === MOST_WRONG - 1);
});

test('the last wrong PIN wipes everything', async () => {
  const shelf = memory();
  await (await made(shelf)).put('cards', []);
  for (let left = MOST_WRONG - 1; left >= 0; left -= 1) {
    await assert.rejects(SealedStore.open('000000', { shelf }), (error) => error.left === left);
  }
  assert.equal(shelf.held.size, 0);
  assert.equal(await SealedStore.open(PIN, { shelf }), null);
  assert.equal(await SealedStore.exists(shelf), false);
});

test('a PIN typed in full-width digits is the same PIN', async () => {
  const shelf = memory();
  await made(shelf);
  await SealedStore.open('４８２７１９', { shelf });
});

test('a record that was changed, or moved to another name, is refused', async () => {
  const shelf = memory();
  const store = await made(shelf);
  await store.put('one', 1);
  await store.put('two', 2);
  shelf.held.set('record two', shelf.held.get('record one'));
  await assert.rejects(store.get('two'), Tampered);
  const sealed = shelf.held.get('record one');
  sealed.bytes[0] ^= 1;
  await assert.rejects(store.get('one'), Tampered);
});

test('two records of the same value look different', async () => {
  const shelf = memory();
  const store = await made(shelf);
  await store.put('one', 'x');
  const first = shelf.held.get('record one');
  await store.put('one', 'x');
  assert.notDeepEqual(shelf.held.get('record one'), first);
});

test('making a store anew, or wiping it, leaves nothing of the old one', async () => {
  const shelf = memory();
  await (await made(shelf)).put('cards', []);
  const store = await made(shelf);
  assert.deepEqual(await store.names(), []);
  const caches = { names: ['shell', 'fonts'], keys: async () => caches.names, delete: async (name) => (caches.names = caches.names.filter((other) => other !== name)) };
  await SealedStore.wipe({ shelf, caches });
  assert.equal(shelf.held.size, 0);
  assert.deepEqual(caches.names, []);
});
