import { readdirSync } from 'node:fs';
import { cacheSpace } from '#engine/images/cache-file.ts';
import { importFile } from '#engine/images/import-file.ts';
import { ImageRefusedError } from '#engine/images/refusal.ts';

/** Started by the test inside a mount namespace: imports SOURCE into DIRECTORY twice and prints how it was refused. */
const [source = '', directory = ''] = process.argv.slice(2);

async function attempt(reserveBytes: number, freeBytes: () => Promise<number>) {
  try {
    await importFile({
      sourcePath: source,
      cacheDir: directory,
      imageId: 'image',
      onProgress: () => undefined,
      space: { reserveBytes, freeBytes },
    });
    return { code: 'imported', left: readdirSync(directory) };
  } catch (error) {
    const code = error instanceof ImageRefusedError ? error.refusal.code : String(error);
    return { code, left: readdirSync(directory) };
  }
}

const space = cacheSpace(directory);
const first = await attempt(space.reserveBytes + 100 * 2 ** 20, space.freeBytes);
const second = await attempt(0, async () => 2 ** 40);
process.stdout.write(JSON.stringify({ first, second }));
