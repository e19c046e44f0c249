import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type MadeUpDisk,
  type MadeUpMachine,
  makeMachine,
  partition,
  readPartitions,
} from './made-up-machine.ts';
import { type RunOptions, resultOf, runAgent, type ShellName, shells } from './run-agent.ts';
import { dropConnection, serveBytes } from './stub-engine.ts';

const mebibyte = 2 ** 20;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** More than one block of dd, no multiple of it, not compressible as a whole. */
const image = Buffer.concat([randomBytes(3 * mebibyte), Buffer.alloc(2 * mebibyte), randomBytes(1536)]);

const target: MadeUpDisk = {
  name: 'sdb',
  sizeBytes: 8 * mebibyte,
  serial: 'TARGET-1',
  wwid: 'naa.5000C500AABBCCDD',
  controller: { pciAddress: '0000:02:00.0', driver: 'mpt3sas' },
};
const other: MadeUpDisk = {
  name: 'sda',
  sizeBytes: 8 * mebibyte,
  serial: 'OTHER-1',
  wwid: 'naa.5000c500aabbccde',
};

let machine: MadeUpMachine;
afterEach(() => machine.remove());

function twoDisks(): MadeUpMachine {
  machine = makeMachine({ disks: [other, target] });
  for (const { name, sizeBytes } of [other, target])
    writeFileSync(machine.diskFile(name), Buffer.alloc(sizeBytes, name));
  return machine;
}

const writeParameters: Record<string, string> = {
  url: '{origin}/image',
  format: 'none',
  'size-bytes': String(image.length),
  sha256: sha256(image),
  serial: 'TARGET-1',
  wwn: '0x5000c500aabbccdd',
  'disk-size-bytes': String(target.sizeBytes),
  disk: 'sda',
};

interface WriteOptions extends Partial<Omit<RunOptions, 'steps'>> {
  readonly parameters?: Record<string, string>;
  readonly bytes?: Uint8Array;
  readonly moreSteps?: readonly Record<string, string>[];
}

/** One write-image of `bytes`, served as /image; the two disks are looked at before and after. */
async function write({ parameters = {}, bytes = image, moreSteps = [], ...options }: WriteOptions) {
  const where = options.machine ?? twoDisks();
  const before = {
    sda: sha256(readFileSync(where.diskFile('sda'))),
    sdb: sha256(readFileSync(where.diskFile('sdb'))),
  };
  const parameterSets = [{ ...writeParameters, ...parameters }, ...moreSteps];
  const run = await runAgent({
    ...options,
    machine: where,
    steps: parameterSets.map(set => ({ step: 'write-image', parameters: set })),
    prepare: engine => {
      engine.files.set('/image', serveBytes(bytes));
      options.prepare?.(engine);
    },
  });
  return {
    run,
    result: resultOf(run),
    written: readFileSync(where.diskFile('sdb')).subarray(0, image.length),
    untouched: {
      sda: before.sda === sha256(readFileSync(where.diskFile('sda'))),
      sdb: before.sdb === sha256(readFileSync(where.diskFile('sdb'))),
    },
  };
}

const compressed = {
  none: image,
  gzip: gzipSync(image),
  zstd: zstdCompressSync(image),
  xz: execFileSync('xz', ['-1'], { input: image, maxBuffer: 2 ** 26 }),
} as const;

describe.each(Object.keys(shells) as ShellName[])('in %s', shell => {
  test.each(Object.keys(compressed) as (keyof typeof compressed)[])(
    'an image as %s arrives whole on the chosen disk, and on no other',
    async format => {
      const { result, written, untouched } = await write({
        shell,
        bytes: compressed[format],
        parameters: { format, verify: format === 'zstd' ? 'readback' : 'stream' },
      });
      expect(result).toMatchObject({
        ok: true,
        evidence: { bytes: image.length, sha256: sha256(image), attempts: 1 },
      });
      expect(result.evidence['disk']).toEqual({
        name: 'sdb',
        serial: 'TARGET-1',
        wwn: '0x5000C500AABBCCDD',
        sizeBytes: target.sizeBytes,
      });
      expect(written.equals(image)).toBe(true);
      expect(untouched.sda).toBe(true);
    },
  );
});

