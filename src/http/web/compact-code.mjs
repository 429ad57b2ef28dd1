/**
 * Reads and checks the compact codes of docs/compact-code.md, format 1.
 *
 * Written from the specification and not from the server's code, so that the two check
 * each other: both must pass tests/vectors/compact-code.json. Runs in browsers (secure
 * context) and in Node 20.
 *
 * @module
 */

import { verifyEd25519 } from './ed25519.mjs';

/**
 * @typedef {{text: string} | {int: number | bigint} | {bool: boolean} | {digest: string}} FieldValue
 *   `digest` is hex; an `int` beyond 2^53 is a bigint.
 */

/**
 * What a code says. A claim and no fact, unless {@link verifyCompact} returned it.
 *
 * @typedef {object} Claims
 * @property {'offline' | 'printed' | 'copy'} kind
 * @property {number} type number of the certificate type in the trust list
 * @property {number} definition version of the type's definition
 * @property {number} issuer number of the issuer in the trust list
 * @property {string} serial
 * @property {number} version version of the certificate, 1 to 999
 * @property {number} iat when the code was made, in seconds since 1970
 * @property {number | null} exp from when on it is worth nothing
 * @property {{list: number, index: number} | null} status
 * @property {string} id 8 bytes in hex: the jti, or the first bytes of the reference
 * @property {Record<string, FieldValue>} fields by their number
 */

/**
 * A trusted key.
 *
 * @typedef {{kid: string, alg: string, x: string}} Key
 *   `kid` 4 bytes in hex, `alg` 'EdDSA', `x` the public key in base64url.
 */

/** A text that is no code we can read; `verdict` says which word to show. */
export class CodeError extends Error {
  /**
   * @param {'unreadable' | 'unsupported'} verdict
   * @param {string} message
   */
  constructor(verdict, message) {
    super(message);
    this.name = 'CodeError';
    this.verdict = verdict;
  }
}

const EDDSA = -8;
const LAST_SECOND = 253402300799;

/**
 * Reads a code without checking its signature.
 *
 * @param {string} digits
 * @returns {Claims}
 * @throws {CodeError}
 */
export function readCompact(digits) {
  return open(digits).claims;
}

/**
 * Reads a code and checks its signature with every trusted key of the name it gives.
 *
 * The times are not judged here, nor the status: the claims are genuine, no more.
 *
 * @param {string} digits
 * @param {Key[]} keys
 * @returns {Promise<{verdict: 'genuine', claims: Claims, key: Key}
 *   | {verdict: 'unreadable' | 'unsupported' | 'untrusted_issuer' | 'bad_signature', reason: string}>}
 */
export async function verifyCompact(digits, keys) {
  let code;
  try {
    code = open(digits);
  } catch (error) {
    if (error instanceof CodeError) return { verdict: error.verdict, reason: error.message };
    throw error;
  }
  if (code.alg !== EDDSA) {
    return { verdict: 'unsupported', reason: `algorithm ${code.alg} is not known` };
  }
  const named = keys.filter((key) => key.kid === code.kid && key.alg === 'EdDSA');
  if (named.length === 0) {
    return { verdict: 'untrusted_issuer', reason: `no trusted key is called ${code.kid}` };
  }
  const signed = toBeSigned(code);
  for (const key of named) {
    if (await verifyEd25519(fromBase64url(key.x), code.signature, signed)) {
      return { verdict: 'genuine', claims: code.claims, key };
    }
  }
  return { verdict: 'bad_signature', reason: 'the signature is not that of the issuer' };
}

/**
 * Puts words to numbers: the fields of a code as its certificate type names them.
 *
 * @param {Claims} claims
 * @param {{code_fields: Record<string, {key: string, label: string, type: string, codes?: Record<string, string>}>,
 *   words?: {yes: string, no: string, not_loaded: string, field: string}}} type
 * @returns {{number: number, key: string | null, label: string, value: string, loaded: boolean}[]}
 *   in ascending order; `loaded` is false where the code holds only a digest.
 */
export function describe(claims, type) {
  const said = type.words ?? WORDS;
  return Object.entries(claims.fields).map(([number, value]) => {
    const field = Object.hasOwn(type.code_fields, number) ? type.code_fields[number] : null;
    return {
      number: Number(number),
      key: field?.key ?? null,
      label: field?.label ?? `${said.field} ${number}`,
      value: inWords(value, field, said),
      loaded: !('digest' in value),
    };
  });
}

