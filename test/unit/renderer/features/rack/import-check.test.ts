import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRows } from '#renderer/features/rack/transfer/import-check.ts';
import { importFields, meaningsOf } from '#renderer/features/rack/transfer/import-columns.ts';
import { countsOf, itemsOf } from '#renderer/features/rack/transfer/import-rows.ts';
import {
  isSameInventory,
  type KnownServers,
  knownServers,
} from '#renderer/features/rack/transfer/known-servers.ts';
import { contract } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNode, aPort } from '#test/fakes/rows.ts';
import { aBmc } from '../../rows.ts';

const old = aNode({ name: 'old-1', bmc: aBmc, extra: { rack: 'R1', owner: 'web' } });
const other = aNode({ id: '99999999-9999-4999-8999-999999999999' as NodeId, name: 'old-2' });
const known = knownServers(new Map([old, other].map(node => [node.id, node])), [
  aPort({ nodeId: other.id, address: '02:00:00:00:00:99' as Mac }),
]);
const nobody: KnownServers = knownServers(new Map(), []);
const fullHeader = ['Name', 'BMC address', 'User', 'Password', 'MAC', 'Rack', 'U', 'Height', 'Boot mode'];

const check = (rows: readonly (readonly string[])[], header = fullHeader, servers = nobody) =>
  checkRows(rows, meaningsOf(header), servers);
const problems = (...args: Parameters<typeof check>) =>
  check(...args).map(outcome =>
    outcome.is === 'bad'
      ? outcome.problems.map(({ column, code, value }) => `${column} ${code} ${value}`.trim())
      : [],
  );

describe('headers', () => {
  it('are known in English and Chinese, in any spelling', () => {
    expect(meaningsOf(['Server name', 'BMC-IP', 'user_name', 'PASSWORD', 'MAC 1', 'MAC2', 'Rack'])).toEqual([
      'name',
      'bmcAddress',
      'bmcUsername',
      'bmcPassword',
      'macs',
      'macs',
      'rack',
    ]);
    expect(
      meaningsOf(['主机名', '带外IP', '用户名', '密码', 'MAC地址', '机柜', '起始U位', '高度（U）']),
    ).toEqual(['name', 'bmcAddress', 'bmcUsername', 'bmcPassword', 'macs', 'rack', 'unit', 'height']);
  });

  it('that nobody knows are said to be so; labels, empty ones and those of an export are not', () => {
    expect(meaningsOf(['Name', 'Colour', 'Label: owner', '标签：用途', '', 'State', '型号'])).toEqual([
      'name',
      null,
      'label:owner',
      'label:用途',
      'left-out',
      'left-out',
      'left-out',
    ]);
  });

  it('count once: a second column of the same kind must be told by a person', () => {
    expect(meaningsOf(['Name', 'Host'])).toEqual(['name', null]);
  });
});

describe('a row', () => {
  it('becomes a new server with all that it says', () => {
    const row = [
      'r1',
      '10.0.0.5',
      'root',
      'calvin',
      '02-00-00-00-00-01 0200.0000.0002',
      'R1',
      'U7',
      '2',
      'Legacy',
    ];
    expect(check([row])).toEqual([
      {
        is: 'new',
        input: {
          name: 'r1',
          bmc: {
            address: '10.0.0.5',
            port: 623,
            username: 'root',
            password: 'calvin',
            bmcKey: '',
            protocol: 'auto',
            privilege: null,
          },
          macs: ['02:00:00:00:00:01', '02:00:00:00:00:02'],
          bootMode: 'bios',
          resourceClass: '',
          cleanOnRelease: null,
          extra: { rack: 'R1', unit: '7', height: '2' },
        },
      },
    ]);
  });

  it('has each bad cell marked with the reason', () => {
    expect(
      problems([['', '10.0.0', 'a'.repeat(17), '', '02:00:00:00:00:0g', '', '50', '0', 'floppy']]),
    ).toEqual([
      [
        '2 too-long 16',
        '1 bad-address 10.0.0',
        '4 bad-mac 02:00:00:00:00:0g',
        '8 bad-boot-mode floppy',
        '7 bad-units 50',
        '6 rack-missing 50',
        '0 name-missing',
      ],
    ]);
    expect(problems([['r1', '', 'root']])).toEqual([['1 address-missing']]);
    expect(problems([['r1', '0']], ['Name', 'BMC port'])).toEqual([['1 bad-port 0']]);
  });

  it('is compared with the other rows: both say which one is the other', () => {
    expect(
      problems([
        ['r1', '10.0.0.5', '', '', '02:00:00:00:00:01'],
        ['r2', '10.0.0.6', '', '', '02:00:00:00:00:02'],
        ['r1', '10.0.0.5', '', '', '020000000001'],
      ]),
    ).toEqual([
      ['0 name-twice 3', '1 address-twice 3', '4 mac-twice 3'],
      [],
      ['0 name-twice 1', '1 address-twice 1', '4 mac-twice 1'],
    ]);
  });

  it('that is there a thousand times does not have a thousand reasons', () => {
    const all = problems(Array.from({ length: 1000 }, () => ['r1']));
    expect(all[0]).toEqual(['0 name-twice 2']);
    expect(all[999]).toEqual(['0 name-twice 1']);
  });

  it('keeps a label whole or refuses it, and checks a place that comes as a label', () => {
    expect(problems([['r1', 'x'.repeat(2001)]], ['Name', 'Label: note'])).toEqual([['1 too-long 2000']]);
    expect(problems([['r1', 'R1', 'floor']], ['Name', 'Label: rack', 'Label: unit'])).toEqual([
      ['2 bad-units 99'],
    ]);
  });
});

