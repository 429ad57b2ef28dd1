// Finds QR codes in pictures, off the page's thread. A classic worker: its decoder is a script of
// the kind that importScripts takes, and workers that are modules came later to phones.
'use strict';

importScripts('vendor/zxing/zxing-reader.js');

// Without this the decoder would ask another host for its WebAssembly.
const ready = ZXingWASM.prepareZXingModule({
  overrides: { locateFile: (file) => new URL(`vendor/zxing/${file}`, self.location.href).href },
  fireImmediately: true,
});

addEventListener('message', async ({ data: { id, image, most } }) => {
  try {
    await ready;
    const read = await ZXingWASM.readBarcodes(image, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: most });
    const codes = read
      .filter(({ isValid }) => isValid)
      .map(({ text, position: { topLeft, topRight, bottomRight, bottomLeft } }) => ({
        text,
        corners: [topLeft, topRight, bottomRight, bottomLeft],
      }));
    postMessage({ id, codes });
  } catch (error) {
    postMessage({ id, failed: String(error) });
  }
});