describe('the disk', () => {
  test('is refused with the list of disks unless everything given is its own; nothing is touched', async () => {
    const wrong = [
      { serial: 'TARGET-2' },
      { wwn: '0x5000c500aabbccde' },
      { 'disk-size-bytes': String(target.sizeBytes + 512) },
      { serial: 'OTHER-1' }, // the serial of one and the wwn of the other
      { 'by-path': 'pci-0000:00:1f.2-ata-1' },
      { serial: '', wwn: '', disk: 'sdc' },
    ];
    const { run, untouched } = await write({
      parameters: wrong[0] ?? {},
      moreSteps: wrong.slice(1).map(parameters => ({ ...writeParameters, ...parameters })),
    });
    const results = wrong.map((_, index) => resultOf(run, `step-${index + 1}`));
    expect(results.map(({ code }) => code)).toEqual(wrong.map(() => 'wrong-disk'));
    for (const { evidence } of results) {
      expect(evidence['disks'].map((disk: { serial: string }) => disk.serial)).toEqual([
        'OTHER-1',
        'TARGET-1',
      ]);
    }
    expect(untouched).toEqual({ sda: true, sdb: true });
  });

  test('is not guessed when nothing was chosen', async () => {
    const { result, untouched } = await write({ parameters: { serial: '', wwn: '', disk: '' } });
    expect(result).toMatchObject({ code: 'bad-request' });
    expect(untouched).toEqual({ sda: true, sdb: true });
  });

  test('chosen by size alone among equals is refused; a name decides between disks that are equal in all', async () => {
    machine = makeMachine({ disks: [other, { ...target, serial: 'OTHER-1', wwid: 'naa.5000c500aabbccde' }] });
    const parameters = { serial: 'OTHER-1', wwn: '' };
    const refused = await write({ machine, parameters: { ...parameters, disk: '' } });
    expect(refused.result).toMatchObject({ code: 'wrong-disk', message: '2 disks have the given identity' });
    machine.powerCycle();
    const taken = await write({ machine, parameters: { ...parameters, disk: '/dev/sdb' } });
    expect(taken.result).toMatchObject({ ok: true, evidence: { disk: { name: 'sdb' } } });
    expect(taken.untouched.sda).toBe(true);
  });

  test('with a mounted partition, or used as swap, is refused with its users', async () => {
    twoDisks();
    machine.write('proc/mounts', '/dev/sdb /mnt/with\\040blank ext4 rw 0 0\n');
    machine.write('proc/swaps', 'Filename Type Size Used Priority\n/dev/sdb partition 1 0 -2\n');
    const { result, untouched } = await write({ machine });
    expect(result.code).toBe('disk-in-use');
    expect(result.evidence['users']).toEqual(['sdb: mounted at /mnt/with blank', 'sdb: swap']);
    expect(untouched.sdb).toBe(true);
  });

  test('is set free of volumes and arrays that stand on it, topmost first, and only of those', async () => {
    twoDisks();
    const holds = (lower: string, upper: string): void =>
      machine.write(`sys/block/${lower}/holders/${upper}/x`, '');
    machine.write('sys/block/sdb/sdb1/partition', '1\n');
    machine.write('sys/block/sdb/sdb2/partition', '2\n');
    holds('sdb/sdb1', 'md127');
    holds('md127', 'dm-0');
    holds('sdb/sdb2', 'dm-1');
    holds('sda', 'dm-2');
    for (const [device, name] of [
      ['dm-0', 'rootvg-root'],
      ['dm-1', 'luks--crypt'],
      ['dm-2', 'datavg-data'],
    ]) {
      machine.write(`sys/block/${device}/dm/name`, `${name}\n`);
    }
    const gone = (device: string) =>
      `rm -r "$RACKSIDE_SANDBOX"/sys/block/${device} "$RACKSIDE_SANDBOX"/sys/block/*/holders/${device} "$RACKSIDE_SANDBOX"/sys/block/*/*/holders/${device} 2>/dev/null; exit 0`;
    const { result, untouched } = await write({
      machine,
      prepare: () => {
        machine.program(
          'dmsetup',
          `case "$*" in
          'remove --noudevsync rootvg-root') ${gone('dm-0')} ;;
          'remove --noudevsync luks--crypt') ${gone('dm-1')} ;;
        esac
        exit 1`,
        );
        machine.program(
          'mdadm',
          `[ "$*" = '--stop /dev/md127' ] && [ ! -e "$RACKSIDE_SANDBOX/sys/block/dm-0" ] || { echo 'mdadm: Cannot get exclusive access to /dev/md127:Perhaps a running process, mounted filesystem or active volume group?' >&2; exit 1; }
        echo 'mdadm: stopped /dev/md127' >&2
        ${gone('md127')}`,
        );
      },
    });
    expect(result).toMatchObject({
      ok: true,
      evidence: { released: ['rootvg-root', 'md127', 'luks--crypt'] },
    });
    expect(untouched.sda).toBe(true);
    expect(existsSync(`${machine.root}/sys/block/dm-2`)).toBe(true);
  });

  test('without serial and WWN is found by its place, not by its name', async () => {
    const bare = [other, target].map(({ name, sizeBytes, controller }, index) => ({
      name,
      sizeBytes,
      controller: controller ?? { pciAddress: `0000:0${index + 4}:00.0`, driver: 'ahci' },
    }));
    machine = makeMachine({ disks: bare });
    const parameters = { serial: '', wwn: '', 'by-path': 'pci-0000:02:00.0-scsi-0:0:0:0', disk: 'sda' };
    const { result, untouched } = await write({ machine, parameters });
    expect(result).toMatchObject({ ok: true, evidence: { disk: { name: 'sdb' } } });
    expect(untouched.sda).toBe(true);
  });

  test('held by an array that cannot be stopped is refused', async () => {
    twoDisks();
    machine.write('sys/block/sdb/holders/md127/x', '');
    machine.write('sys/block/md127/size', '2048\n');
    const { result, untouched } = await write({ machine });
    expect(result.code).toBe('disk-in-use');
    expect(result.evidence['users']).toEqual(['md127: still active']);
    expect(untouched.sdb).toBe(true);
  });

  test('that is read-only is refused', async () => {
    machine = makeMachine({ disks: [other, { ...target, readOnly: true }] });
    expect((await write({ machine })).result.code).toBe('disk-read-only');
  });

  test('smaller than the image is refused with both sizes', async () => {
    const { result, untouched } = await write({ parameters: { 'size-bytes': String(target.sizeBytes + 1) } });
    expect(result).toMatchObject({
      code: 'disk-too-small',
      evidence: { neededBytes: target.sizeBytes + 1, diskBytes: target.sizeBytes },
    });
    expect(untouched.sdb).toBe(true);
  });

  test.each([
    ['gpt', 512, 4096],
    ['gpt', 4096, 512],
    ['mbr', 512, 4096],
  ] as const)(
    'whose sectors are not those of the image is refused untouched: %s, %i on %i',
    async (table, imageSectorBytes, diskSectorBytes) => {
      machine = makeMachine({ disks: [other, { ...target, logicalSectorBytes: diskSectorBytes }] });
      const bytes = partitionedImage(table, imageSectorBytes);
      const parameters = { 'size-bytes': String(bytes.length), sha256: sha256(bytes) };
      const { result, untouched } = await write({ machine, bytes, parameters });
      expect(result).toMatchObject({ code: 'sector-size', evidence: { imageSectorBytes, diskSectorBytes } });
      expect(untouched.sdb).toBe(true);
    },
  );

  test('with sectors of 4096 bytes takes an image that was made for them, and one without partitions', async () => {
    machine = makeMachine({ disks: [other, { ...target, logicalSectorBytes: 4096 }] });
    const bytes = partitionedImage('gpt', 4096);
    const parameters = { 'size-bytes': String(bytes.length), sha256: sha256(bytes) };
    const { run } = await write({
      machine,
      bytes,
      parameters,
      moreSteps: [{ ...writeParameters, url: '{origin}/bare' }],
      prepare: engine => engine.files.set('/bare', serveBytes(image)),
    });
    expect([resultOf(run, 'step-1').ok, resultOf(run, 'step-2').ok]).toEqual([true, true]);
  });

  test('loses its old signatures also where the image does not reach', async () => {
    machine = makeMachine({ disks: [other, target] });
    partition(machine.diskFile('sdb'), 'label: gpt\nsize=4MiB\n');
    const { result } = await write({ machine });
    expect(result.ok).toBe(true);
    const tail = readFileSync(machine.diskFile('sdb')).subarray(-512);
    expect(tail.includes('EFI PART')).toBe(false);
  });
});

