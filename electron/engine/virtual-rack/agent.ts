import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createZstdDecompress } from 'node:zlib';
import { readBack, type VirtualDisk, withDisk } from './disk.ts';
import { bytesOf, send, textOf } from './http-client.ts';

/** What the agent needs of the machine that it runs on. */
export interface AgentMachine {
  readonly address: string;
  readonly firmware: 'bios' | 'uefi';
  readonly disk: VirtualDisk;
  readonly inventory: object;
  readonly signal: AbortSignal;
  /** The next write to the disk is an I/O error. */
  readonly diskFails: () => boolean;
  /** Called with each written piece; a fault may cut the power here. */
  readonly onWritten: (bytes: number) => void;
}

export type AgentEnd = 'reboot' | 'power-off';

type Result =
  | { readonly ok: true; readonly evidence: object }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly evidence: object };

/** The deploy agent's half of `assets/ramdisk/protocol.md`, played: same calls, same answers, a file as the disk. */
export async function playAgent(
  machine: AgentMachine,
  commandLine: ReadonlyMap<string, string>,
): Promise<AgentEnd> {
  const url = commandLine.get('rackside.url') ?? '';
  const bootId = randomBytes(32).toString('base64url');
  const call = (path: string, token: string, body?: string) =>
    send(`${url}/v1/${path}`, {
      localAddress: machine.address,
      signal: machine.signal,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'x-rackside-boot': bootId,
        'user-agent': 'rackside-agent/virtual',
      },
      ...(body === undefined ? {} : { body }),
    });

  const hello = await call(
    'hello',
    commandLine.get('rackside.token') ?? '',
    JSON.stringify(machine.inventory),
  );
  const session = keyValues(await textOf(hello)).get('session');
  if (hello.statusCode !== 200 || session === undefined) throw new Error(`hello: HTTP ${hello.statusCode}`);
  for (;;) {
    const response = await call('step', session);
    const step = keyValues(await textOf(response));
    if (response.statusCode === 204) continue;
    const name = step.get('step');
    if (response.statusCode !== 200 || name === undefined)
      throw new Error(`step: HTTP ${response.statusCode}`);
    const result = await runStep(machine, name, step, session);
    const taken = await call(`step/${step.get('id') ?? ''}/result`, session, JSON.stringify(result));
    await bytesOf(taken);
    if (name === 'reboot' || name === 'power-off') return name;
  }
}

async function runStep(
  machine: AgentMachine,
  name: string,
  parameters: ReadonlyMap<string, string>,
  session: string,
): Promise<Result> {
  if (parameters.has('disk-size-bytes') && parameters.get('serial') !== machine.disk.serial) {
    return refused('wrong-disk', `no disk has the serial ${parameters.get('serial')}`);
  }
  const get = () =>
    send(parameters.get('url') ?? '', {
      localAddress: machine.address,
      signal: machine.signal,
      headers: { authorization: `Bearer ${session}` },
    });
  switch (name) {
    case 'write-image':
      return writeImage(machine, parameters, await get());
    case 'write-config-drive':
      return writeConfigDrive(machine, parameters, await get());
    case 'set-boot-entry':
      return done(machine.firmware === 'bios' ? { skipped: 'bios' } : { entry: 'Boot0000' });
    case 'inspect':
      return done({ inventory: machine.inventory });
    case 'grow-last-partition':
    case 'reboot':
    case 'power-off':
      return done({});
    default:
      return refused('unknown-step', name);
  }
}

async function writeImage(
  machine: AgentMachine,
  parameters: ReadonlyMap<string, string>,
  response: IncomingMessage,
): Promise<Result> {
  if (response.statusCode !== 200) return refused('download-failed', `HTTP ${response.statusCode}`);
  const sent = createHash('sha256');
  const content = parameters.get('format') === 'zstd' ? response.pipe(createZstdDecompress()) : response;
  let bytes = 0;
  await withDisk(machine.disk, async file => {
    for await (const part of content as AsyncIterable<Buffer>) {
      machine.signal.throwIfAborted();
      if (machine.diskFails()) break;
      await file.write(part, 0, part.length, bytes);
      sent.update(part);
      bytes += part.length;
      machine.onWritten(bytes);
    }
    await file.sync();
  });
  if (machine.diskFails()) return refused('write-failed', 'Input/output error', { writtenBytes: bytes });
  const expected = parameters.get('sha256');
  if (sent.digest('hex') !== expected) return refused('checksum-mismatch', 'the stream is not the image');
  const sha256 = await readBack(machine.disk, 0, bytes);
  if (sha256 !== expected) return refused('readback-mismatch', 'the disk gives back something else');
  return done({ bytes, sha256, verified: 'readback' });
}

async function writeConfigDrive(
  machine: AgentMachine,
  parameters: ReadonlyMap<string, string>,
  response: IncomingMessage,
): Promise<Result> {
  const drive = await bytesOf(response);
  if (response.statusCode !== 200) return refused('download-failed', `HTTP ${response.statusCode}`);
  const sha256 = createHash('sha256').update(drive).digest('hex');
  if (sha256 !== parameters.get('sha256'))
    return refused('checksum-mismatch', 'the stream is not the config drive');
  const mebibyte = 2 ** 20;
  const startBytes = Math.floor((machine.disk.sizeBytes - drive.length) / mebibyte) * mebibyte;
  await withDisk(machine.disk, file => file.write(drive, 0, drive.length, startBytes));
  return done({
    startBytes,
    sizeBytes: drive.length,
    sha256: await readBack(machine.disk, startBytes, drive.length),
  });
}

function done(evidence: object): Result {
  return { ok: true, evidence: { seconds: 0, ...evidence } };
}

function refused(code: string, message: string, evidence: object = {}): Result {
  return { ok: false, code, message, evidence: { seconds: 0, ...evidence } };
}

function keyValues(text: string): Map<string, string> {
  return new Map(
    text
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const space = line.indexOf(' ');
        return space < 0 ? [line, ''] : [line.slice(0, space), decodeURIComponent(line.slice(space + 1))];
      }),
  );
}
