import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The newest of each log; a fault is told at its end. */
const tailBytes = 1_000_000;
/** The one that is written now, and the one before. */
const wanted = /^(engine|main)(\.1)?\.log$/;

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** Ends of the log files, from the beginning of a line. */
export async function logTails(folder: string): Promise<TextFile[]> {
  const names = (await readdir(folder).catch(() => [])).filter(name => wanted.test(name)).toSorted();
  return Promise.all(
    names.map(async name => ({ name: `logs/${name}`, text: await tailOf(join(folder, name)) })),
  );
}

async function tailOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(Math.min(size, tailBytes)),
      0,
      undefined,
      from,
    );
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await file.close();
  }
}
