import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RacksideProcess, spawnRackside } from '#test/fakes/engine/spawn-rackside.ts';

const launcher = path.join(import.meta.dirname, '..', '..', '..', 'electron/engine/hosts/rackside.mjs');

let folder: string;
let started: RacksideProcess[];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rk-cli-'));
  started = [];
});
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(one => one.exit()));
  rmSync(folder, { recursive: true });
});

function rackside(args: readonly string[], env: NodeJS.ProcessEnv = {}): RacksideProcess {
  const one = spawnRackside(args, { RACKSIDE_TOKEN: undefined, ...env });
  started.push(one);
  return one;
}

const serveHere = (...more: string[]) => rackside(['serve', '--data', path.join(folder, 'data'), ...more]);
interface Ready {
  ready: boolean;
  url: string;
  baseUrl: string;
  token: string;
}
const ready = async (one: RacksideProcess) => JSON.parse(await one.firstLine()) as Ready;
const list = (baseUrl: string, token: string) =>
  fetch(`${baseUrl}/rpc/nodes/list`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });

describe('rackside', () => {
  it('tells its commands, and answers a wrong command line with one line and code 2', async () => {
    const helped = await rackside(['--help']).exit();
    expect(helped.code).toBe(0);
    expect(helped.stdout).toMatch(/^ {2}serve +\S/m);
    const cases = [
      [['nonsense'], 'rackside: there is no command nonsense; see rackside --help\n'],
      [['--nonsense'], 'rackside: there is no option --nonsense; see rackside --help\n'],
      [['serve', '--nope'], "rackside serve: Unknown option '--nope'; see rackside serve --help\n"],
      [
        ['serve', '--listen', '8080'],
        'rackside serve: --listen takes HOST:PORT, not 8080; see rackside serve --help\n',
      ],
      [['serve', '--token', ''], 'rackside serve: the token is empty; see rackside serve --help\n'],
    ] as const;
    for (const [args, line] of cases) {
      const { code, stdout, stderr } = await rackside(args).exit();
      expect([code, stdout, stderr]).toEqual([2, '', line]);
    }
  });

  it('runs under a Node that cannot read TypeScript too: it starts the one of the checkout', () => {
    const old = (args: readonly string[]) =>
      spawnSync(process.execPath, ['--no-experimental-strip-types', launcher, ...args], { encoding: 'utf8' });
    const helped = old(['--help']);
    expect([helped.status, helped.stdout.split('\n', 1)[0]]).toEqual([
      0,
      'Usage: rackside <command> [options]',
    ]);
    expect(old(['nonsense']).status).toBe(2);
  });
});

describe('the launcher under an old Node', () => {
  it('takes the engine with it when it is killed, and passes on a signal', async () => {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const args = ['--no-experimental-strip-types', launcher, 'serve', '--data', path.join(folder, signal)];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const { baseUrl } = JSON.parse(line) as Ready;
      expect((await fetch(`${baseUrl}/session`)).status).toBe(401);
      child.kill(signal);
      await once(child, 'exit');
      expect(child.exitCode).toBe(signal === 'SIGTERM' ? 0 : null);
      await vi.waitFor(() => expect(fetch(`${baseUrl}/session`)).rejects.toThrow(), { timeout: 10_000 });
    }
  });
});

