/**
 * The demonstration's office, as `run.mjs` started it.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} OfficeAt
 * @property {string} url
 * @property {string} folder
 * @property {string} certificate path of what the server shows
 * @property {(role: string) => string} token of a role of the demonstration
 */

/**
 * @returns {OfficeAt}
 * @throws {Error} if the test was not started by `run.mjs`
 */
export function office() {
  const { MIANZHENG_TEST_URL: url, MIANZHENG_TEST_FOLDER: folder } = process.env;
  if (!url || !folder) throw new Error('start this with: node tests/browser/run.mjs');
  return {
    url,
    folder,
    certificate: join(folder, 'tls/server.pem'),
    token: (role) => readFileSync(join(folder, 'tokens', `${role}.token`), 'utf8').trim(),
  };
}
