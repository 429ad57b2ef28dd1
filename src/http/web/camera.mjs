/**
 * Reads codes with the camera.
 *
 * On a page: `<section class="cam" data-camera data-state="idle">` with a button
 * `[data-camera-start]`, a `<video playsinline muted>`, and, if wanted, `[data-camera-stop]`,
 * `[data-camera-torch]`, `<select data-camera-pick>`, a live region `[data-camera-said]`, and words
 * (see `page.mjs`): `looking`, `tips`, `others`, `paused`, `torch`, `decoder`, and one for each
 * name of {@link failureOf}. `[data-camera-others]` elsewhere on the page holds the other ways to
 * enter a code; it is unhidden when the camera fails or finds nothing for long.
 *
 * The part's `data-state` is `idle`, `asking`, `looking`, `found`, `paused` or `failed`; when it
 * failed, `data-failure` says how. The camera is asked for only when somebody presses the button,
 * and let go as soon as a code is read, the page is hidden, or somebody leaves it.
 *
 * @module
 */

import { offer } from './codes.mjs';
import { Decoder } from './decoder.mjs';
import { onEach, say } from './page.mjs';

/** How long to look before tips are shown, and before other ways are. */
export const PATIENCE_MS = { tips: 6_000, others: 15_000 };

/** How large a picture is asked for: dense codes need it, and more only costs time. */
const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 } };

/**
 * A stable name for why there is no camera.
 *
 * @param {{name?: string}} error what `getUserMedia` threw
 * @returns {'refused' | 'absent' | 'busy' | 'failed'}
 */
