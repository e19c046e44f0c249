import { describe, expect, it } from 'vitest';
import { type Disk, type DiskRule, diskRule } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import { chooseDisk, usableDisks } from '#shared/placement/disk-rules.ts';
import { aDisk } from '#test/fakes/rows.ts';

let serial = 0;
/** Behind an AHCI controller, unlike every other one. */
function disk(change: Partial<Disk> = {}): Disk {
  serial++;
  const own = { serial: `S${serial}`, wwn: `0x5000c500aaaa${String(serial).padStart(4, '0')}` };
  return aDisk({ byPath: `path-${serial}`, ...own, ...change });
}
const hba = { pciAddress: '0000:81:00.0', pciId: '1000:0097', driver: 'mpt3sas' };
const rule = (action: 'include' | 'exclude', match: DiskRule['match']): DiskRule =>
  diskRule.parse({ action, match });

function verdicts(disks: readonly Disk[], rules: readonly DiskRule[] = []) {
  const { usable, filtered } = usableDisks(disks, rules);
  return disks.map(one =>
    usable.includes(one) ? 'usable' : filtered.find(entry => entry.disk === one)?.reason,
  );
}

describe('what is left alone without any rule', () => {
  it.each<[string, Partial<Disk>, string]>([
    ['a local disk', {}, 'usable'],
    ['a fibre channel LUN', { transport: 'fc' }, 'fibre-channel'],
    ['an iSCSI LUN', { transport: 'iSCSI' }, 'iscsi'],
    ['a path of a multipath device', { signatures: ['mpath_member'] }, 'multipath'],
    ['a disk with GFS2', { signatures: ['gfs2'] }, 'cluster-file-system'],
    ['a datastore of VMware', { signatures: ['VMFS_volume_member'] }, 'cluster-file-system'],
    ["a disk of Oracle's ASM", { signatures: ['oracleasm'] }, 'cluster-file-system'],
    ['a disk with an ordinary file system', { signatures: ['xfs', 'LVM2_member'] }, 'usable'],
    ['a write-protected disk', { readOnly: true }, 'read-only'],
    ['a drive without a medium', { sizeBytes: 0 }, 'too-small'],
  ])('%s: %s', (_name, change, verdict) => {
    expect(verdicts([disk(change)])).toEqual([verdict]);
  });

  it('a LUN that is seen on two paths, whatever its transport says', () => {
    const wwn = '0x600A0B80000f1111222233334444aaaa';
    const paths = [disk({ wwn }), disk({ wwn: wwn.toLowerCase() }), disk()];
    expect(verdicts(paths)).toEqual(['multipath', 'multipath', 'usable']);
  });

  it('but not two disks of different size with one careless WWN, and not two without any', () => {
    const careless = [disk({ wwn: '0x5000000000000000' }), disk({ wwn: '0x5000000000000000', sizeBytes: 1 })];
    expect(verdicts(careless)).toEqual(['usable', 'usable']);
    expect(verdicts([disk({ wwn: '' }), disk({ wwn: '' })])).toEqual(['usable', 'usable']);
  });
});

