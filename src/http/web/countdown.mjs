/**
 * Counts down to the end of a time.
 *
 * On a page: `<span data-countdown="SECONDS">`, in which the time stands as minutes and seconds.
 * When it is over the page is asked for again, which then says so. What is read aloud is not this:
 * nobody wants to hear every second.
 *
 * @module
 */

import { onEach } from './page.mjs';

/**
 * Seconds as minutes and seconds.
 *
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function start(place) {
  const end = performance.now() + Number(place.dataset.countdown) * 1000;
  const ticking = setInterval(tick, 500);
  function tick() {
    if (!place.isConnected) return clearInterval(ticking);
    const left = (end - performance.now()) / 1000;
    place.textContent = clock(left);
    if (left > 0) return undefined;
    clearInterval(ticking);
    return location.reload();
  }
  tick();
}

onEach('[data-countdown]', start);
