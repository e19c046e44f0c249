import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

/**
 * Draws the icon's bitmaps from `icon.svg` with Debian's Chromium: `node assets/icons/draw.ts`. Run when the drawing
 * changes; the bitmaps are committed, because packaging must not need a browser.
 */
const folder = import.meta.dirname;
const svg = readFileSync(path.join(folder, 'icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });

async function draw(sizePx: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: sizePx, height: sizePx } });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}

/** An ICO of PNGs: header, a directory entry of 16 bytes each, the images (Windows Vista and later). */
function icoOf(images: readonly { readonly sizePx: number; readonly png: Buffer }[]): Buffer {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ sizePx, png }, index) => {
    const at = 6 + 16 * index;
    // 256 is written as 0.
    header.writeUInt8(sizePx % 256, at);
    header.writeUInt8(sizePx % 256, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

const images = [];
for (const sizePx of [16, 32, 48, 256]) images.push({ sizePx, png: await draw(sizePx) });
writeFileSync(path.join(folder, 'icon.ico'), icoOf(images));
// For Linux and macOS; electron-builder wants 512 pixels at least.
writeFileSync(path.join(folder, 'icon.png'), await draw(512));
// The page's favicon and the window's icon.
writeFileSync(path.join(folder, 'page', 'icon.png'), await draw(256));
await browser.close();
