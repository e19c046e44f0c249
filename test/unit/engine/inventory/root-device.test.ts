import { describe, expect, it } from 'vitest';
import { matchDisk } from '#engine/inventory/root-device.ts';
import type { RootDeviceHints } from '#shared/contract/index.ts';
import { aDisk } from '#test/fakes/rows.ts';

const sda = aDisk();
const sdb = aDisk({
  name: 'sdb',
  serial: 'SER-2',
  wwn: '0x5000c500aaaa0002',
  rotational: false,
  sizeBytes: 100 * 2 ** 30,
  model: 'INTEL SSD',
});
const sdc = aDisk({
  name: 'sdc',
  serial: 'SER-3',
  wwn: '',
  rotational: false,
  sizeBytes: 100 * 2 ** 30,
  model: 'INTEL SSD',
});
const disks = [sda, sdb, sdc];
const byHints = (hints: RootDeviceHints) => matchDisk({ by: 'hints', hints }, disks);
const named = (hints: RootDeviceHints) => {
  const match = byHints(hints);
  return match.kind === 'one' ? match.disk.name : match.kind;
};

describe('root device hints', () => {
  it.each<[string, RootDeviceHints, string]>([
    ['a serial, whatever its case', { serial: 'ser-2' }, 'sdb'],
    ['a WWN', { wwn: '0x5000C500AAAA0001' }, 'sda'],
    ['a device path as a name', { name: '/dev/sdc' }, 'sdc'],
    ['all hints together', { model: 'INTEL SSD', serial: 'SER-3' }, 'sdc'],
    ['rotational', { rotational: true }, 'sda'],
    ['a size in GiB', { size: 8 }, 'sda'],
    ['"=" as at least', { size: '= 50', serial: 'SER-2' }, 'sdb'],
    ['a size below', { size: '< 50' }, 'sda'],
    ['a part of the model', { model: '<in> st1' }, 'sda'],
    ['one of several', { serial: '<or> SER-9 <or> SER-1' }, 'sda'],
    ['all of several parts', { model: '<all-in> intel ssd', serial: 's!= SER-3' }, 'sdb'],
  ])('match by %s', (_name, hints, name) => {
    expect(named(hints)).toBe(name);
  });

  it.each<[string, RootDeviceHints, string]>([
    ['none when two disks are alike', { model: 'INTEL SSD' }, 'many'],
    ['none when nothing fits', { serial: 'SER-9' }, 'none'],
    ['none without any hint: there is no smallest disk', {}, 'none'],
    ['none by a size that is no size', { size: '> big' }, 'none'],
  ])('choose %s', (_name, hints, kind) => {
    expect(named(hints)).toBe(kind);
  });

  it('say what was wanted and what there is', () => {
    expect(byHints({ model: 'INTEL SSD' })).toEqual({
      kind: 'many',
      wanted: 'model=INTEL SSD',
      matches: [sdb, sdc],
    });
  });
});

describe('a disk that a person pointed at', () => {
  it('is found again though its name has changed', () => {
    const match = matchDisk({ by: 'person', disk: { ...sdb, name: 'sda' } }, disks);
    expect(match).toEqual({ kind: 'one', disk: sdb });
  });

  it('is not found when its size or serial is another', () => {
    expect(matchDisk({ by: 'person', disk: { ...sdb, sizeBytes: 1 } }, disks).kind).toBe('none');
    expect(matchDisk({ by: 'person', disk: { ...sdb, serial: 'SER-9' } }, disks).kind).toBe('none');
  });

  it('without serial and WWN goes by name and size', () => {
    const bare = aDisk({ name: 'vda', serial: '', wwn: '' });
    expect(
      matchDisk({ by: 'person', disk: bare }, [bare, aDisk({ name: 'vdb', serial: '', wwn: '' })]),
    ).toEqual({ kind: 'one', disk: bare });
  });
});
