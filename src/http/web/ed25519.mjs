/**
 * Checks Ed25519 signatures: with WebCrypto, or where that does not know the curve, as in phones
 * from before 2025, with the vendored implementation, which is loaded only then.
 *
 * @module
 */

/**
 * Whether a signature is that of a key. False for anything that is not of the right form, too.
 *
 * @param {Uint8Array} publicKey 32 bytes
 * @param {Uint8Array} signature 64 bytes
 * @param {Uint8Array} message
 * @param {SubtleCrypto | undefined} [subtle]
 * @returns {Promise<boolean>}
 */
export async function verifyEd25519(publicKey, signature, message, subtle = globalThis.crypto?.subtle) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = await subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
    return await subtle.verify({ name: 'Ed25519' }, key, signature, message);
  } catch {
    // Whatever the browser lacks, the other one answers; what it refuses, the other refuses.
    return verifyWithoutWebCrypto(publicKey, signature, message);
  }
}

/**
 * The same without WebCrypto's Ed25519; SHA-512 still comes from WebCrypto.
 *
 * @param {Uint8Array} publicKey
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 * @returns {Promise<boolean>}
 */
export async function verifyWithoutWebCrypto(publicKey, signature, message) {
  const { verifyAsync } = await import('./vendor/noble-ed25519/index.js');
  try {
    return await verifyAsync(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
