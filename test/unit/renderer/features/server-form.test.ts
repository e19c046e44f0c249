import { describe, expect, it } from 'vitest';
import {
  bmcInput,
  isCompleteAddress,
  newServer,
  readHints,
  readMacs,
} from '#renderer/features/server-form/server-form.ts';

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
});