/** 8 MiB with one partition of fdisk's, for sectors of this size. */
function partitionedImage(table: 'gpt' | 'mbr', sectorBytes: number): Buffer {
  const file = `${machine.root}/partitioned`;
  writeFileSync(file, Buffer.alloc(8 * mebibyte));
  const commands = table === 'gpt' ? ['g', 'n', '', '', ''] : ['o', 'n', 'p', '', '', ''];
  const input = [...commands, 'w', ''].join('\n');
  execFileSync('fdisk', ['-b', String(sectorBytes), file], { input, stdio: 'pipe' });
  return readFileSync(file);
}

describe('a stream', () => {
  test('that cannot be had leaves the disk as it was', async () => {
    const { result, untouched } = await write({
      prepare: engine => engine.files.set('/image', (_request, response) => response.writeHead(404).end()),
    });
    expect(result).toMatchObject({ code: 'download-failed', evidence: { httpStatus: 404 } });
    expect(untouched.sdb).toBe(true);
  });

  test.each([302, 204, 206])(
    'whose HEAD is answered with %i is not the file: the disk stays as it was',
    async status => {
      const { result, untouched } = await write({
        prepare: engine =>
          engine.files.set('/image', (_request, response) =>
            response.writeHead(status, { Location: '/elsewhere' }).end(),
          ),
      });
      expect(result).toMatchObject({ code: 'download-failed', evidence: { httpStatus: status } });
      expect(untouched.sdb).toBe(true);
    },
  );

  test('that turns out to be elsewhere, empty or damaged from its first byte leaves the disk as it was', async () => {
    const answers: Record<string, (response: ServerResponse) => void> = {
      elsewhere: response => response.writeHead(302, { Location: '/image' }).end(),
      empty: response => response.writeHead(204).end(),
      noise: response => response.writeHead(200).end('no zstd'),
    };
    const { run, untouched } = await write({
      parameters: { format: 'zstd', url: '{origin}/elsewhere' },
      moreSteps: ['empty', 'noise'].map(name => ({
        ...writeParameters,
        format: 'zstd',
        url: `{origin}/${name}`,
      })),
      prepare: engine => {
        for (const [name, answer] of Object.entries(answers)) {
          engine.files.set(`/${name}`, (request, response) => {
            if (request.method === 'HEAD') response.writeHead(200).end();
            else answer(response);
          });
        }
      },
    });
    expect(resultOf(run, 'step-1')).toMatchObject({ code: 'download-failed', evidence: { httpStatus: 302 } });
    expect(resultOf(run, 'step-2')).toMatchObject({ code: 'download-failed', evidence: { httpStatus: 204 } });
    expect(resultOf(run, 'step-3')).toMatchObject({ code: 'decompress-failed', evidence: { tool: 'zstd' } });
    expect(untouched.sdb).toBe(true);
  });

  test('whose rest is answered with something else than the rest is a failed download', async () => {
    const { result } = await write({
      prepare: engine =>
        engine.files.set('/image', (request, response) => {
          if (request.headers.range !== undefined) return void response.writeHead(204).end();
          response.writeHead(200, { 'Content-Length': image.length });
          if (request.method === 'HEAD') return void response.end();
          response.write(image.subarray(0, 65536), () => setTimeout(() => dropConnection(response), 50));
        }),
    });
    expect(result).toMatchObject({
      ok: false,
      code: 'download-failed',
      evidence: { httpStatus: 204, receivedBytes: 65536 },
    });
  });

  test('cut by a dying server is resumed from the byte where it broke', async () => {
    const ranges: (string | undefined)[] = [];
    const bytes = compressed.zstd;
    const { result, written } = await write({
      bytes,
      parameters: { format: 'zstd' },
      prepare: engine =>
        engine.files.set('/image', (request, response) => {
          if (request.method === 'HEAD') return serveBytes(bytes)(request, response);
          ranges.push(request.headers.range);
          if (ranges.length > 2) return serveBytes(bytes)(request, response);
          const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
          response.writeHead(from === 0 ? 200 : 206, {
            'Content-Length': bytes.length - from,
            'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
            ETag: '"made-up"',
          });
          response.write(bytes.subarray(from, from + mebibyte), () =>
            setTimeout(() => dropConnection(response), 50),
          );
        }),
    });
    expect(result).toMatchObject({ ok: true, evidence: { attempts: 3, sha256: sha256(image) } });
    expect(ranges).toEqual([undefined, `bytes=${mebibyte}-`, `bytes=${2 * mebibyte}-`]);
    expect(written.equals(image)).toBe(true);
  });

  test('whose server never comes back is a failed download, never a success', async () => {
    let cut = false;
    const { result } = await write({
      environment: { RACKSIDE_PATIENCE_SECONDS: '2', RACKSIDE_LONGEST_PAUSE_SECONDS: '1' },
      prepare: engine =>
        engine.files.set('/image', (request, response) => {
          if (cut) return dropConnection(response);
          if (request.method === 'HEAD') return serveBytes(image)(request, response);
          cut = true;
          response.writeHead(200, { 'Content-Length': image.length });
          response.write(image.subarray(0, 4096), () => setTimeout(() => dropConnection(response), 50));
        }),
    });
    expect(result).toMatchObject({ ok: false, code: 'download-failed', evidence: { receivedBytes: 4096 } });
  });

  test('that changed between two requests is not glued together', async () => {
    let requests = 0;
    const { result } = await write({
      prepare: engine =>
        engine.files.set('/image', (request, response) => {
          if (request.method === 'HEAD') return serveBytes(image)(request, response);
          requests += 1;
          // If-Range did not match: the whole of the new file comes.
          response.writeHead(200, { 'Content-Length': image.length, ETag: `"${requests}"` });
          if (requests > 1) return void response.end(image);
          response.write(image.subarray(0, 65536), () => setTimeout(() => dropConnection(response), 50));
        }),
    });
    expect(result).toMatchObject({ ok: false, code: 'download-failed', evidence: { exit: 33 } });
    expect(requests).toBe(2);
  });

  test('that ends too early, or is of another format than announced, is damage', async () => {
    const damaged = { gzip: compressed.gzip, zstd: compressed.zstd, xz: compressed.xz };
    const { run } = await write({
      bytes: compressed.zstd,
      parameters: { format: 'gzip' },
      moreSteps: Object.keys(damaged).map(format => ({
        ...writeParameters,
        format,
        url: `{origin}/${format}`,
      })),
      prepare: engine => {
        for (const [format, bytes] of Object.entries(damaged)) {
          engine.files.set(`/${format}`, serveBytes(bytes.subarray(0, -100)));
        }
      },
    });
    for (const [index, tool] of ['gzip', ...Object.keys(damaged)].entries()) {
      const result = resultOf(run, `step-${index + 1}`);
      expect(result).toMatchObject({ ok: false, code: 'decompress-failed', evidence: { tool } });
    }
  });

  test('shorter or longer than announced is refused with both sizes', async () => {
    const short = await write({ bytes: image.subarray(0, -512) });
    expect(short.result).toMatchObject({
      code: 'size-mismatch',
      evidence: { bytes: image.length - 512, expectedBytes: image.length },
    });
    machine.remove();
    const long = await write({ bytes: Buffer.concat([image, Buffer.alloc(512)]) });
    expect(long.result).toMatchObject({ code: 'size-mismatch', evidence: { bytes: image.length + 512 } });
  });

  test('with another checksum than announced is refused with both', async () => {
    const wrong = Buffer.from(image);
    wrong[100] = (wrong[100] ?? 0) ^ 1;
    const { result } = await write({ bytes: wrong });
    expect(result).toMatchObject({
      ok: false,
      code: 'checksum-mismatch',
      evidence: { sha256: sha256(wrong), expectedSha256: sha256(image) },
    });
  });

  test('gets the session token from our server only', async () => {
    const { run } = await write({});
    const fetched = run.engine.requests.filter(request => request.url === '/image');
    expect(fetched.map(({ method, authorization }) => [method, authorization])).toEqual([
      ['HEAD', `Bearer ${run.engine.session}`],
      ['GET', `Bearer ${run.engine.session}`],
    ]);
    machine.remove();
    let foreign = 'not asked';
    const elsewhere = await write({
      kernelWords: engine =>
        `rackside.url=${engine.url.replace('127.0.0.1', 'localhost')} rackside.token=${engine.token}`,
      prepare: engine =>
        engine.files.set('/image', (request, response) => {
          foreign = request.headers.authorization ?? 'none';
          serveBytes(image)(request, response);
        }),
    });
    expect(elsewhere.result.ok).toBe(true);
    expect(foreign).toBe('none');
  });
});

