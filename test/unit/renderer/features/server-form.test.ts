import { describe, expect, it } from 'vitest';
import { hintNames, readHints, textsOfHints } from '#renderer/features/server-form/hint-texts.ts';
import {
  bmcInput,
  formOfNode,
  isCompleteAddress,
  newServer,
  nodeChange,
  readMacs,
  type ServerForm,
} from '#renderer/features/server-form/server-form.ts';
import { type RootDeviceHints, rootDeviceHints } from '#shared/contract/index.ts';
import { aNode } from '#test/fakes/rows.ts';
import { aBmc } from '../rows.ts';

const form = { ...newServer(), name: 'r1u01', address: '10.0.0.1', username: 'root', password: 'secret' };

describe('credentials are tried', () => {
  it('only when the address looks finished', () => {
    for (const address of ['10.0.0.1', 'bmc-7.lab', 'fe80::1', 'bmc'])
      expect(isCompleteAddress(address), address).toBe(true);
    for (const address of ['', '10', '10.0.0', '10.0.0.', '10.0.0.1.', 'bmc.', 'http://bmc', ':', 'a b'])
      expect(isCompleteAddress(address), address).toBe(false);
  });

  it('only with a port, and not without a BMC', () => {
    expect(bmcInput(form)).toEqual({
      address: '10.0.0.1',
      port: 623,
      username: 'root',
      password: 'secret',
      bmcKey: '',
      protocol: 'auto',
      privilege: null,
    });
    for (const port of ['', '0', '65536', '6.5', 'x']) expect(bmcInput({ ...form, port }), port).toBeNull();
    expect(bmcInput({ ...form, hasBmc: false })).toBeNull();
  });

  it('not with something that cannot be a BMC key', () => {
    for (const bmcKey of ['', 'k'.repeat(20), '0x00', `0x${'aF'.repeat(20)}`])
      expect(bmcInput({ ...form, bmcKey }), bmcKey).not.toBeNull();
    for (const bmcKey of ['k'.repeat(21), '0x', '0x0', '0xzz', `0x${'00'.repeat(21)}`])
      expect(bmcInput({ ...form, bmcKey }), bmcKey).toBeNull();
  });
});

describe('MAC addresses', () => {
  it('are read in every form that people paste, once each', () => {
    const { macs, wrong } = readMacs(
      'AA-BB-CC-00-00-01, aabb.cc00.0001\naabbcc000002;aa:bb:cc:00:00:03 nonsense',
    );
    expect(macs).toEqual(['aa:bb:cc:00:00:01', 'aa:bb:cc:00:00:02', 'aa:bb:cc:00:00:03']);
    expect(wrong).toEqual(['nonsense']);
  });

  it('of a discovered machine give the form its first name', () => {
    expect(newServer('aa:bb:cc:0d:0e:0f')).toMatchObject({
      name: 'server-0d0e0f',
      macs: 'aa:bb:cc:0d:0e:0f',
    });
  });
});

describe('root device hints', () => {
  it('say only what was typed, sizes as numbers or with their operator', () => {
    expect(readHints({ serial: ' X1 ', size: '480', rotational: 'false', model: '' })).toEqual({
      serial: 'X1',
      size: 480,
      rotational: false,
    });
    expect(readHints({ size: '>= 100' })).toEqual({ size: '>= 100' });
    expect(readHints({})).toEqual({});
  });

  it('have a field for every one of the contract', () => {
    expect(hintNames.toSorted()).toEqual(Object.keys(rootDeviceHints.shape).toSorted());
  });

  it('survive being shown and read again, lists too', () => {
    const hints: RootDeviceHints = {
      serial: ['A1', 'B,2'],
      wwn: ['0x1', '0x2'],
      wwnWithExtension: '0x600508b1001c0001600508b1001c0002',
      wwnVendorExtension: '0x600508b1001c0002',
      model: '<in> ssd',
      vendor: 'ATA',
      size: '>= 100',
      rotational: false,
      tran: 'nvme',
      hctl: '0:0:0:0',
      byPath: 'pci-0000:00:1f.2-ata-1',
      name: '/dev/sda',
    };
    expect(readHints(textsOfHints(hints))).toEqual(hints);
    for (const one of Object.entries(hints).map(([name, value]) => ({ [name]: value })))
      expect(readHints(textsOfHints(one))).toEqual(one);
  });

  it('stay as they were stored where nobody changed them, also one that fits nothing', () => {
    const stored: RootDeviceHints = { serial: ['A1'], size: '480', model: '' };
    expect(readHints({ ...textsOfHints(stored), vendor: 'ATA' }, stored)).toEqual({
      ...stored,
      vendor: 'ATA',
    });
    expect(readHints({ ...textsOfHints(stored), serial: 'A1\n\n A2 ', model: 'X' }, stored)).toEqual({
      serial: ['A1', 'A2'],
      size: '480',
      model: 'X',
    });
    expect(readHints({ ...textsOfHints(stored), size: '' }, stored)).not.toHaveProperty('size');
  });
});

describe('a change of a server', () => {
  const opened = aNode({
    bmc: aBmc,
    rootDeviceHints: { tran: 'nvme', size: '>= 100' },
    extra: { owner: 'web', rack: 'R4', unit: 'U07' },
    cleanOnRelease: true,
  });
  const changed = (part: Partial<ServerForm>) => nodeChange({ ...formOfNode(opened), ...part }, opened);

  it('has only what was changed, so that what others changed meanwhile stays', () => {
    expect(changed({})).toEqual({});
    expect(changed({ labels: 'owner=db' })).toEqual({ labels: { owner: 'db' } });
    expect(changed({ labels: 'role=x' })).toEqual({ labels: { owner: null, role: 'x' } });
    expect(changed({ place: { rack: 'R5', unit: '7', height: '' } })).toEqual({ labels: { rack: 'R5' } });
    expect(changed({ place: { rack: '', unit: '', height: '2U' } })).toEqual({
      labels: { rack: null, unit: null, height: '2' },
    });
    expect(changed({ hints: { tran: 'nvme', size: '' } })).toEqual({ rootDeviceHints: { tran: 'nvme' } });
    expect(changed({ cleanOnRelease: null, bootMode: 'uefi', name: 'r2', resourceClass: 'big' })).toEqual({
      cleanOnRelease: null,
      bootMode: 'uefi',
      name: 'r2',
      resourceClass: 'big',
    });
  });

  it('names the BMC whole, with a secret only where one was typed', () => {
    const { address, port, username, protocol, privilege } = aBmc;
    expect(changed({ password: 'new' })).toEqual({
      bmc: { address, port, username, protocol, privilege, password: 'new' },
    });
    expect(changed({ port: '6230' })?.bmc).toEqual({ address, port: 6230, username, protocol, privilege });
    expect(changed({ hasBmc: false })).toEqual({ bmc: null });
  });

  it('is none while something is wrong', () => {
    const place = { rack: 'R4', unit: '0', height: '' };
    for (const wrong of [
      { name: ' ' },
      { labels: 'owner' },
      { labels: 'unit=4' },
      { place },
      { address: '10.0.0' },
    ])
      expect(changed(wrong), JSON.stringify(wrong)).toBeNull();
  });
});
