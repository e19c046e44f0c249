import { execFileSync } from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Disk, RootDeviceHints } from '#shared/contract/index.ts';
import { matchDisk } from '#shared/placement/root-device.ts';
import { aDisk } from '#test/fakes/rows.ts';

/** Our reading of a hint beside that of Ironic itself (ironic-lib on oslo.utils, as Debian has them). */
interface Asked {
  readonly hint: 'model' | 'vendor' | 'serial' | 'hctl' | 'name' | 'by_path' | 'size';
  readonly value: string;
  /** Bytes for a size. */
  readonly has: string | number;
}
type Answer = boolean | 'error';

const gibibyte = 2 ** 30;

function ironicSays(asked: readonly Asked[]): Answer[] {
  const script = path.join(import.meta.dirname, 'match-hints.py');
  const input = JSON.stringify(asked.map(({ hint, value, has }) => [hint, value, has]));
  // Debian's own Python, whose modules apt brings.
  return JSON.parse(execFileSync('/usr/bin/python3', [script], { input, encoding: 'utf8', stdio: 'pipe' }));
}

function weSay({ hint, value, has }: Asked): boolean {
  const text = String(has);
  const about: Record<Asked['hint'], [RootDeviceHints, Partial<Disk>]> = {
    model: [{ model: value }, { model: text }],
    vendor: [{ vendor: value }, { vendor: text }],
    serial: [{ serial: value }, { serial: text }],
    hctl: [{ hctl: value }, { hctl: text }],
    name: [{ name: value }, { name: text.replace('/dev/', '') }],
    by_path: [{ byPath: value }, { byPath: text.replace('/dev/disk/by-path/', '') }],
    size: [{ size: value }, { sizeBytes: Number(has) }],
  };
  const [hints, disk] = about[hint];
  return matchDisk({ by: 'hints', hints }, [aDisk(disk)]).kind === 'one';
}

const text = (value: string, has: string): Asked => ({ hint: 'model', value, has });
const size = (value: string, gib: number): Asked => ({ hint: 'size', value, has: gib * gibibyte });

/** Where we differ on purpose. Everything else must be equal, but for what Ironic fails on: that matches nothing here. */
const differences: readonly {
  readonly why: string;
  readonly example: Asked;
  readonly ours: boolean;
  readonly theirs: Answer;
  readonly covers: (asked: Asked) => boolean;
}[] = [
  {
    why: '<all-in> wants a list literal of the disk and fails on every one: here it is what was meant, all parts',
    example: text('<all-in> intel ssd', 'INTEL SSD'),
    ours: true,
    theirs: 'error',
    covers: ({ value }) => value.startsWith('<all-in>'),
  },
  {
    why: 'Ironic compares URL-quoted text: a part of an escape is no part of a model',
    example: text('<in> 20', 'INTEL SSD'),
    ours: false,
    theirs: true,
    covers: ({ value, has }) => value.startsWith('<in>') && /[^\w./~-]/.test(String(has)),
  },
  {
    why: 'Ironic sorts URL-quoted text, where { is %7B and comes before a dot',
    example: text('s< a{', 'a.'),
    ours: true,
    theirs: false,
    covers: ({ value, has }) =>
      /^s[<>]/.test(value) && /[^\w./~-]/.test(value.replace(/^s[<>]=? */, '') + String(has)),
  },
  {
    why: 'Ironic compares a whole number of GiB with a fraction, which no disk as sold ever equals',
    example: size('931', 931.51),
    ours: true,
    theirs: false,
    covers: ({ hint, value, has }) =>
      hint === 'size' && /^(==|!=|<or>|\d)/.test(value) && Number(has) % gibibyte !== 0,
  },
  {
    why: '<or> of sizes compares a number with text in Ironic and takes no disk',
    example: size('<or> 4 <or> 8', 8),
    ours: true,
    theirs: false,
    covers: ({ hint, value }) => hint === 'size' && value.startsWith('<or>'),
  },
  {
    why: 'Ironic takes whole GiB only and stops at a fraction',
    example: size('> 7.5', 8),
    ours: true,
    theirs: 'error',
    covers: ({ hint, value }) => hint === 'size' && value.includes('.'),
  },
  {
    why: 'a kernel name without its folder is what a person sees in the list of disks',
    example: { hint: 'name', value: 's== sda', has: '/dev/sda' },
    ours: true,
    theirs: false,
    covers: ({ hint, value }) => (hint === 'name' || hint === 'by_path') && !value.includes('/dev/'),
  },
];

