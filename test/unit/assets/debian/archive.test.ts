import { expect, test } from 'vitest';
import { packagesOf } from '#assets/debian/archive.ts';

/** `apt-get download --print-uris`, checksums shortened. */
const uris = `'http://deb.debian.org/debian/pool/main/b/busybox/busybox_1.35.0-4%2bdeb12u1%2bb1_amd64.deb' busybox_1%3a1.35.0-4+deb12u1+b1_amd64.deb 452120 SHA256:4b35
'http://deb.debian.org/debian/pool/main/c/curl/curl_7.88.1-10%2bdeb12u15_amd64.deb' curl_7.88.1-10+deb12u15_amd64.deb 315764 SHA256:0dd9
'http://deb.debian.org/debian/pool/main/c/curl/curl-extra_1_amd64.deb' curl-extra_1_amd64.deb 1 SHA256:00
`;

test('the packages are those that apt names, whatever older versions lie beside them', () => {
  expect(packagesOf(uris, ['curl', 'busybox'], '/debs')).toEqual([
    { name: 'curl', version: '7.88.1-10+deb12u15', file: '/debs/curl_7.88.1-10+deb12u15_amd64.deb' },
    {
      name: 'busybox',
      version: '1:1.35.0-4+deb12u1+b1',
      file: '/debs/busybox_1%3a1.35.0-4+deb12u1+b1_amd64.deb',
    },
  ]);
});

test('a package that apt does not name is missed by name', () => {
  expect(() => packagesOf(uris, ['zlib1g'], '/debs')).toThrow('apt-get download gave no zlib1g');
});
