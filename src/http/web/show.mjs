/**
 * Keeps a code that is shown fresh, and takes it away when nobody looks.
 *
 * On a page: `<div id="live" data-live="/address" data-standing="/api/…" data-state="open">`, whose
 * `.life` says how many seconds the code has. The next one comes a moment before, with the part of
 * the page that holds it; the old one stays until then. While the page is hidden there is no code.
 * When the code was read the part is fetched once more, and says by whom. What does not work is
 * said in `[data-said]`, in the words of the part (see `page.mjs`).
 *
 * `[data-white]` is the button of the mode in which nothing but the code is on the screen.
 *
 * @module
 */

import { ARRIVED, onEach, say } from './page.mjs';
import { NoSuchPart, swap } from './swap.mjs';

/** How long before the end the next code is fetched. */
export const AHEAD_S = 2;
/** How far apart the server is asked whether the code was read. */
const ASK_MS = 3_000;
/** How far apart a failed renewal is tried again. */
const AGAIN_MS = 4_000;
/** How far a phone's clock may be off before it is said. */
export const MOST_OFF_MS = 60_000;

/**
 * Whether a phone's clock is too far off for codes that are made without a network.
 *
 * @param {number} server milliseconds since 1970
 * @param {number} here
 */
export function isOff(server, here) {
  return Math.abs(server - here) > MOST_OFF_MS;
}

/**
 * The seconds that a code has left.
 *
 * @param {number} seconds that it had when it came
 * @param {number} cameAt on a clock that only goes forward
 * @param {number} now on the same
 */
export function secondsLeft(seconds, cameAt, now) {
  return Math.max(0, Math.ceil(seconds - (now - cameAt) / 1000));
}

function start(part) {
  if (part.dataset.state !== 'open') return;
  const life = part.querySelector('.life');
  const said = part.querySelector('[data-said]');
  const left = part.querySelector('[data-left]');
  const seconds = life.value;
  const cameAt = performance.now();
  const over = new AbortController();
  const { signal } = over;
  let lastTry = -Infinity;
  let isAsking = false;
  if (isOff(Number(part.dataset.now), Date.now())) say(part, said, 'clock');

  const end = () => {
    over.abort();
    clearInterval(ticking);
    clearInterval(asking);
  };
  const renew = async () => {
    if (isAsking || performance.now() - lastTry < AGAIN_MS) return;
    isAsking = true;
    lastTry = performance.now();
    try {
      await swap(part, part.dataset.live);
      end();
    } catch (error) {
      // The server has no such code any more: its own page says why.
      if (error instanceof NoSuchPart) location.assign(part.dataset.live);
      else say(part, said, 'offline');
    } finally {
      isAsking = false;
    }
  };
  const tick = () => {
    if (!part.isConnected) return end();
    if (document.hidden) return undefined;
    const now = secondsLeft(seconds, cameAt, performance.now());
    life.value = now;
    if (now > 0) say(part, left, 'left', { seconds: now });
    else say(part, left, 'renewing');
    if (now === 0) withdraw(part);
    return now <= AHEAD_S ? renew() : undefined;
  };
  const ask = async () => {
    if (document.hidden || !part.isConnected) return;
    try {
      const response = await fetch(part.dataset.standing, { credentials: 'same-origin' });
      if (response.ok && (await response.json()).state !== 'open') {
        lastTry = -Infinity;
        await renew();
      }
    } catch {
      // Said when the next code does not come.
    }
  };
  const ticking = setInterval(tick, 500);
  const asking = setInterval(ask, ASK_MS);
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.hidden) {
        withdraw(part);
        say(part, said, 'hidden');
      } else {
        lastTry = -Infinity;
        renew();
      }
    },
    { signal },
  );
  addEventListener('online', () => { lastTry = -Infinity; }, { signal });
  addEventListener('pagehide', () => withdraw(part), { signal });
}

/** Takes a code away: who comes back finds none that ran out meanwhile. */
function withdraw(part) {
  const picture = part.querySelector('[data-picture]');
  picture?.replaceChildren();
  picture?.classList.add('waiting');
  part.querySelector('[data-spoken]')?.replaceChildren('···· ····');
}

/** Nothing but the code, as large as the screen, which stays lit. */
function startWhite(button) {
  let lock = null;
  const set = async (isWhite) => {
    document.body.classList.toggle('code-alone', isWhite);
    button.setAttribute('aria-pressed', String(isWhite));
    if (isWhite) lock = await navigator.wakeLock?.request('screen').catch(() => null);
    else {
      await lock?.release().catch(() => {});
      lock = null;
    }
  };
  button.hidden = false;
  button.setAttribute('aria-pressed', 'false');
  button.addEventListener('click', () => set(!document.body.classList.contains('code-alone')));
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && set(false));
  document.addEventListener('click', ({ target }) => {
    if (target.closest?.('[data-picture]')) set(!document.body.classList.contains('code-alone'));
  });
  // A code that is over is none to fill the screen with.
  document.addEventListener(ARRIVED, ({ target }) => {
    if (target.dataset?.state && target.dataset.state !== 'open') set(false);
  });
}

onEach('[data-live]', start);
onEach('[data-white]', startWhite);
