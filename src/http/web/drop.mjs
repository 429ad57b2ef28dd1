/**
 * Lets a file be dropped anywhere on a zone: `<div class="drop" data-drop>` around a file field.
 *
 * @module
 */

import { onEach } from './page.mjs';

function start(zone) {
  const input = zone.querySelector('input[type=file]');
  const over = (isOver) => zone.toggleAttribute('data-over', isOver);
  zone.addEventListener('dragover', (event) => {
    if (![...event.dataTransfer.items].some(({ kind }) => kind === 'file')) return;
    event.preventDefault();
    over(true);
  });
  zone.addEventListener('dragleave', (event) => over(zone.contains(event.relatedTarget)));
  zone.addEventListener('drop', (event) => {
    over(false);
    const { files } = event.dataTransfer;
    if (files.length === 0) return;
    event.preventDefault();
    if (files.length > 1 && !input.multiple) return;
    input.files = files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

onEach('[data-drop]', start);