describe('a row of a server that exists', () => {
  it('is found by name, BMC address or MAC, and changes only what it says otherwise', () => {
    const [byName, byMac] = check(
      [
        ['old-1', '', '', '', '02:00:00:00:00:01', 'R2', '', '', ''],
        ['renamed', '', '', '', '02:00:00:00:00:99', '', '', '', 'uefi'],
      ],
      fullHeader,
      known,
    );
    expect(byName).toEqual({
      is: 'known',
      node: old,
      change: { id: old.id, labels: { rack: 'R2' } },
      newMacs: ['02:00:00:00:00:01'],
    });
    expect(byMac).toMatchObject({ node: other, change: { name: 'renamed', bootMode: 'uefi' }, newMacs: [] });
    const [byBmc] = check([['', aBmc.address, '', 'new']], fullHeader, known);
    expect(byBmc).toMatchObject({ node: old, change: { bmc: { username: 'root', password: 'new' } } });
  });

  it('is left as it is unless the person wants it changed', () => {
    const outcomes = check([['old-1', '', '', '', '', 'R2'], ['new-1'], ['old-2']], fullHeader, known);
    expect(countsOf(outcomes)).toEqual({ bad: 0, created: 1, known: 2, changed: 1 });
    expect(itemsOf(outcomes, false).map(({ name }) => name)).toEqual(['new-1']);
    expect(itemsOf(outcomes, true).map(({ name }) => name)).toEqual(['old-1', 'new-1']);
  });

  it('is refused where its cells are of two servers, or two rows are of one', () => {
    expect(problems([['old-2', aBmc.address]], fullHeader, known)).toEqual([['1 address-taken old-1']]);
    expect(problems([['old-1', '', '', '', '02:00:00:00:00:99']], fullHeader, known)).toEqual([
      ['4 mac-taken old-2'],
    ]);
    expect(problems([['old-1'], ['x', aBmc.address]], fullHeader, known)).toEqual([
      ['0 server-twice 2'],
      ['0 server-twice 1'],
    ]);
  });

  it('is found by its name in capitals, as the engine compares names', () => {
    expect(check([['OLD-1', '', '', '', '', 'R2']], fullHeader, known)).toMatchObject([
      { is: 'known', node: old, change: { name: 'OLD-1', labels: { rack: 'R2' } } },
    ]);
    expect(problems([['r1'], ['R1']])).toEqual([['0 name-twice 2'], ['0 name-twice 1']]);
  });
});

describe('the inventory beside an import', () => {
  const nodes = new Map([[old.id, old]]);
  const withOld = (change: Partial<typeof old>) => new Map([[old.id, { ...old, ...change }]]);

  it('is the same while only power and states change, and another with a name or a label', () => {
    expect(isSameInventory(nodes, withOld({ powerState: 'power on', provisionState: 'active' }))).toBe(true);
    expect(isSameInventory(nodes, withOld({ name: 'renamed' }))).toBe(false);
    expect(isSameInventory(nodes, withOld({ extra: { rack: 'R2' } }))).toBe(false);
    expect(isSameInventory(nodes, new Map([[other.id, other]]))).toBe(false);
  });
});

describe('whatever a file holds', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('r1', 'r2', '10.0.0.5', '02:00:00:00:00:01', '7', 'uefi', 'yes', 'suite-17', ''),
  );
  const header = fc.array(fc.constantFrom<string>(...importFields, 'Label: x', '?'), {
    minLength: 1,
    maxLength: 16,
  });

  it('a row without a problem is one that the contract takes', () => {
    fc.assert(
      fc.property(header, fc.array(fc.array(cell, { maxLength: 16 }), { maxLength: 8 }), (names, rows) => {
        for (const outcome of check(rows, names, known)) {
          if (outcome.is === 'bad') expect(outcome.problems.length).toBeGreaterThan(0);
          if (outcome.is === 'new')
            expect(() => contract.nodes.enroll.input.parse(outcome.input)).not.toThrow();
          if (outcome.is === 'known')
            expect(() => contract.nodes.update.input.parse(outcome.change)).not.toThrow();
        }
      }),
    );
  });

  it('no two rows that are taken have the same name, BMC or MAC', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }), rows => {
        const outcomes = check(rows, ['Name', 'BMC', 'MAC']);
        const inputs = outcomes.flatMap(outcome => (outcome.is === 'new' ? [outcome.input] : []));
        const macs = inputs.flatMap(({ macs: its = [] }) => its);
        expect(new Set(inputs.map(({ name }) => name)).size).toBe(inputs.length);
        expect(new Set(macs).size).toBe(macs.length);
      }),
    );
  });
});
