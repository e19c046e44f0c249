import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileSystems } from '#shared/contract/index.ts';
import { storageLayoutProblems } from '#shared/contract/storage-layout.ts';

const agentFolder = join(import.meta.dirname, '../../../assets/ramdisk/agent');
const mebibyte = 2 ** 20;

/** Each argument's lines by one function of the agent's. */
function agent(command: string, values: readonly string[]): string[] {
  const script = `. "$0"/layout.sh; for value in "$@"; do ${command}; done`;
  return execFileSync('busybox', ['sh', '-c', script, agentFolder, ...values], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

function problemsOf(mountPoint: string, fileSystem: string, size: number): string[] {
  const root = { mountPoint: '/', fileSystem: 'ext4', size: 'rest' as const };
  const partitions = mountPoint === '/' ? [] : [root];
  return storageLayoutProblems({
    partitionTable: 'gpt',
    raidLevel: null,
    partitions: [...partitions, { mountPoint, fileSystem, size }],
    volumeGroup: null,
  }).map(({ code }) => code);
}

test('form and ramdisk refuse the same mount points', () => {
  const good = [
    '/',
    '/boot',
    '/home',
    '/var/log',
    '/srv/a.b_c+d-e',
    '/.hidden',
    '/etcetera',
    '/device',
    '/usr',
  ];
  const bad = ['', 'srv', '//', '/srv/', '/a//b', '/./a', '/a/..', '/a/../b', '/a b', '/ä', '/a$b'];
  const reserved =
    '/bin /etc /lib /lib64 /sbin /dev /dev/shm /proc /proc/x /run /run/media /sys /sys/fs'.split(' ');
  const all = [...good, ...bad, ...reserved];
  const words = agent('is_mount_point "$value" && echo good || echo bad', all);
  const verdicts = all.map(path => (problemsOf(path, 'ext4', 1000 * mebibyte).length === 0 ? 'good' : 'bad'));
  expect(verdicts).toEqual(words);
  expect(verdicts).toEqual(all.map(path => (good.includes(path) ? 'good' : 'bad')));
});

test('form and ramdisk have the same smallest file systems', () => {
  const smallest = agent('smallest_mib "$value"; echo', fileSystems).map(
    mebibytes => Number(mebibytes) * mebibyte,
  );
  for (const [index, fileSystem] of fileSystems.entries()) {
    const bytes = smallest[index] ?? 0;
    const at = fileSystem === 'swap' ? '' : '/srv';
    expect(problemsOf(at, fileSystem, bytes)).toEqual([]);
    if (fileSystem !== 'swap') expect(problemsOf(at, fileSystem, bytes - 1)).toEqual(['too_small']);
  }
});

test('the firmware’s own partition is in no layout', () => {
  expect(problemsOf('/boot/efi', 'vfat', 512 * mebibyte)).toEqual(['reserved_mount_point']);
});