export function failureOf({ name } = {}) {
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'absent';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/**
 * Why a browser cannot even be asked for a camera, or null if it can.
 *
 * @param {{isSecureContext: boolean, navigator: Navigator}} [browser]
 * @returns {'insecure' | 'unsupported' | null}
 */
export function hindrance(browser = globalThis) {
  if (browser.navigator?.mediaDevices?.getUserMedia) return null;
  return browser.isSecureContext ? 'unsupported' : 'insecure';
}

/**
 * Asks for a camera: the one that was picked, or the one at the back.
 *
 * @param {MediaDevices} devices
 * @param {string} [picked] the device's id
 * @param {{wait?: (ms: number) => Promise<void>, isDenied?: () => Promise<boolean>}} [with_]
 * @returns {Promise<MediaStream>}
 */
export async function askForCamera(devices, picked, { wait = pause, isDenied = denied } = {}) {
  const which = picked ? { deviceId: { exact: picked } } : { facingMode: { ideal: 'environment' } };
  try {
    return await devices.getUserMedia({ video: { ...which, ...WANTED }, audio: false });
  } catch (error) {
    if (error.name === 'OverconstrainedError') return devices.getUserMedia({ video: true, audio: false });
    // An installed page on iOS is refused once although nobody was asked.
    if (error.name === 'NotAllowedError' && !(await isDenied())) {
      await wait(300);
      return devices.getUserMedia({ video: { ...which, ...WANTED }, audio: false });
    }
    throw error;
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether somebody said no, as far as the browser tells. Where it does not, nobody is asked twice. */
async function denied() {
  try {
    return (await navigator.permissions.query({ name: 'camera' })).state !== 'prompt';
  } catch {
    return true;
  }
}

/** A camera that looks for a code, from the press of the button until one is found. */
class Looking {
  #part;
  #video;
  #stream = null;
  #decoder = null;
  #patience = [];
  #torch = false;
  #round = 0;

  constructor(part) {
    this.#part = part;
    this.#video = part.querySelector('video');
  }

  #find(name) {
    return this.#part.querySelector(`[data-camera-${name}]`);
  }

  #be(state, word = state) {
    this.#part.dataset.state = state;
    delete this.#part.dataset.failure;
    say(this.#part, this.#find('said'), word);
    const running = state === 'looking' || state === 'asking';
    for (const [name, shown] of [['start', !running], ['stop', running]]) {
      const button = this.#find(name);
      if (button) button.hidden = !shown;
    }
  }

  #fail(name) {
    this.stop('failed', name);
    this.#part.dataset.failure = name;
    this.#others();
  }

  #others() {
    for (const others of document.querySelectorAll('[data-camera-others]')) others.hidden = false;
  }

  async start(picked) {
    this.stop('asking');
    const hindered = hindrance();
    if (hindered) return this.#fail(hindered);
    const round = this.#round;
    try {
      const stream = await askForCamera(navigator.mediaDevices, picked);
      // Somebody stopped or began again while the browser was asking.
      if (round !== this.#round) return stream.getTracks().forEach((track) => track.stop());
      this.#stream = stream;
      this.#video.srcObject = stream;
      await this.#video.play();
    } catch (error) {
      return round === this.#round ? this.#fail(failureOf(error)) : undefined;
    }
    if (round !== this.#round) return undefined;
    // A camera that is pulled out ends its track, and nothing else says so.
    this.#stream.getVideoTracks()[0].addEventListener('ended', () => round === this.#round && this.#fail('absent'));
    this.#be('looking');
    this.#offerTorch();
    this.#offerPicker();
    this.#patience = [
      setTimeout(() => say(this.#part, this.#find('said'), 'tips'), PATIENCE_MS.tips),
      setTimeout(() => {
        say(this.#part, this.#find('said'), 'others');
        this.#others();
      }, PATIENCE_MS.others),
    ];
    this.#decoder = new Decoder();
    return this.#look(round);
  }

  /** Frames one after the other: the next is taken when the last is read. */
  async #look(round) {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true });
    while (round === this.#round) {
      await this.#frame();
      const { videoWidth: width, videoHeight: height } = this.#video;
      if (round !== this.#round) return undefined;
      // A part that was replaced would keep the camera for ever.
      if (!this.#part.isConnected) return this.stop();
      if (width === 0) continue;
      canvas.width = width;
      canvas.height = height;
      context.drawImage(this.#video, 0, 0);
      try {
        const [code] = await this.#decoder.read(context.getImageData(0, 0, width, height));
        if (round !== this.#round) return undefined;
        if (code) this.#found(code.text);
      } catch {
        if (round === this.#round) this.#fail('decoder');
      }
    }
    return undefined;
  }

  #frame() {
    return new Promise((resolve) => {
      // No frame comes from a video that was stopped; the loop has to notice.
      const late = setTimeout(resolve, 1000);
      const next = () => {
        clearTimeout(late);
        resolve();
      };
      if (this.#video.requestVideoFrameCallback) this.#video.requestVideoFrameCallback(next);
      else setTimeout(next, 66);
    });
  }

  #found(text) {
    this.stop('found');
    navigator.vibrate?.(50);
    offer(this.#part, text, 'camera');
  }

  #offerTorch() {
    const button = this.#find('torch');
    if (!button) return;
    const [track] = this.#stream.getVideoTracks();
    button.hidden = !track.getCapabilities?.().torch;
    button.setAttribute('aria-pressed', 'false');
    this.#torch = false;
  }

  async torch() {
    const wanted = !this.#torch;
    try {
      await this.#stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: wanted }] });
      this.#torch = wanted;
      this.#find('torch').setAttribute('aria-pressed', String(wanted));
    } catch {
      say(this.#part, this.#find('said'), 'torch');
    }
  }

  async #offerPicker() {
    const picker = this.#find('pick');
    if (!picker) return;
    const all = await navigator.mediaDevices.enumerateDevices();
    const cameras = all.filter(({ kind }) => kind === 'videoinput');
    const used = this.#stream?.getVideoTracks()[0].getSettings().deviceId;
    picker.replaceChildren(
      ...cameras.map(({ deviceId, label }, at) => new Option(label || String(at + 1), deviceId, false, deviceId === used)),
    );
    const field = picker.closest('.field') ?? picker;
    field.hidden = cameras.length < 2;
  }

  /** Lets the camera go, and the decoder. */
  stop(state = 'idle', word = state) {
    this.#round += 1;
    this.#patience.forEach(clearTimeout);
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    this.#decoder?.close();
    this.#decoder = null;
    this.#video.srcObject = null;
    for (const name of ['torch', 'pick']) {
      const part = this.#find(name);
      if (part) (part.closest('.field') ?? part).hidden = true;
    }
    this.#be(state, word);
  }

  get runs() {
    return ['asking', 'looking'].includes(this.#part.dataset.state);
  }
}

function start(part) {
  const looking = new Looking(part);
  const on = (name, what, type = 'click') => part.querySelector(`[data-camera-${name}]`)?.addEventListener(type, what);
  on('start', () => looking.start());
  on('stop', () => looking.stop());
  on('torch', () => looking.torch());
  on('pick', ({ target }) => looking.start(target.value), 'change');
  // The browser's question whether a page may use the camera does not hide the page.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && looking.runs) looking.stop('paused');
  });
  addEventListener('pagehide', () => looking.stop());
  const hindered = hindrance();
  // Plainly said instead of a button that cannot work.
  if (hindered) {
    looking.stop('failed', hindered);
    part.dataset.failure = hindered;
    const button = part.querySelector('[data-camera-start]');
    if (button) button.hidden = true;
    for (const others of document.querySelectorAll('[data-camera-others]')) others.hidden = false;
  }
}

onEach('[data-camera]', start);