test('progress tells phase, bytes and total; 410 stops the step with all its programs', async () => {
  twoDisks();
  const writing = `phase writing\nbytes ${4 * mebibyte}\ntotal ${image.length}\n`;
  const told: string[] = [];
  const { result, run } = await write({
    machine,
    timeoutMs: 90_000,
    faults: {
      // However long it takes until it has written all that it got.
      '/agent/v1/step/step-1/progress': (_request, response, _count, body) => {
        told.push(body);
        return body === writing && Boolean(response.writeHead(410).end());
      },
    },
    prepare: engine =>
      engine.files.set('/image', (request, response) => {
        if (request.method === 'HEAD') return serveBytes(image)(request, response);
        response.writeHead(200, { 'Content-Length': image.length });
        response.write(image.subarray(0, 4.5 * mebibyte)); // and then nothing more
      }),
  });
  expect(result).toMatchObject({ ok: false, code: 'cancelled' });
  expect(run.exitCode, run.console).toBe(0);
  expect(told.at(-1)).toBe(writing);
});

test('a readback finds a disk that does not keep what it was given', async () => {
  twoDisks();
  machine.program(
    'dd',
    'case "$*" in *if=* | *count=*) exec /usr/bin/dd "$@" ;; *) tr "\\000" "\\001" | /usr/bin/dd "$@" ;; esac',
  );
  const { result } = await write({ machine, parameters: { verify: 'readback' } });
  expect(result).toMatchObject({
    code: 'readback-mismatch',
    evidence: { expectedSha256: sha256(image) },
  });
});

test('the partition table of the image is read from the disk afterwards', async () => {
  machine = makeMachine({ disks: [other, target] });
  const file = machine.diskFile('sda');
  partition(file, 'label: gpt\nsize=2MiB, name=root\n');
  const bytes = readFileSync(file).subarray(0, 8 * mebibyte);
  const { result } = await write({
    machine,
    bytes,
    parameters: { 'size-bytes': String(bytes.length), sha256: sha256(bytes) },
  });
  expect(result).toMatchObject({ ok: true, evidence: { partitionTable: 'gpt' } });
  expect(() => readPartitions(machine.diskFile('sdb'))).not.toThrow();
});
