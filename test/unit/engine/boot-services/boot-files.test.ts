import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootFileSource, generatedFile } from '#engine/boot-services/boot-files.ts';
import { grubConfig, ipxeScript, pxelinuxConfig } from '#engine/boot-services/boot-scripts.ts';
import { mac } from '#test/fakes/rows.ts';

describe('the names of made-up files', () => {
  it.each([
    ['52-54-00-aa-00-01.ipxe', ipxeScript],
    ['boot/52-54-00-aa-00-01.ipxe', ipxeScript],
    ['BOOT/52-54-00-AA-00-01.IPXE', ipxeScript],
    ['pxelinux.cfg/01-52-54-00-aa-00-01', pxelinuxConfig],
    ['efi64/pxelinux.cfg/01-52-54-00-aa-00-01', pxelinuxConfig],
    ['grub/grub.cfg-01-52-54-00-aa-00-01', grubConfig],
    ['52-54-00-aa-00-01.conf', grubConfig],
    ['grub/52-54-00-aa-00-01.conf', grubConfig],
  ])('%s', (path, render) => {
    expect(generatedFile(path)).toEqual({ mac, render });
  });

  it.each([
    'snponly.efi',
    'pxelinux.cfg/default',
    'pxelinux.cfg/01-52-54-00-aa-00',
    'pxelinux.cfg/06-52-54-00-aa-00-01',
    '52-54-00-aa-00-0g.ipxe',
    '52-54-00-aa-00-01.ipxe/more',
    'more/52-54-00-aa-00-01.ipxe',
    '-----------------.ipxe',
    '',
  ])('%j is none', path => {
    expect(generatedFile(path)).toBeUndefined();
  });
});

describe('the source of boot files', () => {
  let folder: string;
  const asked: [string, string][] = [];
  const client = { address: '10.77.0.21', port: 1 };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rk-boot-files-'));
    mkdirSync(join(folder, 'boot/grub'), { recursive: true });
    writeFileSync(join(folder, 'boot/grub/font.pf2'), 'a font');
    writeFileSync(join(folder, 'secret'), 'not for the wire');
    symlinkSync(join(folder, 'secret'), join(folder, 'boot/link'));
    asked.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = async (path: string): Promise<string | undefined> => {
    const source = bootFileSource(join(folder, 'boot'), (wanted, address) => {
      asked.push([wanted, address]);
      return address === client.address && wanted === mac ? { kind: 'next-device' } : undefined;
    });
    const file = await source({ path, client });
    if (file === undefined) return undefined;
    const bytes = await file.read(0, file.sizeBytes);
    await file.close();
    return Buffer.from(bytes).toString();
  };

  it('makes up the file of the machine that asks, and asks the policy with its address', async () => {
    expect(await read('/pxelinux.cfg/01-52-54-00-aa-00-01')).toBe(pxelinuxConfig({ kind: 'next-device' }));
    expect(asked).toEqual([[mac, client.address]]);
  });

  it('has nothing for another machine', async () => {
    expect(await read('52-54-00-aa-00-02.ipxe')).toBeUndefined();
  });

  it('reads boot programs from its folder', async () => {
    expect(await read('\\grub\\font.pf2')).toBe('a font');
    expect(await read('\\GRUB\\Font.PF2')).toBe('a font');
    expect(await read('nothing')).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([
    '../secret',
    'grub/../../secret',
    '..\\secret',
    '/etc/passwd',
    'C:\\secret',
    'secret\0',
    'grub',
    'link',
    '../52-54-00-aa-00-01.ipxe',
    'x'.repeat(5000),
  ])('has nothing for %j', async path => {
    expect(await read(path)).toBeUndefined();
  });
});
