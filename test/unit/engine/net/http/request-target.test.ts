import { describe, expect, it } from 'vitest';
import { parseTarget } from '#engine/net/http/request-target.ts';

describe('parseTarget', () => {
  it.each([
    ['/', '/'],
    ['//', '/'],
    ['/.', '/'],
    ['/boot.ipxe', '/boot.ipxe'],
    ['/a//b/./c/', '/a/b/c'],
    ['/images/SLES%2015.qcow2', '/images/SLES 15.qcow2'],
    ['/100%25', '/100%'],
    ['/%E5%AE%89%E8%A3%85', '/安装'],
    ['/EFI%5CBoot', '/EFI/Boot'],
    ['http://10.0.0.1:8080/boot.ipxe?mac=1', '/boot.ipxe'],
    ['http://10.0.0.1', '/'],
    ['/a..b', '/a..b'],
  ])('reads %s as %s', (raw, path) => {
    expect(parseTarget(raw)?.path).toBe(path);
  });

  it('gives the query, also with a second question mark in it', () => {
    const target = parseTarget('/boot?mac=52%3A54&x=a?b&flag');
    expect([...(target?.query ?? [])]).toEqual([
      ['mac', '52:54'],
      ['x', 'a?b'],
      ['flag', ''],
    ]);
  });

  it.each([
    'boot.ipxe',
    '*',
    'ftp://host/a',
    '/..',
    '/../etc/passwd',
    '/a/../../etc/passwd',
    '/%2e%2e/etc/passwd',
    '/%2E%2E%2Fetc/passwd',
    '/..%2fetc/passwd',
    '/..%5cetc',
    '/%5c..%5cetc',
    '/%252e%252e/etc/passwd',
    '/%252e%252e%252fetc',
    '/%25252e%25252e/etc',
    '/a%00.html',
    '/a%0d%0aset-cookie:x',
    '/%',
    '/%zz',
    '/%c0%ae%c0%ae/etc/passwd',
    '/%ff',
    '/C:/windows',
    '/c%3a/windows',
    `/${'a'.repeat(2000)}`,
  ])('refuses %s', raw => {
    expect(parseTarget(raw)).toBeUndefined();
  });
});
