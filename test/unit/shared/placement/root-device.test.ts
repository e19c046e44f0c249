import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RootDeviceHints } from '#shared/contract/index.ts';
import { matchDisk } from '#shared/placement/root-device.ts';
import { aDisk } from '#test/fakes/rows.ts';

const sda = aDisk();
const sdb = aDisk({
  name: 'sdb',
  serial: 'SER-2',
  wwn: '0x5000c500aaaa0002',
  rotational: false,
  sizeBytes: 100 * 2 ** 30,
  model: 'INTEL SSD',
  hctl: '3',
  byPath: 'way-2',
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
    ['an operator without a blank behind it', { serial: 's==SER-2' }, 'sdb'],
    ['a device path behind an operator', { name: '<or> /dev/sdc <or> sdd' }, 'sdc'],
    ['the way to it with and without its folder', { byPath: 's== /dev/disk/by-path/way-2' }, 'sdb'],
    ['other than a name', { name: 's!= sda', serial: 's!= SER-3' }, 'sdb'],
    ['an order of texts', { serial: 's> ser-2' }, 'sdc'],
    ['a number in a text', { hctl: '>= 3' }, 'sdb'],
    ['a size of several', { size: '<or> 8 <or> 16' }, 'sda'],
    ['all of several parts', { model: '<all-in> intel ssd', serial: 's!= SER-3' }, 'sdb'],
  ])('match by %s', (_name, hints, name) => {
    expect(named(hints)).toBe(name);
  });

  // SPC-4 §7.8.6.6.5: NAA 6, as RAID controllers give them to their volumes.
  const volume = aDisk({
    name: 'sdd',
    vendor: 'DELL',
    serial: 'SER-4',
    wwn: '0x6d0946606f2a1e002a1b3c4d5e6f7081',
    rotational: null,
    transport: 'raid',
  });
  it.each<[string, RootDeviceHints, string]>([
    ['a vendor, not a model', { vendor: 'dell' }, 'sdd'],
    ["a WWN without the vendor's extension, as Ironic has it", { wwn: '0x6d0946606f2a1e00' }, 'sdd'],
    ['a WWN as the list of disks shows it', { wwn: '0x6d0946606f2a1e002a1b3c4d5e6f7081' }, 'sdd'],
    ['a WWN with its extension', { wwnWithExtension: '0x6D0946606F2A1E002A1B3C4D5E6F7081' }, 'sdd'],
    ["the vendor's extension alone", { wwnVendorExtension: '0x2a1b3c4d5e6f7081' }, 'sdd'],
    ['not that WWN, in neither form', { wwn: 's!= 0x6d0946606f2a1e00', serial: 'SER-4' }, 'none'],
    ['one of a list', { serial: ['SER-9', 'SER-4'] }, 'sdd'],
    ['the transport', { tran: 'raid' }, 'sdd'],
    ['nothing by `rotational` when the machine does not say', { serial: 'SER-4', rotational: false }, 'none'],
    ['nothing by a vendor that is in the model', { vendor: 'INTEL SSD' }, 'none'],
  ])('match %s', (_name, hints, name) => {
    const match = matchDisk({ by: 'hints', hints }, [...disks, volume]);
    expect(match.kind === 'one' ? match.disk.name : match.kind).toBe(name);
  });

  it.each<[string, RootDeviceHints, string]>([
    ['none when two disks are alike', { model: 'INTEL SSD' }, 'many'],
    ['none when nothing fits', { serial: 'SER-9' }, 'none'],
    ['none without any hint: there is no smallest disk', {}, 'none'],
    ['none by a size that is no size', { size: '> big' }, 'none'],
    ['none by a size that is none', { size: '>= 0' }, 'none'],
    ['none by an operator without a value', { serial: 's!=' }, 'none'],
    ['none by what the machine does not say', { vendor: 's!= DELL' }, 'none'],
    ['none by a number where there is a text', { model: '= 7' }, 'none'],
    ['none by digits of another base', { wwn: '> 0x10' }, 'none'],
  ])('choose %s', (_name, hints, kind) => {
    expect(named(hints)).toBe(kind);
  });

  it.each<[string, number | string, boolean]>([
    ['931 GiB, as a person reads it off', 931, true],
    ['not 932', 932, false],
    ['more than 931', '> 931', true],
    ['not at most 931', '<= 931', false],
    ['not other than 931', '!= 931', false],
    ['at least 931.5', '>= 931.5', true],
  ])('see a disk of 1 TB as %s', (_name, size, isMatch) => {
    const disk = aDisk({ sizeBytes: 1_000_204_886_016 });
    expect(matchDisk({ by: 'hints', hints: { size } }, [disk]).kind).toBe(isMatch ? 'one' : 'none');
  });

  it('of any text match or do not, and never fail', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('<or>', '<all-in> ', 's!=', '>= 1', '<in>', '\u0000'));
    const text = fc.array(word, { maxLength: 4 }).map(words => words.join(''));
    fc.assert(
      fc.property(text, text, (hint, value) => {
        const hints = { serial: hint, wwn: [hint], name: hint, byPath: hint, hctl: hint, size: hint };
        const disk = aDisk({ serial: value, wwn: value, name: value, byPath: value, hctl: value });
        for (const [name, asked] of Object.entries(hints))
          expect(['one', 'none']).toContain(
            matchDisk({ by: 'hints', hints: { [name]: asked } }, [disk]).kind,
          );
      }),
    );
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

  describe('without serial and WWN', () => {
    const bare = (name: string, byPath: string) => aDisk({ name, byPath, serial: '', wwn: '' });

    it('goes by the way to it, whatever its name is at this boot', () => {
      const now = [bare('vdb', 'pci-0000:00:05.0'), bare('vda', 'pci-0000:00:06.0')];
      const disk = bare('vda', 'pci-0000:00:05.0');
      expect(matchDisk({ by: 'person', disk }, now)).toEqual({ kind: 'one', disk: now[0] });
    });

    it('is not found where another one now is: a size is no identity', () => {
      const disk = bare('vda', 'pci-0000:00:05.0');
      expect(matchDisk({ by: 'person', disk }, [bare('vda', 'pci-0000:00:07.0')]).kind).toBe('none');
      expect(matchDisk({ by: 'person', disk }, [aDisk({ name: 'vda' })]).kind).toBe('none');
    });

    it('and without a way to it goes by its size if no other has that', () => {
      const disk = bare('vda', '');
      const larger = aDisk({ name: 'vdb', serial: '', wwn: '', byPath: '', sizeBytes: 2 ** 40 });
      expect(matchDisk({ by: 'person', disk }, [bare('vdc', ''), larger]).kind).toBe('one');
      expect(matchDisk({ by: 'person', disk }, [bare('vdc', ''), bare('vda', '')]).kind).toBe('many');
    });

    it('is not chosen by a hint for its name either when it cannot be told from another later', () => {
      const twins = [bare('vda', ''), bare('vdb', '')];
      expect(matchDisk({ by: 'hints', hints: { name: 'vda' } }, twins).kind).toBe('many');
      const apart = [bare('vda', 'pci-1'), bare('vdb', 'pci-2')];
      expect(matchDisk({ by: 'hints', hints: { name: 'vda' } }, apart).kind).toBe('one');
    });
  });

  it('with the serial of another one is told from it by the way to it', () => {
    const twins = [aDisk({ name: 'sdx', byPath: 'a' }), aDisk({ name: 'sdy', byPath: 'b' })];
    expect(matchDisk({ by: 'person', disk: aDisk({ byPath: 'b' }) }, twins)).toEqual({
      kind: 'one',
      disk: twins[1],
    });
    expect(matchDisk({ by: 'person', disk: aDisk({ byPath: '' }) }, twins).kind).toBe('many');
  });
});