const WORDS = { yes: '是', no: '否', not_loaded: '未载入此码', field: '字段' };

function inWords(value, field, said) {
  if ('digest' in value) return said.not_loaded;
  if ('bool' in value) return value.bool ? said.yes : said.no;
  if ('int' in value) {
    if (field?.type === 'date') return inUtc(value.int, 86_400_000, 10) ?? String(value.int);
    // The minutes count local time already, so no zone may be added.
    if (field?.type === 'datetime') return inUtc(value.int, 60_000, 16) ?? String(value.int);
    return String(value.int);
  }
  if (field?.codes && Object.hasOwn(field.codes, value.text)) return field.codes[value.text];
  return value.text;
}

function inUtc(count, milliseconds, length) {
  const date = new Date(Number(count) * milliseconds);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) return null;
  return date.toISOString().slice(0, length).replace('T', ' ');
}

/* The text: digits of the number 0x01 ‖ message. */

function open(digits) {
  const message = strictly(fromDigits(digits));
  if (!Array.isArray(message) || message.length !== 4) refuse('not a COSE_Sign1 message');
  const [protectedHeader, unprotected, payload, signature] = message;
  if (!isBytes(protectedHeader) || !isBytes(payload)) refuse('not a COSE_Sign1 message');
  if (!isBytes(signature, 64)) refuse('the signature must have 64 bytes');
  if (!(unprotected instanceof Map) || unprotected.size !== 0) refuse('the unprotected header must be empty');
  const header = strictly(protectedHeader);
  if (!(header instanceof Map) || header.size !== 2) refuse('the protected header is not ours');
  const alg = header.get(1);
  const kid = header.get(4);
  if (!isInteger(alg)) refuse('the protected header names no algorithm');
  if (!isBytes(kid, 4)) refuse('the key id must have 4 bytes');
  const claims = readClaims(strictly(payload));
  return { claims, alg, kid: toHex(kid), protectedHeader, payload, signature };
}

function fromDigits(digits) {
  if (typeof digits !== 'string' || !/^[1-9][0-9]{59,990}$/.test(digits) || digits.length > 991) {
    refuse('a code has 60 to 991 digits and does not begin with 0');
  }
  const hex = BigInt(digits).toString(16);
  const bytes = fromHex(hex.length % 2 ? `0${hex}` : hex);
  if (bytes[0] !== 1) throw new CodeError('unsupported', `format ${bytes[0]} is not known`);
  return bytes.subarray(1);
}

/* The claims. */

function readClaims(claims) {
  if (!Array.isArray(claims) || claims.length !== 11) refuse('not an array of eleven claims');
  const [kindNumber, type, definition, issuer, serial, version, iat, exp, status, id, fields] = claims;
  if (!isInteger(kindNumber)) refuse('the kind must be an integer');
  const kind = new Map([[1, 'offline'], [2, 'printed'], [4, 'copy']]).get(kindNumber);
  if (kind === undefined) throw new CodeError('unsupported', `a code of kind ${kindNumber} is not known`);
  const u32 = (value) => within(value, 0, 0xffffffff);
  const result = {
    kind,
    type: u32(type),
    definition: u32(definition),
    issuer: u32(issuer),
    serial: readSerial(serial),
    version: within(version, 1, 999),
    iat: within(iat, 0, LAST_SECOND),
    exp: exp === null ? null : within(exp, 0, LAST_SECOND),
    status: null,
    id: '',
    fields: {},
  };
  if (result.exp !== null && result.exp <= result.iat) refuse('the code expires before it was made');
  if (status !== null) {
    if (!Array.isArray(status) || status.length !== 2) refuse('the status is not a place in a list');
    result.status = { list: u32(status[0]), index: u32(status[1]) };
  }
  if (!isBytes(id, 8)) refuse('the id must have 8 bytes');
  result.id = toHex(id);
  if (!(fields instanceof Map)) refuse('the fields must be a map');
  for (const [number, value] of fields) {
    result.fields[within(number, 0, 255)] = readField(value);
  }
  return result;
}

function readField(value) {
  if (typeof value === 'string') return { text: value };
  if (typeof value === 'boolean') return { bool: value };
  if (isInteger(value)) return { int: value };
  if (isBytes(value, 8)) return { digest: toHex(value) };
  return refuse('a field is not in a form of this format');
}

