/**
 * What a phone keeps for the time without a network: sealed, opened with a PIN, gone at logout.
 *
 * Each record is sealed with AES-256-GCM under a key that PBKDF2 makes of the PIN and that no
 * script can read out; its name and what kind it is are sealed to it. After five wrong PINs in a
 * row everything is wiped: a PIN is short, and this is the only thing that makes guessing on the
 * phone itself dear. Against somebody who copies the phone's disk only the PIN's length and the
 * rounds of PBKDF2 stand, so nothing belongs here that is worth more than a few codes that run out.
 *
 * @module
 */

/** OWASP's figure for PBKDF2 with SHA-256. */
const ROUNDS = 600_000;
/** How often a wrong PIN may be given in a row. */
export const MOST_WRONG = 5;
const FORMAT = 1;

/** The PIN does not open the store; `left` says how often another may be tried. */
export class WrongPin extends Error {
  /** @param {number} left */
  constructor(left) {
    super('wrong PIN');
    this.name = 'WrongPin';
    this.left = left;
  }
}

/** A record that was changed, moved to another name, or sealed under another key. */
export class Tampered extends Error {
  constructor() {
    super('the record is not what was put there');
    this.name = 'Tampered';
  }
}

/**
 * Where sealed records lie.
 *
 * @typedef {object} Shelf
 * @property {(key: string) => Promise<any>} get undefined if there is none
 * @property {(key: string, value: any) => Promise<void>} put
 * @property {(key: string) => Promise<void>} remove
 * @property {() => Promise<string[]>} keys
 * @property {() => Promise<void>} wipe
 */

/**
 * A shelf in IndexedDB.
 *
 * @param {string} [name] of the database
 * @returns {Shelf}
 */
export function indexedShelf(name = 'mianzheng') {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const use = async (mode, what) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('sealed');
    const database = await done(opening);
    // Another page that wipes the store must not wait for this one.
    database.onversionchange = () => database.close();
    try {
      const transaction = database.transaction('sealed', mode);
      const whole = new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      const result = await done(what(transaction.objectStore('sealed')));
      await whole;
      return result;
    } finally {
      database.close();
    }
  };
  return {
    get: (key) => use('readonly', (store) => store.get(key)),
    put: async (key, value) => void (await use('readwrite', (store) => store.put(value, key))),
    remove: async (key) => void (await use('readwrite', (store) => store.delete(key))),
    keys: () => use('readonly', (store) => store.getAllKeys()),
    wipe: async () => void (await done(indexedDB.deleteDatabase(name))),
  };
}

/** Records, open as long as this object lives. */
export class SealedStore {
  #shelf;
  #key;
  #clock;

  /** Use {@link SealedStore.create} or {@link SealedStore.open}. */
  constructor(shelf, key, clock) {
    this.#shelf = shelf;
    this.#key = key;
    this.#clock = clock;
  }

  /**
   * Whether there is a store to open.
   *
   * @param {Shelf} [shelf]
   * @returns {Promise<boolean>}
   */
  static async exists(shelf = indexedShelf()) {
    return (await shelf.get('about')) !== undefined;
  }

  /**
   * Makes an empty store; what was there before is wiped.
   *
   * @param {string} pin
   * @param {object} [with_]
   * @param {Shelf} [with_.shelf]
   * @param {() => number} [with_.clock] milliseconds since 1970
   * @param {number} [with_.rounds] of PBKDF2
   * @returns {Promise<SealedStore>}
   */
  static async create(pin, { shelf = indexedShelf(), clock = Date.now, rounds = ROUNDS } = {}) {
    await shelf.wipe();
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const key = await keyOf(pin, salt, rounds);
    const proof = await seal(key, 'proof', 'open');
    await shelf.put('about', { format: FORMAT, salt, rounds, proof, wrong: 0 });
    return new SealedStore(shelf, key, clock);
  }

  /**
   * Opens a store.
   *
   * @param {string} pin
   * @param {{shelf?: Shelf, clock?: () => number}} [with_]
   * @returns {Promise<SealedStore | null>} null if there is none.
   * @throws {WrongPin} with the last that may be tried, everything is gone.
   */
  static async open(pin, { shelf = indexedShelf(), clock = Date.now } = {}) {
    const about = await shelf.get('about');
    if (about?.format !== FORMAT) return null;
    // Counted before it is tried: who closes the page in between has tried all the same.
    const wrong = about.wrong + 1;
    await shelf.put('about', { ...about, wrong });
    const key = await keyOf(pin, about.salt, about.rounds);
    try {
      await unseal(key, 'proof', about.proof);
    } catch {
      if (wrong >= MOST_WRONG) await shelf.wipe();
      throw new WrongPin(Math.max(0, MOST_WRONG - wrong));
    }
    await shelf.put('about', { ...about, wrong: 0 });
    return new SealedStore(shelf, key, clock);
  }

  /**
   * Wipes everything, whether it can be opened or not: at logout, and when somebody asks.
   *
   * @param {{shelf?: Shelf, caches?: CacheStorage}} [with_]
   */
  static async wipe({ shelf = indexedShelf(), caches = globalThis.caches } = {}) {
    await shelf.wipe();
    for (const name of (await caches?.keys()) ?? []) await caches.delete(name);
  }

  /**
   * Seals a value under a name.
   *
   * @param {string} name
   * @param {any} value anything JSON can say
   */
  async put(name, value) {
    const sealed = await seal(this.#key, `record ${name}`, JSON.stringify({ at: this.#clock(), value }));
    await this.#shelf.put(`record ${name}`, sealed);
  }

  /**
   * What was put under a name, and when.
   *
   * @param {string} name
   * @returns {Promise<{value: any, at: Date} | null>}
   * @throws {Tampered}
   */
  async get(name) {
    const sealed = await this.#shelf.get(`record ${name}`);
    if (sealed === undefined) return null;
    const { value, at } = JSON.parse(await unseal(this.#key, `record ${name}`, sealed));
    return { value, at: new Date(at) };
  }

  /** Removes what was put under a name. */
  async remove(name) {
    await this.#shelf.remove(`record ${name}`);
  }

  /** @returns {Promise<string[]>} the names, in order. */
  async names() {
    const keys = await this.#shelf.keys();
    return keys.filter((key) => key.startsWith('record ')).map((key) => key.slice('record '.length)).sort();
  }
}

async function keyOf(pin, salt, iterations) {
  const typed = new TextEncoder().encode(pin.normalize('NFKC'));
  const base = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey']);
  const made = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(made, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function seal(key, name, text) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(name);
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, new TextEncoder().encode(text));
  return { iv, bytes: new Uint8Array(bytes) };
}

async function unseal(key, name, sealed) {
  const additionalData = new TextEncoder().encode(name);
  try {
    const open = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv, additionalData }, key, sealed.bytes);
    return new TextDecoder().decode(open);
  } catch {
    throw new Tampered();
  }
}

// `<form data-wipes-store>`: the form that signs out is sent when nothing is left here.
globalThis.document?.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches?.('form[data-wipes-store]') || form.dataset.wiped !== undefined) return;
  event.preventDefault();
  try {
    await SealedStore.wipe();
  } finally {
    form.dataset.wiped = '';
    form.requestSubmit(event.submitter ?? undefined);
  }
});
