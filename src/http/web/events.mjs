/**
 * Keeps a part of the page as things stand, while somebody waits for somebody else's answer.
 *
 * On a page: `<section id="…" data-events="/address/of/the/stream">`. The stream tells that
 * something changed (`standing`), and that it is over (`end`); what the part then says, the server
 * knows: the part is fetched from the page's own address, or that in `data-events-page`, and
 * replaced as `swap.mjs` does it. Without a stream, or with `data-events=""`, it is fetched every
 * five seconds, as long as the page is looked at. It ends when the part that comes has no
 * `data-events` any more. A part that cannot be fetched stays, with `data-stale`, which its style
 * may show; the next one that comes has it no more.
 *
 * @module
 */

import { onEach } from './page.mjs';
import { NoSuchPart, swap } from './swap.mjs';

/** How far apart the server is asked where there is no stream. */
export const POLL_MS = 5_000;
/** After so many attempts that came to nothing, no stream is tried any more. */
const ATTEMPTS = 3;

/**
 * Tells when something may have changed: by a stream of events, or else by the clock.
 */
export class Watch {
  #address;
  #tell;
  #open;
  #every;
  #stream = null;
  #poll = null;
  #failed = 0;
  #seen;

  /**
   * @param {string} address of the stream; empty for none
   * @param {() => void} tell called when something changed, or may have
   * @param {object} [with_]
   * @param {(address: string) => EventSource} [with_.open]
   * @param {(what: () => void, ms: number) => () => void} [with_.every] starts a clock, returns what stops it
   * @param {string} [with_.seen] what stood at last, in the stream's words: the same is no news
   */
  constructor(address, tell, { open = (at) => new EventSource(at), every = repeat, seen } = {}) {
    this.#address = address;
    this.#tell = tell;
    this.#open = open;
    this.#every = every;
    this.#seen = seen;
  }

  /** What stood at last, in the stream's words. */
  get seen() {
    return this.#seen;
  }

  /** Whether the stream was given up. */
  get polls() {
    return this.#poll !== null;
  }

  /** Begins. */
  start() {
    if (this.#address === '') return this.#fallBack();
    let stream;
    try {
      stream = this.#open(this.#address);
    } catch {
      return this.#fallBack();
    }
    this.#stream = stream;
    stream.addEventListener('open', () => {
      this.#failed = 0;
    });
    // A stream begins with what stands, which the page may have or not: it was made a moment ago.
    stream.addEventListener('standing', ({ data }) => {
      const isNews = data !== this.#seen;
      this.#seen = data;
      if (isNews) this.#tell();
    });
    stream.addEventListener('end', ({ data }) => {
      stream.close();
      // A stream lasts some minutes; who still waits opens the next.
      if (why(data) === 'time') this.start();
      else this.#tell();
    });
    stream.addEventListener('error', () => {
      this.#failed += 1;
      const isOver = stream.readyState === 2;
      if (!isOver && this.#failed < ATTEMPTS) return;
      stream.close();
      this.#fallBack();
    });
    return undefined;
  }

  /** Ends. */
  stop() {
    this.#stream?.close();
    this.#stream = null;
    this.#poll?.();
    this.#poll = null;
  }

  #fallBack() {
    this.#stream = null;
    this.#poll ??= this.#every(this.#tell, POLL_MS);
  }
}

function why(data) {
  try {
    return JSON.parse(data).why;
  } catch {
    return undefined;
  }
}

function repeat(what, ms) {
  const timer = setInterval(() => {
    if (!document.hidden) what();
  }, ms);
  const onSight = () => {
    if (!document.hidden) what();
  };
  document.addEventListener('visibilitychange', onSight);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onSight);
  };
}

/** What is known of each part, by its id, for the one that takes its place. */
const known = new Map();

function start(part) {
  const { seen, polls = false } = known.get(part.id) ?? {};
  let isAsking = false;
  let isToldAgain = false;
  const fetchPart = async () => {
    if (!part.isConnected) return watch.stop();
    if (isAsking) {
      isToldAgain = true;
      return undefined;
    }
    isAsking = true;
    isToldAgain = false;
    known.set(part.id, { seen: watch.seen, polls: watch.polls });
    try {
      await swap(part, part.dataset.eventsPage ?? location.href, {}, { isSameKept: true });
      part.removeAttribute('data-stale');
    } catch (error) {
      if (error instanceof NoSuchPart && error.response.redirected) location.reload();
      part.dataset.stale = '';
    } finally {
      isAsking = false;
    }
    // The part that took the place of this one looks for itself.
    if (!part.isConnected) return watch.stop();
    return isToldAgain ? fetchPart() : undefined;
  };
  const watch = new Watch(polls ? '' : part.dataset.events, fetchPart, { seen });
  watch.start();
  addEventListener('pagehide', () => watch.stop());
}

onEach('[data-events]', start);
