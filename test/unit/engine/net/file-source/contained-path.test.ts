import { describe, expect, it } from 'vitest';
import { containedPath } from '#engine/net/file-source/contained-path.ts';

describe('containedPath', () => {
  it.each([
    ['pxelinux.0', 'pxelinux.0'],
    ['/pxelinux.0', 'pxelinux.0'],
    ['//grubx64.efi', 'grubx64.efi'],
    ['\\Boot\\BCD', 'Boot/BCD'],
    ['a/./b//c/', 'a/b/c'],
    ['pxelinux.cfg/01-52-54-00-aa-00-01', 'pxelinux.cfg/01-52-54-00-aa-00-01'],
    ['..hidden/..', undefined],
    ['a..b/c...', 'a..b/c...'],
    ['安装/内核', '安装/内核'],
  ])('makes %j into %j', (raw, contained) => {
    expect(containedPath(raw)).toBe(contained);
  });

  it.each([
    '',
    '/',
    '.',
    '..',
    '../etc/passwd',
    'a/../../b',
    '..\\windows\\win.ini',
    'a\\..\\..\\b',
    'C:\\windows\\win.ini',
    'c:boot.ini',
    '/C:/boot.ini',
    'a\0b',
    'a\nb',
    'a\x7f',
    `${'d/'.repeat(600)}f`,
    'n'.repeat(256),
  ])('refuses %j', raw => {
    expect(containedPath(raw)).toBeUndefined();
  });
});
