import { expect, it } from 'vitest';
import type { PaletteCommand } from '#renderer/app/feature.ts';
import { searchCommands } from '#renderer/app/palette-search.ts';

const command = (label: string, keywords = ''): PaletteCommand => ({
  id: label,
  label,
  group: 'Servers',
  keywords,
  run: () => undefined,
});
const commands = [
  command('Import an image'),
  command('r1u01', 'b8:59:9f:00:01:00 CN7V1001'),
  command('r1u01: Power on', 'b8:59:9f:00:01:00 CN7V1001'),
  command('r1u02: Power on'),
];
const labels = (text: string) => searchCommands(commands, text).map(({ label }) => label);

it('every word must be found, in any order', () => {
  expect(labels('power r1u01')).toEqual(['r1u01: Power on']);
  expect(labels('on r1u')).toEqual(['r1u01: Power on', 'r1u02: Power on']);
  expect(labels('r1u03')).toEqual([]);
});

it('a server is found by what is not shown', () => {
  expect(labels('cn7v1001')).toEqual(['r1u01', 'r1u01: Power on']);
});

it('what begins with the text comes first', () => {
  expect(labels('i')[0]).toBe('Import an image');
});

it('lines below a command are made only for those that may be meant', () => {
  const made: string[] = [];
  const server = (name: string): PaletteCommand => ({
    ...command(name, `serial-${name}`),
    more: {
      words: 'Timeline Power on Deploy…',
      commands: () => {
        made.push(name);
        return [command(`${name}: Power on`, `serial-${name}`), command(`${name}: Timeline`)];
      },
    },
  });
  const servers = Array.from({ length: 5000 }, (_, index) => server(`s${index}`));
  const found = (text: string) => searchCommands(servers, text).map(({ label }) => label);
  expect(found('serial-s4711 power')).toEqual(['s4711: Power on']);
  expect(made).toEqual(['s4711']);
  expect(found('power')[0]).toBe('s0: Power on');
  expect(made.length).toBeLessThan(100);
});

it('nothing typed shows the commands in their order', () => {
  expect(labels('')).toEqual(commands.map(({ label }) => label));
});
