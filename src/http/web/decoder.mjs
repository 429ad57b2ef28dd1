/**
 * Finds QR codes in pictures: the page's side of `scan-worker.js`.
 *
 * @module
 */

/** @typedef {{text: string, corners: {x: number, y: number}[]}} Code */

/** A worker that decodes; it costs some megabytes until it is closed. */
export class Decoder {
  #worker;
  #asked = new Map();
  #count = 0;

  /** @param {() => Worker} [hire] */
  constructor(hire = () => new Worker(new URL('./scan-worker.js', import.meta.url))) {
    this.#worker = hire();
    this.#worker.onmessage = ({ data }) => {
      const asked = this.#asked.get(data.id);
      this.#asked.delete(data.id);
      if (data.failed === undefined) asked?.resolve(data.codes);
      else asked?.reject(new Error(data.failed));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      this.#refuse(new Error('the decoder did not start'));
    };
  }

  /**
   * Reads the codes in a picture, whose bytes are gone afterwards.
   *
   * @param {ImageData} image
   * @param {number} [most] how many codes to look for
   * @returns {Promise<Code[]>} none, if there is no code that can be read
   * @throws {Error} when the decoder itself fails: nothing is known of the picture then.
   */
  read(image, most = 1) {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#worker.postMessage({ id, image, most }, [image.data.buffer]);
    });
  }

  /** Lets the worker go; what it was asked is refused. */
  close() {
    this.#worker.terminate();
    this.#refuse(new Error('closed'));
  }

  #refuse(why) {
    for (const { reject } of this.#asked.values()) reject(why);
    this.#asked.clear();
  }
}
