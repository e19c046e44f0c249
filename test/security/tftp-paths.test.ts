import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchTftp } from '#engine/net/tftp/client.ts';
import { transferSocketsOn } from '#engine/net/tftp/server.ts';
import {
  diskFileSource,
  loopback,
  type TftpOnLoopback,
  tftpOnLoopback,
} from '#test/fixtures/net/tftp-on-loopback.ts';

let base: string;
const servers: Record<'exact' | 'anyCase', TftpOnLoopback | undefined> = {
  exact: undefined,
  anyCase: undefined,
};

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rk-tftp-paths-'));
  const root = join(base, 'tftp');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(join(base, 'tftp-private'));
  await writeFile(join(base, 'secret'), 'secret');
  await writeFile(join(base, 'tftp-private', 'secret'), 'secret');
  await writeFile(join(root, 'sub', 'public'), 'public');
  await symlink('/etc/passwd', join(root, 'passwd'));
  await symlink('..', join(root, 'sub', 'up'));
  await symlink('../..', join(root, 'sub', 'upup'));
  servers.exact = await tftpOnLoopback(diskFileSource(root));
  servers.anyCase = await tftpOnLoopback(diskFileSource(root, { ignoreCase: true }));
});
afterAll(async () => {
  await servers.exact?.server.close();
  await servers.anyCase?.server.close();
  await rm(base, { recursive: true });
});

const climbing = [
  '../secret',
  '/../secret',
  '..\\secret',
  'sub/../../secret',
  'sub\\..\\..\\secret',
  './../secret',
  'sub/./.././../secret',
  '....//secret',
  '..;/secret',
  '%2e%2e/secret',
  '..%2fsecret',
  '..\u2215secret',
  '\uff0e\uff0e/secret',
  '../tftp-private/secret',
  'sub/upup/secret',
  'sub/upup/tftp-private/secret',
  'SUB/UPUP/secret',
  'passwd',
  '/etc/passwd',
  '//etc/passwd',
  'C:\\secret',
  'file:///etc/passwd',
  'sub/public/../../../secret',
  '~/secret',
];

describe.each(['exact', 'anyCase'] as const)('TFTP paths, %s lookup', kind => {
  const get = (path: string) =>
    fetchTftp({
      server: { address: loopback, port: servers[kind]?.port ?? 0 },
      path,
      openSocket: transferSocketsOn(loopback),
    });

  it.each(climbing)('%j gets "file not found"', async path => {
    await expect(get(path)).rejects.toMatchObject({ code: 1 });
  });

  it('still serves what is inside, also through a link to the inside', async () => {
    expect(Buffer.from((await get('/sub/public')).bytes).toString()).toBe('public');
    expect(Buffer.from((await get('sub\\up/sub/public')).bytes).toString()).toBe('public');
  });
});
