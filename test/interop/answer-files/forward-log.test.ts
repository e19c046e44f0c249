import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { forwardLogScript } from '#engine/provision/deploy/linux-installer/answer-file/scripts.ts';
import type { InstallerFamily } from '#shared/contract/index.ts';
import { assets, plainPlan } from '../../unit/engine/provision/linux-installer/plans.ts';

/** What our script tells of the logs of YaST and curtin, by the shells and programs that installers have. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-forward-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let made = 0;
let server: Server;
let told: string[];
let status: number;
let wake: () => void = () => undefined;
let children: ChildProcess[];

beforeEach(async () => {
  told = [];
  children = [];
  status = 204;
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      expect(request.url).toBe('/progress/log');
      told.push(...Buffer.concat(parts).toString('utf8').split('\n').filter(Boolean));
      response.writeHead(status).end();
      wake();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const { pid } of children) if (pid !== undefined) endGroup(pid);
  await new Promise(resolve => server.close(resolve));
});

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ended by itself
  }
}

/** The script on a machine of its own: its root, and a `sleep` that lasts until the next round is asked for. */
function machine(family: InstallerFamily, shell: readonly string[] = ['sh'], own?: readonly string[]) {
  const root = path.join(directory, String(made++));
  for (const folder of ['bin', 'tmp', 'var/log/YaST2', 'var/log/installer'])
    mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'bin/sleep'), '#!/bin/sh\nexec /bin/sleep 0.05\n');
  chmodSync(path.join(root, 'bin/sleep'), 0o755);
  const { port } = server.address() as AddressInfo;
  const plan = plainPlan(family);
  const script = forwardLogScript({ ...plan, logWords: own ?? plan.logWords }, assets.scripts).replaceAll(
    /(?<![\w.])\/(var\/log|tmp\/rackside)/g,
    (_, rest: string) => `${root}/${rest}`,
  );
  const [program = 'sh', ...args] = shell;
  const child = spawn(program, args, {
    detached: true,
    // Who still has the last one is still there.
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    env: { PATH: `${root}/bin:${process.env['PATH']}` },
  });
  children.push(child);
  child.stdin?.end(`set -eu\nhooks=http://127.0.0.1:${port}/progress\n${script}\necho went on\n`);
  const alive = child.stdio[3];
  return {
    file: (name: string) => path.join(root, 'var/log', name),
    ended: new Promise<number | null>(resolve => child.on('exit', resolve)),
    printed: child.stdout === null ? Promise.resolve('') : text(child.stdout),
    done: alive instanceof Readable ? text(alive) : Promise.resolve(''),
  };
}

async function toldLines(count: number): Promise<readonly string[]> {
  while (told.length < count)
    await new Promise<void>(resolve => {
      wake = resolve;
    });
  return told;
}

const y2log = (level: number, text: string) => `2026-11-25 21:34:19 <${level}> install(3104) ${text}\n`;
const probing = '[Ruby] clients/inst_autoinit.rb:67 pre probing';
const prepared = '[Ruby] clients/inst_prepdisk.rb:55 END of inst_prepdisk';
const error = '[libstorage] SystemCmd.cc(execute):100 mkfs failed';

