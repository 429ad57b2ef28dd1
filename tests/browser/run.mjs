/**
 * Runs the tests of this folder against a demonstration of its own.
 *
 *     node tests/browser/run.mjs [NAME…]
 *
 * The program is target/debug/mianzheng, or what MIANZHENG says. The office lives in a temporary
 * folder and listens on a free port; both are gone afterwards. With names, only the tests whose
 * file begins so are run.
 *
 * @module
 */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { run } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = resolve(HERE, '../..');
const PROGRAM = resolve(ROOT, process.env.MIANZHENG ?? 'target/debug/mianzheng');

const names = process.argv.slice(2);
const files = readdirSync(HERE)
  .filter((name) => name.endsWith('.test.mjs') && (names.length === 0 || names.some((wanted) => name.startsWith(wanted))))
  .map((name) => join(HERE, name));
if (files.length === 0) throw new Error(`no test begins with ${names.join(' or ')}`);
if (!existsSync(PROGRAM)) throw new Error(`there is no ${PROGRAM}: build it, or say where it is in MIANZHENG`);

const folder = join(mkdtempSync(join(tmpdir(), 'mianzheng-office-')), 'demo');

/** Whether a process is there, after it was sent a signal, or none. */
function reaches(pid, signal = 0) {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

/** Ends the server, if there is one, and takes the office away. */
async function tidy() {
  const file = join(folder, 'server.pid');
  if (existsSync(file)) {
    const pid = Number(readFileSync(file, 'utf8'));
    reaches(pid, 'SIGTERM');
    // It finishes what it does, and writes to the folder until it is gone.
    for (let round = 0; reaches(pid); round += 1) {
      if (round === 100) reaches(pid, 'SIGKILL');
      await sleep(100);
    }
  }
  rmSync(resolve(folder, '..'), { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, async () => {
    await tidy();
    process.exit(1);
  });
}

async function freePort() {
  const listener = createServer();
  await new Promise((listening) => listener.listen(0, '127.0.0.1', listening));
  const { port } = listener.address();
  await new Promise((closed) => listener.close(closed));
  return port;
}

let failed = 0;
let passed = 0;
try {
  const args = ['--folder', folder, '--json', 'demo', '--listen', `127.0.0.1:${await freePort()}`, '--examples', join(ROOT, 'examples')];
  const { stdout } = await promisify(execFile)(PROGRAM, args, { maxBuffer: 64 << 20, timeout: 300_000 });
  process.env.MIANZHENG_TEST_URL = JSON.parse(stdout).url;
  process.env.MIANZHENG_TEST_FOLDER = folder;

  // One after the other: the tests share the office, and the machine.
  const events = run({ files, concurrency: false, timeout: 300_000 });
  events.on('test:fail', ({ name, file, details: { error, duration_ms: ms, type } }) => {
    // A suite, or a file, fails with what is in it.
    if (type === 'suite' || error.failureType === 'subtestsFailed') return;
    failed += 1;
    console.log(`FAILED  ${basename(file ?? '')}: ${name} (${Math.round(ms)} ms)`);
    console.log(String(error.cause?.stack ?? error.cause ?? error).replace(/^/gm, '        '));
  });
  events.on('test:pass', ({ name, file, skip, details: { duration_ms: ms, type } }) => {
    if (type === 'suite' || name === file) return;
    passed += 1;
    console.log(`${skip === undefined ? 'ok    ' : 'skipped'}  ${basename(file ?? '')}: ${name} (${Math.round(ms)} ms)`);
  });
  events.on('test:stderr', ({ message }) => process.stderr.write(message));
  for await (const _ of events);
} finally {
  await tidy();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
