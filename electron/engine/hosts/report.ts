import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { verifyReport } from '#shared/report/verify-report.ts';
import { asUsageError, UsageError } from './usage-error.ts';

const help = `Usage: rackside report verify FILE

Recomputes the hash chain of a report that Rackside exported, HTML or JSON. Prints OK, how many records it has and
the head of the chain, or which record is the first that is wrong (exit code 1).

The chain has no signature: OK means that the file is whole, not who made it. Whoever has the file can make a new
chain. Compare the head with the one that somebody noted when the report was made.
`;

/** More than the largest report: 100,000 events, twice, as text and as record. */
const mostBytes = 128 * 1024 * 1024;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const [verb, file, ...more] = positionals;
  if (verb !== 'verify' || file === undefined || more.length > 0)
    throw new UsageError('it is called as: rackside report verify FILE');
  const verdict = verifyReport(await readText(file), sha256);
  if (!verdict.ok) {
    const record = verdict.record === undefined ? '' : `record ${verdict.record} is wrong: `;
    throw new Error(`${record}${verdict.reason}`);
  }
  process.stdout.write(`OK ${verdict.records} records, head ${verdict.head}\n`);
  return 0;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h', default: false } },
      allowPositionals: true,
    });
  } catch (error) {
    throw asUsageError(error);
  }
}

async function readText(file: string): Promise<string> {
  // Looked at before it is opened: opening a pipe waits for somebody to write into it.
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => error);
  if (found instanceof Error) throw new Error(`cannot read ${file}: ${found.code ?? 'unknown'}`);
  if (!found.isFile()) throw new Error(`${file} is no file`);
  const tooLarge = () => new Error(`${file} has more bytes than any report (${mostBytes})`);
  if (found.size > mostBytes) throw tooLarge();
  const handle = await open(file);
  try {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of handle.createReadStream({ autoClose: false })) {
      parts.push(part as Buffer);
      bytes += (part as Buffer).length;
      // It may grow meanwhile, and some files do not tell how large they are.
      if (bytes > mostBytes) throw tooLarge();
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  } catch (error) {
    if (error instanceof TypeError) throw new Error(`${file} is no text`, { cause: error });
    throw error;
  } finally {
    await handle.close();
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