function readSerial(value) {
  if (isInteger(value) && value > 0) {
    const text = value.toString(36).toUpperCase();
    if (text.length <= 12) return text;
  }
  // Text is for what a number cannot say: too long, or with a zero in front.
  if (typeof value === 'string' && /^(?:0[0-9A-Z]{0,31}|[1-9A-Z][0-9A-Z]{12,31})$/.test(value)) return value;
  return refuse('the serial is not in its canonical form');
}

function within(value, least, most) {
  if (typeof value !== 'number' || value < least || value > most) refuse('a number is out of bounds');
  return value;
}

/* CBOR, deterministic (RFC 8949 §4.2.1): integers, bytes, text, arrays, maps, true, false, null. */

const MAX_DEPTH = 16;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Integers come as numbers, beyond 2^53 as bigints; maps as Map with number or other keys. */
function strictly(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  const skip = (length) => {
    if (length > bytes.length - at) refuse('the bytes end inside a value');
    at += length;
    return at - length;
  };

  const argument = (info) => {
    if (info < 24) return info;
    if (info > 27) refuse('a length is indefinite or reserved');
    const size = 1 << (info - 24);
    const start = skip(size);
    const number = [view.getUint8, view.getUint16, view.getUint32, view.getBigUint64][info - 24].call(view, start);
    const least = [24, 0x100, 0x10000, 0x100000000n][info - 24];
    if (number < least) refuse('a number is not in its shortest form');
    return typeof number === 'bigint' && number <= Number.MAX_SAFE_INTEGER ? Number(number) : number;
  };

  const integer = (number, isNegative) => {
    if (number > 0x7fffffffffffffffn) refuse('an integer is too large');
    if (!isNegative) return number;
    const negative = -1n - BigInt(number);
    return negative >= Number.MIN_SAFE_INTEGER ? Number(negative) : negative;
  };

  const value = (depth) => {
    const first = view.getUint8(skip(1));
    if (first === 0xf4) return false;
    if (first === 0xf5) return true;
    if (first === 0xf6) return null;
    const major = first >> 5;
    if (major > 5) refuse('tags, floats and other simple values are not part of the format');
    const count = argument(first & 0x1f);
    if (major < 2) return integer(count, major === 1);
    if (major < 4) {
      const start = skip(count);
      const taken = bytes.subarray(start, at);
      if (major === 2) return taken;
      try {
        return UTF8.decode(taken);
      } catch {
        return refuse('a text is not UTF-8');
      }
    }
    if (depth === 0) refuse('nested too deep');
    // Every item takes a byte or more, so a length beyond the end is refused at once.
    if (count > bytes.length - at) refuse('the bytes end inside a value');
    if (major === 4) return Array.from({ length: count }, () => value(depth - 1));
    const map = new Map();
    let before = null;
    for (let entry = 0; entry < count; entry += 1) {
      const start = at;
      const key = value(depth - 1);
      const raw = bytes.subarray(start, at);
      if (before !== null && !isBefore(before, raw)) refuse('map keys are not sorted, or one occurs twice');
      before = raw;
      map.set(key, value(depth - 1));
    }
    return map;
  };

  const result = value(MAX_DEPTH);
  if (at !== bytes.length) refuse('bytes follow the value');
  return result;
}

function isBefore(a, b) {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    if (a[at] !== b[at]) return a[at] < b[at];
  }
  return a.length < b.length;
}

/** The Sig_structure of RFC 9052 §4.4. */
function toBeSigned({ claims, protectedHeader, payload }) {
  const context = new TextEncoder().encode('Signature1');
  const aad = new TextEncoder().encode(`mianzheng/code/1/${claims.kind}`);
  const parts = [head(3, context), context, head(2, protectedHeader), protectedHeader, head(2, aad), aad, head(2, payload), payload];
  return Uint8Array.from([0x84, ...parts.flatMap((part) => [...part])]);
}

/** No part of a code has 65,536 bytes. */
function head(major, { length }) {
  if (length < 24) return [(major << 5) | length];
  if (length < 0x100) return [(major << 5) | 24, length];
  return [(major << 5) | 25, length >> 8, length & 0xff];
}

/* Small things. */

function refuse(message) {
  throw new CodeError('unreadable', message);
}

function isInteger(value) {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isBytes(value, length = value?.length) {
  return value instanceof Uint8Array && value.length === length;
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex) {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

function fromBase64url(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}
