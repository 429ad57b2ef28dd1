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

import { onEach } from './page.mjs';

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

function start(form) {
  const panel = document.querySelector('[data-code-waiting]');
  const show = () => {
    if (panel) panel.hidden = queue.waiting === null;
  };
  const queue = new Queue(({ text, source }) => {
    form.querySelector('[data-code]').value = text;
    const by = form.querySelector('[data-code-source]');
    if (by) by.value = source;
    form.requestSubmit();
  });
  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener(
    READ,
    ({ detail }) => {
      // A form that was replaced hears nothing any more.
      if (!form.isConnected) return listening.abort();
      queue.offer(detail);
      return show();
    },
    { signal },
  );
  form.addEventListener('mianzheng:answered', () => queue.done());
  panel?.querySelector('[data-code-take]')?.addEventListener('click', () => { queue.take(); show(); }, { signal });
  panel?.querySelector('[data-code-drop]')?.addEventListener('click', () => { queue.drop(); show(); }, { signal });
}

onEach('form[data-takes-codes]', start);