const table: readonly Asked[] = [
  ...['7', '007', '10', 'abc'].flatMap(has =>
    ['==', '=', '!=', '<', '<=', '>', '>=', 's==', 's!=', 's<', 's<=', 's>', 's>='].flatMap(operator => [
      text(`${operator} 7`, has),
      text(`${operator}7`, has),
    ]),
  ),
  ...[
    '== 8',
    '= 8',
    '= 9',
    '!= 8',
    '< 8',
    '<= 8',
    '> 8',
    '>= 8',
    '8',
    ' 8 ',
    '0',
    '-1',
    's== 8',
    '<in> 8',
  ].map(value => size(value, 8)),
  ...['> 931', '>= 931', '< 931', '<= 931', '< 932', '= 931', '= 932'].map(value => size(value, 931.51)),
  text('INTEL ssd', ' intel SSD '),
  text('s== intel ssd', 'INTEL SSD'),
  text('s==intel ssd', 'INTEL SSD'),
  text('<in> tel s', 'INTEL SSD'),
  text('<or> intel ssd <or> st1000', 'INTEL SSD'),
  text('<or> st1000', 'INTEL SSD'),
  text('<or>', 'a'),
  text('s==', 'a'),
  text('>=', '7'),
  text('ssd', 'ssd'),
  text('a%20b', 'a b'),
  text('x', ''),
  text('s!= x', ''),
  text('== 0x10', '16'),
  text('== 1e2', '100'),
  { hint: 'hctl', value: '2:0:1:0', has: '2:0:1:0' },
  { hint: 'hctl', value: 's!= 2:0:1:0', has: '2:0:1:0' },
  { hint: 'name', value: '/dev/sda', has: '/dev/sda' },
  { hint: 'name', value: '<or> /dev/sda <or> /dev/sdb', has: '/dev/sdb' },
  { hint: 'name', value: 's> /dev/sda', has: '/dev/sdb' },
  { hint: 'name', value: '<in> dev/s', has: '/dev/sdb' },
  {
    hint: 'by_path',
    value: 's== /dev/disk/by-path/pci-0000:02:00.0',
    has: '/dev/disk/by-path/pci-0000:02:00.0',
  },
];

const words = [
  'a',
  'ab',
  'b',
  'a b',
  'B',
  'ssd',
  'st1000',
  '7',
  '8',
  '20',
  '10.5',
  'a+b',
  'x/y',
  'sata',
  '-3',
  'é',
];
const operators = [
  '',
  '=',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  's==',
  's!=',
  's<',
  's<=',
  's>',
  's>=',
  '<in>',
  '<all-in>',
];
const word = fc.constantFrom(...words);
const expression = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...operators), fc.constantFrom(' ', ''), word)
      .map(parts => parts.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(word, { minLength: 1, maxLength: 3 })
      .map(list => list.map(one => `<or> ${one}`).join(' ')),
  },
);
const pair: fc.Arbitrary<Asked> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      hint: fc.constantFrom('model', 'vendor', 'serial'),
      value: expression,
      has: word,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      hint: fc.constant('size'),
      value: expression,
      has: fc.constantFrom(7, 7.5, 8, 20, 931.51).map(gib => gib * gibibyte),
    }),
  },
);

describe('root device hints beside Ironic', () => {
  it('mean the same for the table and 500 random pairs, but for the differences that are written down', () => {
    const asked = [...table, ...fc.sample(pair, { numRuns: 500, seed: 3 })];
    const answers = ironicSays(asked);
    // The peer did answer, and both ways: a broken one would agree with everything that matches nothing.
    for (const answer of [true, false])
      expect(answers.filter(theirs => theirs === answer).length).toBeGreaterThan(100);
    const unexplained = answers.flatMap((theirs, at) => {
      const one = asked[at];
      if (one === undefined) return [];
      const ours = weSay(one);
      const isSame = theirs === 'error' ? !ours : ours === theirs;
      return isSame || differences.some(({ covers }) => covers(one)) ? [] : [{ ...one, ours, theirs }];
    });
    expect(unexplained).toEqual([]);
  });

  describe('differ where', () => {
    let answers: readonly Answer[] = [];
    beforeAll(() => {
      answers = ironicSays(differences.map(({ example }) => example));
    });
    it.each(differences.map((difference, at) => ({ ...difference, at })))(
      '$why',
      ({ example, ours, theirs, covers, at }) => {
        expect(answers[at]).toBe(theirs);
        expect(weSay(example)).toBe(ours);
        expect(covers(example)).toBe(true);
      },
    );
  });
});
