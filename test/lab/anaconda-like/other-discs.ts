/** The files of an Ubuntu server disc and of a SLES disc that their installers and the product look at. */
import { createHash } from 'node:crypto';
import type { DiscFiles } from './rocky-disc.ts';

type DiscParts = {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  /** What is installed: a compressed cpio archive under the name of the distribution's own file. */
  readonly system: Uint8Array;
};

/** `md5sum.txt` is what casper holds the disc against. */
export function ubuntuDisc({ kernel, initrd, system }: DiscParts): DiscFiles {
  const files = new Map<string, Uint8Array>([
    ['.disk/info', Buffer.from('Ubuntu-Server 24.04.1 LTS "Noble Numbat" - Release amd64 (20240827)')],
    ['casper/vmlinuz', kernel],
    ['casper/initrd', initrd],
    ['casper/install-sources.yaml', Buffer.from('- id: ubuntu-server-minimal\n  default: true\n')],
    ['casper/ubuntu-server-minimal.squashfs', system],
    ['dists/noble/Release', Buffer.from('Suite: noble\n')],
  ]);
  return new Map([...files, ['md5sum.txt', checksumList('md5', './', files)]]);
}

/** `CHECKSUMS` is what linuxrc holds each file against that it loads. */
export function slesDisc({ kernel, initrd, system }: DiscParts): DiscFiles {
  const name = 'SLE-15-SP5-Full-x86_64-Build58.1';
  const files = new Map<string, Uint8Array>([
    ['media.1/media', Buffer.from(`SUSE - ${name}-Media\n${name}\n2\n`)],
    ['media.1/products', Buffer.from('/Module-Basesystem Basesystem-Module 15.5-0\n')],
    ['boot/x86_64/loader/linux', kernel],
    ['boot/x86_64/loader/initrd', initrd],
    ['boot/x86_64/root', system],
    ['Module-Basesystem/repodata/repomd.xml', Buffer.from('<repomd/>\n')],
  ]);
  return new Map([...files, ['CHECKSUMS', checksumList('sha256', '', files)]]);
}

function checksumList(algorithm: 'md5' | 'sha256', prefix: string, files: DiscFiles): Buffer {
  const lines = [...files].map(
    ([path, content]) => `${createHash(algorithm).update(content).digest('hex')}  ${prefix}${path}\n`,
  );
  return Buffer.from(lines.join(''));
}
