import { createHash } from 'node:crypto';
import { decompressedZstd } from '#engine/images/decompress.ts';
import { ImageRefusedError } from '#engine/images/refusal.ts';
import { DownloadFailedError, download } from './agent-line.ts';
import type { AgentTask } from './agent-task.ts';
import { describeDisk, readBack, withDisk } from './disk.ts';

export type StepResult =
  | { readonly ok: true; readonly evidence: object }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly evidence: object };

export function done(evidence: object): StepResult {
  return { ok: true, evidence: { seconds: 0, ...evidence } };
}

export function refused(code: string, message: string, evidence: object = {}): StepResult {
  return { ok: false, code, message, evidence: { seconds: 0, ...evidence } };
}

/** Ends a step from within; never leaves this file. */
class StepRefusedError extends Error {
  readonly result: StepResult;

  constructor(result: StepResult) {
    super('the step is refused');
    this.result = result;
  }
}

async function orRefused(step: () => Promise<StepResult>): Promise<StepResult> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof StepRefusedError) return error.result;
    if (error instanceof DownloadFailedError)
      return refused('download-failed', error.message, error.evidence);
    if (error instanceof ImageRefusedError) return refused('decompress-failed', error.message);
    throw error;
  }
}

export function writeImage(task: AgentTask): Promise<StepResult> {
  const { machine, line, session, parameters } = task;
  const { disk } = machine;
  const expectedBytes = Number(parameters.get('size-bytes') ?? 0);
  const format = parameters.get('format') ?? 'none';
  return orRefused(async () => {
    if (format !== 'none' && format !== 'zstd')
      return refused('bad-request', `format ${format}`, { parameter: 'format' });
    if (expectedBytes > disk.sizeBytes)
      return refused('disk-too-small', 'the image is larger than the disk', {
        neededBytes: expectedBytes,
        diskBytes: disk.sizeBytes,
      });
    const body = download(line, parameters.get('url') ?? '', session);
    const raw = format === 'zstd' ? decompressedZstd(body.chunks(), Number.POSITIVE_INFINITY) : body.chunks();
    const { bytes, sha256: sent } = await writeStream(task, raw, expectedBytes);
    if (bytes !== expectedBytes)
      return refused('size-mismatch', 'the stream is shorter than the image', { expectedBytes, bytes });
    const expectedSha256 = parameters.get('sha256');
    if (sent !== expectedSha256)
      return refused('checksum-mismatch', 'the stream is not the image', { expectedSha256, sha256: sent });
    const verified = parameters.get('verify') === 'readback' ? 'readback' : 'stream';
    if (verified === 'readback') {
      await stopIfUnwanted(task, 'reading-back', 0, bytes);
      const readbackSha256 = await readBack(disk, 0, bytes);
      if (readbackSha256 !== expectedSha256)
        return refused('readback-mismatch', 'the disk gives back something else', {
          expectedSha256,
          readbackSha256,
        });
    }
    return done({ bytes, sha256: sent, verified, disk: describeDisk(disk), attempts: body.attempts() });
  });
}

/** Nothing is written behind `limitBytes`. */
async function writeStream(
  task: AgentTask,
  raw: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<{ bytes: number; sha256: string }> {
  const { machine } = task;
  const hash = createHash('sha256');
  let bytes = 0;
  await withDisk(machine.disk, async file => {
    for await (const part of raw) {
      machine.signal.throwIfAborted();
      if (machine.diskFails())
        throw new StepRefusedError(refused('write-failed', 'Input/output error', { writtenBytes: bytes }));
      if (bytes + part.length > limitBytes)
        throw new StepRefusedError(
          refused('size-mismatch', 'the stream is longer than the image', {
            expectedBytes: limitBytes,
            bytes: bytes + part.length,
          }),
        );
      await file.write(part, 0, part.length, bytes);
      hash.update(part);
      bytes += part.length;
      machine.onWritten(bytes);
      await stopIfUnwanted(task, 'writing', bytes, limitBytes);
    }
    await file.sync();
  });
  return { bytes, sha256: hash.digest('hex') };
}

async function stopIfUnwanted(task: AgentTask, phase: string, bytes: number, total: number): Promise<void> {
  if (await task.tell(phase, bytes, total)) return;
  throw new StepRefusedError(refused('cancelled', 'the engine does not want this step any more'));
}

/** Where the ramdisk's agent starts every partition (`assets/ramdisk/protocol.md`). */
const alignmentBytes = 2 ** 20;
const driveMaxBytes = 64 * 2 ** 20;

/** The drive's bytes are written where its partition would be; the partition table is left as it came. */
export function writeConfigDrive(task: AgentTask): Promise<StepResult> {
  const { machine, line, session, parameters } = task;
  const { disk } = machine;
  const sizeBytes = Number(parameters.get('size-bytes') ?? 0);
  return orRefused(async () => {
    if (sizeBytes > driveMaxBytes)
      return refused('bad-request', 'larger than 64 MiB', { parameter: 'size-bytes' });
    const startBytes = Math.floor((disk.sizeBytes - sizeBytes) / alignmentBytes) * alignmentBytes;
    if (startBytes < alignmentBytes)
      return refused('no-room', 'the disk is too small', {
        neededBytes: sizeBytes + alignmentBytes,
        freeBytes: disk.sizeBytes,
        reason: 'disk-full',
      });
    const drive: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of download(line, parameters.get('url') ?? '', session).chunks()) {
      drive.push(part);
      bytes += part.length;
      if (bytes > sizeBytes) break;
    }
    if (bytes !== sizeBytes)
      return refused('size-mismatch', 'another size than announced', { expectedBytes: sizeBytes, bytes });
    const whole = Buffer.concat(drive);
    const expectedSha256 = parameters.get('sha256');
    const sha256 = createHash('sha256').update(whole).digest('hex');
    if (sha256 !== expectedSha256)
      return refused('checksum-mismatch', 'the stream is not the config drive', { expectedSha256, sha256 });
    await withDisk(disk, file => file.write(whole, 0, whole.length, startBytes));
    const readbackSha256 = await readBack(disk, startBytes, whole.length);
    if (readbackSha256 !== expectedSha256)
      return refused('readback-mismatch', 'the disk gives back something else', {
        expectedSha256,
        readbackSha256,
      });
    const partition = { simulated: true };
    return done({ startBytes, sizeBytes: bytes, sha256, partition, disk: describeDisk(disk) });
  });
}

const sectorBytes = 512;

/** A boot sector that `isBootable` takes for one. */
export async function installBootLoader({ machine: { disk } }: AgentTask): Promise<StepResult> {
  const sector = Buffer.alloc(sectorBytes, 0x90);
  sector.writeUInt16LE(0xaa55, sectorBytes - 2);
  await withDisk(disk, file => file.write(sector, 0, sectorBytes, 0));
  return done({ simulated: true, disk: describeDisk(disk) });
}

/** The machine has one disk; a file that is cut to nothing and grown again reads as zeros. */
export async function eraseDisks({ machine: { disk }, parameters }: AgentTask): Promise<StepResult> {
  await withDisk(disk, async file => {
    await file.truncate(0);
    await file.truncate(disk.sizeBytes);
    await file.sync();
  });
  return done({
    method: parameters.get('method'),
    disks: [{ disk: describeDisk(disk), erased: true }],
    simulated: true,
  });
}
