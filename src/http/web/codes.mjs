/**
 * Where codes come together, whoever read them: camera, picture, hand scanner.
 *
 * A reader offers a code; the page's form `<form data-takes-codes>` takes it: the text goes into
 * its `[data-code]` field, who read it into `[data-code-source]` if there is one, and the form is
 * sent. One at a time: what is read while a code is on its way waits in `[data-code-waiting]`
 * until somebody takes it (`[data-code-take]`) or lets it go (`[data-code-drop]`).
 *
 * @module
 */

import { ANSWERED, ARRIVED } from './page.mjs';

const READ = 'mianzheng:code';

/**
 * Offers a code that was read.
 *
 * @param {EventTarget} from the part of the page that read it
 * @param {string} text
 * @param {'camera' | 'picture' | 'hand'} source
 */
export function offer(from, text, source) {
  from.dispatchEvent(new CustomEvent(READ, { detail: { text, source }, bubbles: true }));
}

/**
 * One code on its way, and at most one that waits: the newest, since who scans again means that.
 */
export class Queue {
  #busy = false;
  #sent = null;
  #waiting = null;
  #send;

  /** @param {(code: {text: string, source: string}) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** The code that waits, or null. */
  get waiting() {
    return this.#waiting;
  }

  /** Sends a code, or lets it wait. The one on its way is not sent again. */
  offer(code) {
    if (!this.#busy) {
      this.#busy = true;
      this.#sent = code.text;
      this.#send(code);
    } else if (code.text !== this.#sent) {
      this.#waiting = code;
    }
  }

  /** What was on its way is answered. */
  done() {
    this.#busy = false;
    this.#sent = null;
  }

  /** Sends what waits, whatever was before. */
  take() {
    const code = this.#waiting;
    this.#waiting = null;
    this.done();
    if (code) this.offer(code);
  }

  /** Lets what waits go. */
  drop() {
    this.#waiting = null;
  }
}

/** The form may be replaced while its code is on its way; the queue is the page's. */
const queue = new Queue(({ text, source }) => {
  const form = document.querySelector('form[data-takes-codes]');
  if (!form) return queue.done();
  form.querySelector('[data-code]').value = text;
  const by = form.querySelector('[data-code-source]');
  if (by) by.value = source;
  return form.requestSubmit();
});

function show() {
  for (const panel of document.querySelectorAll('[data-code-waiting]')) panel.hidden = queue.waiting === null;
}

if (globalThis.document) {
  document.addEventListener(READ, ({ detail }) => {
    queue.offer(detail);
    show();
  });
  document.addEventListener('click', ({ target }) => {
    if (target.closest('[data-code-take]')) queue.take();
    else if (target.closest('[data-code-drop]')) queue.drop();
    show();
  });
  document.addEventListener(ANSWERED, ({ detail: { trigger } }) => {
    if (trigger.matches('[data-takes-codes]')) queue.done();
  });
  document.addEventListener(ARRIVED, show);
  // A page that comes back out of the history as it was has nothing on its way any more.
  addEventListener('pageshow', ({ persisted }) => persisted && queue.done());
}
