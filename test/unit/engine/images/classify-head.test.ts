import { describe, expect, test } from 'vitest';
import { classifyHead, isVhdFooter } from '#engine/images/classify-head.ts';
import { gptHead, linuxGuid, mbrSector } from '../media/disk-layout/tables.ts';

function head(text: string, offset = 0, size = 131072): Uint8Array {
  const bytes = Buffer.alloc(size);
  bytes.write(text, offset, 'latin1');
  return bytes;
}

describe('by content, never by name', () => {
  test.each([
    ['\x1f\x8b\x08\0', 'gzip'],
    ['\xfd7zXZ\0\0\x04', 'xz'],
    ['\x28\xb5\x2f\xfd\x04', 'zstd'],
    ['\x50\x2a\x4d\x18\x04\0\0\0', 'zstd'],
    ['\x5f\x2a\x4d\x18\x04\0\0\0', 'zstd'],
  ])('%j is %s', (magic, compression) => {
    expect(classifyHead(head(magic))).toEqual({ kind: 'compressed', compression });
  });

  test('qcow2 of versions 2 and 3, and not of version 1', () => {
    expect(classifyHead(head('QFI\xfb\0\0\0\x03'))).toEqual({ kind: 'qcow2' });
    expect(classifyHead(head('QFI\xfb\0\0\0\x02'))).toEqual({ kind: 'qcow2' });
    expect(classifyHead(head('QFI\xfb\0\0\0\x01'))).toEqual({ kind: 'unsupported', format: 'qcow1' });
  });

  test.each([
    ['iso9660', head('CD001', 32769)],
    ['vmdk', head('KDMV\x01\0\0\0')],
    ['vmdk', head('# Disk DescriptorFile\nversion=1\n', 0, 400)],
    ['vhd', head('conectix')],
    ['vhdx', head('vhdxfile')],
    ['vdi', head('\x7f\x10\xda\xbe', 64)],
    ['qed', head('QED\0')],
    ['tar', head('ustar\x0000', 257)],
    ['zip', head('PK\x03\x04')],
    ['7z', head("7z\xbc\xaf'\x1c")],
    ['rar', head('Rar!\x1a\x07\0')],
    ['bzip2', head('BZh91AY')],
    ['lz4', head('\x04\x22\x4d\x18')],
    ['cpio', head('070701')],
    ['deb', head('!<arch>\ndebian-binary')],
    ['rpm', head('\xed\xab\xee\xdb')],
    ['wim', head('MSWIM\0\0\0')],
    ['squashfs', head('hsqs')],
    ['elf', head('\x7fELF\x02\x01')],
    ['html', head('<!DOCTYPE html><html><title>404</title>', 0, 39)],
    ['html', head('\r\n  <HTML>\n', 0, 11)],
    ['html', head('<?xml version="1.0"?><Error>AccessDenied</Error>', 0, 48)],
    ['text', head('{"message":"not found"}', 0, 23)],
    ['text', head('SHA256 (disk.img) = abc\n', 0, 24)],
  ])('%s is known by name', (format, bytes) => {
    expect(classifyHead(bytes)).toEqual({ kind: 'unsupported', format });
  });

  test('an OVA is a tar archive whose first member is an OVF', () => {
    const ova = Buffer.from(head('ustar', 257));
    ova.write('Appliance.OVF');
    expect(classifyHead(ova)).toEqual({ kind: 'unsupported', format: 'ova' });
  });

  test('a Windows program has a PE header where its DOS header says', () => {
    const program = Buffer.from(head('MZ'));
    program.writeUInt32LE(128, 60);
    program.write('PE\0\0', 128, 'latin1');
    expect(classifyHead(program)).toEqual({ kind: 'unsupported', format: 'pe' });
    program.writeUInt32LE(0xfffffff0, 60);
    expect(classifyHead(program)).toEqual({ kind: 'raw' });
  });

  test.each([
    ['an MBR disk', mbrSector([{ type: 0x83, firstLba: 2048, sectors: 99 }], 'GRUB ')],
    ['a GPT disk', gptHead([{ type: linuxGuid, firstLba: 40, lastLba: 2047 }])],
    ['a bare ext4', head('\x53\xef', 1080)],
    ['zeros', new Uint8Array(131072)],
    ['a few zeros', new Uint8Array(10)],
    ['Latin-1 bytes that are no UTF-8', head('caf\xe9 cr\xe8me', 0, 9)],
  ])('%s is raw', (_name, bytes) => {
    expect(classifyHead(bytes)).toEqual({ kind: 'raw' });
  });

  test('any beginning of any length gives an answer', () => {
    let seed = 3;
    for (let round = 0; round < 500; round++) {
      const bytes = Uint8Array.from({ length: round }, () => {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        return seed >>> 24;
      });
      expect(classifyHead(bytes).kind).toBeDefined();
    }
  });

  test('a fixed VHD is known by its last sector', () => {
    expect(isVhdFooter(head('conectix', 0, 512))).toBe(true);
    expect(isVhdFooter(head('conectix', 1, 512))).toBe(false);
    expect(isVhdFooter(new Uint8Array(3))).toBe(false);
  });
});