describe('rackside serve', () => {
  it('prints exactly one JSON line, serves until SIGTERM, and ends in good order', async () => {
    const one = serveHere();
    const line = await ready(one);
    expect(line).toMatchObject({ ready: true });
    expect(line.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
    expect(line.url).not.toContain(line.token);
    const nodes = (await (await list(line.baseUrl, line.token)).json()) as { extra: unknown }[];
    expect(nodes[0]?.extra).toEqual({ dataDir: path.join(folder, 'data'), key: '32 bytes in key-file' });

    one.child.kill('SIGTERM');
    const { code, stdout, stderr } = await one.exit();
    expect([code, stdout.trim().split('\n').length, stderr]).toEqual([0, 1, '']);
    const log = readFileSync(path.join(folder, 'data', 'logs', 'engine.log'), 'utf8');
    expect(log).toContain('"msg":"fake engine closed"');
    for (const secret of [line.token, line.url.split('=')[1] ?? '', 'planted-password'])
      expect(log).not.toContain(secret);
    expect(statSync(path.join(folder, 'data', 'seal.key')).mode & 0o777).toBe(0o600);
  });

  it('takes the token from an argument, the environment, or a file', async () => {
    const file = path.join(folder, 'token');
    writeFileSync(file, 'from-file\n');
    const ways = [
      rackside(['serve', '--data', path.join(folder, 'a'), '--token', 'from-argument']),
      rackside(['serve', '--data', path.join(folder, 'b')], { RACKSIDE_TOKEN: 'from-environment' }),
      rackside(['serve', '--data', path.join(folder, 'c'), '--token-file', file]),
    ];
    const tokens = ['from-argument', 'from-environment', 'from-file'];
    for (const [index, one] of ways.entries()) {
      const { baseUrl, token } = await ready(one);
      expect(token).toBe(tokens[index]);
      expect((await list(baseUrl, token)).status).toBe(200);
      expect((await list(baseUrl, 'another')).status).toBe(401);
    }
  });

  it('listens off loopback when told, and warns when that is without TLS', async () => {
    const one = serveHere('--listen', '0.0.0.0:0');
    await one.firstLine();
    one.child.kill('SIGTERM');
    const { code, stderr } = await one.exit();
    expect([code, stderr]).toEqual([0, expect.stringContaining('WARNING: plain HTTP on 0.0.0.0')]);
  });

  it('speaks HTTPS with a certificate', async () => {
    const [cert, key] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    execFileSync('openssl', [...request, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    const { url, baseUrl } = await ready(serveHere('--tls-cert', cert, '--tls-key', key));
    expect(url).toMatch(/^https:/);
    const seen = execFileSync('curl', [
      '-s',
      '--cacert',
      cert,
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      `${baseUrl.replace('127.0.0.1', 'localhost')}/session`,
    ]);
    expect(seen.toString()).toBe('401');
  });

  it('leaves a data directory to the engine that has it, until that one dies however it dies', async () => {
    const first = serveHere();
    await first.firstLine();
    const second = await serveHere().exit();
    expect([second.code, second.stderr]).toEqual([
      1,
      `rackside serve: another engine uses ${path.join(folder, 'data')}\n`,
    ]);
    first.child.kill('SIGKILL');
    await first.exit();
    expect(await ready(serveHere())).toMatchObject({ ready: true });
  });

  it('leaves it to that engine also when started in another network namespace, as in a container', async () => {
    const first = serveHere();
    await first.firstLine();
    // Who is not root may make one inside a user namespace.
    const args = [
      process.getuid?.() === 0 ? '-n' : '-rn',
      process.execPath,
      launcher,
      'serve',
      '--data',
      path.join(folder, 'data'),
    ];
    const second = spawnSync('unshare', args, { encoding: 'utf8' });
    expect([second.status, second.stderr]).toEqual([1, expect.stringContaining('another engine uses')]);
  });

  it('says which port is taken', async () => {
    const { baseUrl } = await ready(serveHere());
    const address = new URL(baseUrl).host;
    const other = await rackside(['serve', '--data', path.join(folder, 'b'), '--listen', address]).exit();
    expect([other.code, other.stderr]).toEqual([1, `rackside serve: ${address} is in use\n`]);
  });

  it('makes a new engine behind the same door when the engine asks for it', async () => {
    const one = serveHere();
    const before = await ready(one);
    const enroll = await fetch(`${before.baseUrl}/rpc/nodes/enroll`, {
      method: 'POST',
      headers: { authorization: `Bearer ${before.token}` },
      body: JSON.stringify({ name: 'restart' }),
    });
    expect(enroll.status).toBe(200);
    const after = JSON.parse(await one.secondLine()) as Ready;
    expect([after.baseUrl, after.token]).toEqual([before.baseUrl, before.token]);
    const nodes = (await (await list(after.baseUrl, after.token)).json()) as unknown[];
    expect(nodes).toHaveLength(1);
    one.child.kill('SIGTERM');
    expect((await one.exit()).code).toBe(0);
  });

  it('keeps a session over a restart with the same token and port', async () => {
    const before = serveHere('--token', 'the-same');
    const { baseUrl, url } = await ready(before);
    const ticket = url.split('token=')[1];
    const signedIn = await fetch(`${baseUrl}/session`, {
      method: 'POST',
      body: JSON.stringify({ token: ticket }),
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    before.child.kill('SIGKILL');
    await before.exit();
    await ready(serveHere('--token', 'the-same', '--listen', new URL(baseUrl).host));
    expect((await fetch(`${baseUrl}/session`, { headers: { cookie } })).status).toBe(204);
  });
});