describe('a rule', () => {
  it.each<[string, DiskRule['match'], Partial<Disk>, boolean]>([
    ['a controller by its PCI id', { pciId: '1000:0097' }, { controller: hba }, true],
    [
      'whatever the case of the id',
      { pciId: '1000:00AF' },
      { controller: { ...hba, pciId: '1000:00af' } },
      true,
    ],
    ['all controllers of a vendor', { pciId: '1000:*' }, { controller: hba }, true],
    ['another device of that vendor', { pciId: '1000:0072' }, { controller: hba }, false],
    ['another vendor', { pciId: '9005:*' }, { controller: hba }, false],
    ['a disk without controller', { pciId: '1000:*' }, { controller: null }, false],
    ['a driver', { driver: 'mpt3sas' }, { controller: hba }, true],
    [
      'a driver and a transport',
      { driver: 'mpt3sas', transport: 'SAS' },
      { controller: hba, transport: 'sas' },
      true,
    ],
    ['one of both', { driver: 'mpt3sas', transport: 'sata' }, { controller: hba, transport: 'sas' }, false],
    ['more than one path', { multipath: true }, { signatures: ['mpath_member'] }, true],
    ['one path', { multipath: false }, { signatures: ['mpath_member'] }, false],
    ['everything when nothing is given', {}, {}, true],
    [
      'the lower end of a range',
      { wwnFrom: '0x5000c500aaaa0000', wwnTo: '0x5000c500aaaaFFFF' },
      { wwn: '0x5000c500aaaa0000' },
      true,
    ],
    [
      'the upper end of a range',
      { wwnFrom: '0x5000c500aaaa0000', wwnTo: '0x5000c500aaaaFFFF' },
      { wwn: '0x5000C500AAAAffff' },
      true,
    ],
    [
      'one above',
      { wwnFrom: '0x5000c500aaaa0000', wwnTo: '0x5000c500aaaaFFFF' },
      { wwn: '0x5000c500aaab0000' },
      false,
    ],
    [
      'a longer one that begins alike',
      { wwnFrom: '0x5000c500aaaa0000' },
      { wwn: '0x5000c500aaaa00010000000000000000' },
      false,
    ],
    ['another kind of name', { wwnFrom: '0x0000000000000000' }, { wwn: 'eui.0025385b71b01234' }, false],
    [
      'an EUI-64',
      { wwnFrom: 'eui.0025385000000000', wwnTo: 'eui.0025385fffffffff' },
      { wwn: 'eui.0025385b71b01234' },
      true,
    ],
    ['no WWN', { wwnTo: '0xffffffffffffffff' }, { wwn: '' }, false],
    ['a WWN that is none', { wwnTo: '0xffffffffffffffff' }, { wwn: `0x${'?'.repeat(16)}` }, false],
  ])('sees %s', (_name, match, change, isMatch) => {
    expect(verdicts([disk(change)], [rule('exclude', match)])).toEqual(
      isMatch ? ['rule'] : [expect.not.stringMatching('rule')],
    );
  });

  it('decides before the next one, and before what is left alone by default', () => {
    const [local, boot, other] = [
      disk(),
      disk({ transport: 'fc', wwn: '0x6000000000000001' }),
      disk({ transport: 'fc' }),
    ];
    const rules = [
      rule('include', { wwnFrom: '0x6000000000000001', wwnTo: '0x6000000000000001' }),
      rule('exclude', { transport: 'sata' }),
    ];
    expect(verdicts([local, boot, other], rules)).toEqual(['rule', 'usable', 'fibre-channel']);
    expect(usableDisks([local], rules).filtered).toEqual([{ disk: local, reason: 'rule', rule: 1 }]);
  });

  it('makes no writable disk of one that is not', () => {
    expect(verdicts([disk({ readOnly: true, transport: 'fc' })], [rule('include', {})])).toEqual([
      'read-only',
    ]);
  });
});

describe('the disk that is chosen', () => {
  const local = disk({ model: 'MZ7LH480', controller: hba });
  const lun = disk({ model: 'MZ7LH480', transport: 'fc' });

  it('is one of those that may be touched: a LUN does not make it ambiguous', () => {
    const { match, filtered } = chooseDisk({ by: 'hints', hints: { model: 'MZ7LH480' } }, [local, lun], []);
    expect(match).toEqual({ kind: 'one', disk: local });
    expect(filtered).toEqual([{ disk: lun, reason: 'fibre-channel', rule: null }]);
  });

  it('is none, with the reason, when a person pointed at one that is left alone', () => {
    const selection = chooseDisk({ by: 'person', disk: identityOf(lun) }, [local, lun], []);
    expect(selection.match.kind).toBe('none');
    expect(selection.askedFor).toEqual([{ disk: lun, reason: 'fibre-channel', rule: null }]);
  });

  it('is none when a disk that must not be touched could not be told from it at the write', () => {
    const nameless = { serial: '', wwn: '', byPath: '' };
    const twins = [disk({ ...nameless, name: 'sda' }), disk({ ...nameless, name: 'sdb', controller: hba })];
    const rules = [rule('exclude', { driver: 'mpt3sas' })];
    expect(chooseDisk({ by: 'hints', hints: { name: 'sda' } }, twins, rules).match.kind).toBe('many');
  });
});

it('a bound of a range that is no WWN is refused with the rule', () => {
  for (const wwnFrom of ['', '5000c500aaaa0000', '0x', '0xzz', `0x${'0'.repeat(33)}`])
    expect(diskRule.safeParse({ action: 'exclude', match: { wwnFrom } }).success).toBe(false);
});
