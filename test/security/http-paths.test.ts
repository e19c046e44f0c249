import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileFromDisk } from '#engine/net/file-source/file-from-disk.ts';
import { type HttpOnLoopback, httpOnLoopback } from '#test/fixtures/net/http-on-loopback.ts';

let base: string;
let running: HttpOnLoopback;
let handled: string[] = [];

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rk-http-paths-'));
  const root = join(base, 'www');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(join(base, 'www-private'));
  await writeFile(join(base, 'secret'), 'secret');
  await writeFile(join(base, 'www-private', 'secret'), 'secret');
  await writeFile(join(root, 'sub', 'public'), 'public');
  await symlink('/etc/passwd', join(root, 'passwd'));
  await symlink('../..', join(root, 'sub', 'upup'));
  running = await httpOnLoopback(async ({ path }) => {
    handled.push(path);
    const file = await fileFromDisk(root, path);
    if (file === undefined) return { kind: 'empty', status: 404 };
    return { kind: 'file', contentType: 'application/octet-stream', file };
  });
});
beforeEach(() => {
  handled = [];
});
afterAll(async () => {
  await running.service.close();
  await rm(base, { recursive: true });
});

/** The target goes out byte for byte: every HTTP client would tidy it up first. */
function ask(target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(running.service.port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('data', part => parts.push(part));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')));
    socket.write(Buffer.from(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, 'latin1'));
  });
}

describe('HTTP paths', () => {
  it.each([
    '/../secret',
    '/..',
    '/sub/../../secret',
    '/sub/./../../secret',
    '/%2e%2e/secret',
    '/%2e./secret',
    '/.%2E/secret',
    '/..%2fsecret',
    '/%2e%2e%2fsecret',
    '/sub%2f..%2f..%2fsecret',
    '/..\\secret',
    '/..%5csecret',
    '/sub\\..\\..\\secret',
    '/%5c..%5csecret',
    '/%252e%252e/secret',
    '/..%252fsecret',
    '/..%255csecret',
    '/%25252e%25252e/secret',
    '/%c0%ae%c0%ae/secret',
    '/%e0%80%ae%e0%80%ae/secret',
    '/sub/public%00',
    '/sub/public%00.html',
    '/%00/../secret',
    '/sub/public%0d%0aX:%20y',
    '/C:/secret',
    '/%43%3a%5csecret',
    'http://a/../secret',
    'http://a/%2e%2e/secret',
    'secret',
    '../secret',
    '?/../secret',
  ])('%s never reaches the handler as a way out', async target => {
    const answer = await ask(target);
    expect(answer).toMatch(/^HTTP\/1.1 (400|404) /);
    expect(answer).not.toContain('secret');
    for (const path of handled) expect(path).not.toMatch(/\.\.|\\|%2e|%2f|\0|\r|\n/i);
  });

  it.each([
    '/www-private/secret',
    '/sub/upup/secret',
    '/sub/upup/www-private/secret',
    '/passwd',
    '//etc/passwd',
    '/....//secret',
    '/..;/secret',
    '/~root/secret',
    '/%ef%bc%8e%ef%bc%8e/secret',
  ])('%s is looked for inside and not found', async target => {
    expect(await ask(target)).toMatch(/^HTTP\/1.1 404 /);
  });

  it.each([
    '/sub/public',
    '//sub//public',
    '/sub/./public',
    '/sub%2Fpublic',
    '/%73ub/public',
    'http://x/sub/public',
  ])('%s is the public file', async target => {
    expect(await ask(target)).toMatch(/^HTTP\/1.1 200 .*public$/s);
  });
});