describe.each([[['dash']], [['bash', '--posix']], [['busybox', 'sh']]])('%s', shell => {
  test('tells what YaST logs of errors and of the phases, and nothing else', async () => {
    const { file, ended } = machine('autoyast', shell);
    writeFileSync(file('YaST2/y2log'), y2log(1, probing) + y2log(1, '[Ruby] lib/other.rb:1 something'));
    expect(await toldLines(1)).toEqual([y2log(1, probing).trim()]);
    expect(await ended).toBe(0);
    appendFileSync(
      file('YaST2/y2log'),
      `${y2log(1, 'profile: {')}  END of inst_prepdisk in a profile\n${y2log(3, error)}${y2log(1, prepared)}`,
    );
    expect(await toldLines(3)).toEqual([probing, error, prepared].map(line => expect.stringContaining(line)));
  });

  test('tells what curtin and the server of Ubuntu log', async () => {
    const { file } = machine('subiquity', shell);
    writeFileSync(
      file('installer/curtin-install.log'),
      'Reading lists\nSetting up linux-image-6.8 (6.8.1) ...\n',
    );
    await toldLines(1);
    writeFileSync(
      file('installer/subiquity-server-debug.log'),
      '2026-11-25 21:34:19,100 DEBUG root:38 all is well\n2026-11-25 21:34:19,200 ERROR subiquity.server:1 it broke\n',
    );
    expect(await toldLines(2)).toEqual([
      'Setting up linux-image-6.8 (6.8.1) ...',
      '2026-11-25 21:34:19,200 ERROR subiquity.server:1 it broke',
    ]);
  });
});

test('no password, hash, key or code is told', async () => {
  const { file } = machine('autoyast');
  const secrets = ['user_password: x', '"$6$salt$hash"', 'reg_code ABC', 'ssh-ed25519 AAAA', 'a Passphrase'];
  writeFileSync(
    file('YaST2/y2log'),
    `${secrets.map(secret => y2log(3, `${prepared} ${secret}`)).join('')}${y2log(1, prepared)}`,
  );
  expect(await toldLines(1)).toEqual([y2log(1, prepared).trim()]);
});

test("a person's own phrases are told, whatever is in them", async () => {
  const { file } = machine('autoyast', ['sh'], ["it's (a) Größe*[1.5]", '$HOME`x`\\']);
  writeFileSync(
    file('YaST2/y2log'),
    ["IT'S (A) Größe of [1.5]", "it's (a) Größe of [1x5]", '$HOME`x`\\', '/root/x']
      .map(words => y2log(1, words))
      .join(''),
  );
  expect(await toldLines(2)).toEqual([
    expect.stringContaining("IT'S (A) Größe of [1.5]"),
    expect.stringContaining('$HOME`x`\\'),
  ]);
});

test('a flood is the newest twenty lines of a round, each cut', async () => {
  const { file } = machine('autoyast');
  const name = file('YaST2/y2log');
  const flood = Array.from({ length: 500 }, (_, index) => y2log(3, `${index} ${'x'.repeat(2000)}`)).join('');
  // Whole at once: a round sees all of it or nothing.
  writeFileSync(`${name}.new`, flood);
  renameSync(`${name}.new`, name);
  const lines = await toldLines(20);
  expect(lines).toHaveLength(20);
  expect(lines.at(-1)).toContain(' 499 x');
  expect(Math.max(...lines.map(line => line.length))).toBe(400);
});

test('a log that begins anew under its name is read from its beginning', async () => {
  const { file } = machine('autoyast');
  const name = file('YaST2/y2log');
  writeFileSync(name, y2log(1, probing) + y2log(1, 'x'.repeat(5000)));
  await toldLines(1);
  writeFileSync(`${name}.new`, y2log(1, prepared));
  renameSync(`${name}.new`, name);
  expect((await toldLines(2))[1]).toContain(prepared);
});

test('it ends when nobody installs this any more, and what breaks for a while does not end it', async () => {
  const { file, done } = machine('autoyast');
  status = 500;
  writeFileSync(file('YaST2/y2log'), y2log(1, probing));
  await toldLines(1);
  status = 404;
  appendFileSync(file('YaST2/y2log'), y2log(1, prepared));
  await toldLines(2);
  await done;
});

test('nobody who waits for the script waits for it', async () => {
  const { ended, printed } = machine('autoyast');
  expect([await ended, await printed]).toEqual([0, 'went on\n']);
});

test.each(['anaconda', 'debian-installer'] as const)('%s sends its log itself', family => {
  expect(forwardLogScript(plainPlan(family), assets.scripts)).toBe('');
});
