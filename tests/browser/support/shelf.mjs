/**
 * A small server for what needs no office: the files of src/http/web under `/assets/shelf/`, the
 * pages of this folder, and answers that a test gives it, all under the policy of the product's
 * pages. Listens on localhost, so that camera, WebCrypto and worker are there as over TLS.
 *
 * @module
 */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const WEB = fileURLToPath(new URL('../../../src/http/web/', import.meta.url));
const PAGES = fileURLToPath(new URL('..', import.meta.url));

export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; font-src 'self'; " +
  "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const KINDS = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/**
 * @param {Record<string, (request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void>} [answers]
 *   by path; asked before the files.
 * @returns {Promise<{origin: string, close: () => Promise<void>}>}
 */
export async function openShelf(answers = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://shelf');
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('Permissions-Policy', 'camera=(self), geolocation=(), microphone=()');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    // Browsers ask for it of their own accord.
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    if (answers[pathname]) return answers[pathname](request, response);
    const file = fileOf(pathname);
    if (file === null) return response.writeHead(404, { 'Content-Type': 'text/plain' }).end('nothing here');
    response.writeHead(200, { 'Content-Type': KINDS[extname(file)] ?? 'application/octet-stream' });
    return createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function fileOf(pathname) {
  const [root, path] = pathname.startsWith('/assets/shelf/')
    ? [WEB, pathname.slice('/assets/shelf/'.length)]
    : [PAGES, pathname.slice(1)];
  const file = normalize(join(root, decodeURIComponent(path)));
  return file.startsWith(root) && existsSync(file) && statSync(file).isFile() ? file : null;
}
