import { describe, expect, it } from 'vitest';
import { addressesOf, parseRanges, rangesText } from '#shared/model/address-ranges.ts';

function addresses(text: string): readonly string[] {
  const parsed = parseRanges(text);
  if (!parsed.ok) throw new Error(`${parsed.text}: ${parsed.problem}`);
  const all = [...addressesOf(parsed.ranges)];
  expect(all).toHaveLength(parsed.count);
  return all;
}

describe('what a person types', () => {
  it.each([
    ['10.0.0.7', ['10.0.0.7']],
    ['10.0.0.8/30', ['10.0.0.9', '10.0.0.10']],
    ['10.0.0.9/30', ['10.0.0.9', '10.0.0.10']],
    ['10.0.0.8/31', ['10.0.0.8', '10.0.0.9']],
    ['10.0.0.8/32', ['10.0.0.8']],
    ['10.0.0.10-12', ['10.0.0.10', '10.0.0.11', '10.0.0.12']],
    ['10.0.0.255 - 10.0.1.1', ['10.0.0.255', '10.0.1.0', '10.0.1.1']],
    ['10.0.0.1–10.0.0.2', ['10.0.0.1', '10.0.0.2']],
    [
      '10.0.0.2, 10.0.0.1;10.0.0.2\n10.0.0.1-3、192.168.0.1',
      ['10.0.0.1', '10.0.0.2', '10.0.0.3', '192.168.0.1'],
    ],
  ])('%s is exactly these addresses, each once', (text, expected) => {
    expect(addresses(text)).toEqual(expected);
  });

  it('is a /20 at most', () => {
    expect(addresses('10.0.0.0/20')).toHaveLength(4094);
    expect(addresses('10.0.0.0-10.0.15.255')).toHaveLength(4096);
    expect(parseRanges('10.0.0.0-10.0.16.0')).toMatchObject({ ok: false, problem: 'too-many' });
    expect(parseRanges('10.0.0.0/20, 10.1.0.1-5')).toMatchObject({ ok: false, problem: 'too-many' });
    expect(parseRanges('0.0.0.0/0')).toMatchObject({ ok: false });
  });

  it.each([
    ['', 'empty', ''],
    [' ,; ', 'empty', ''],
    ['10.0.0.1 rack-3', 'not-a-range', 'rack-3'],
    ['10.0.0', 'not-a-range', '10.0.0'],
    ['10.0.0.256', 'not-a-range', '10.0.0.256'],
    ['10.0.0.010', 'not-a-range', '10.0.0.010'],
    ['10.0.0.1-300', 'not-a-range', '10.0.0.1-300'],
    ['10.0.0.1-2-3', 'not-a-range', '10.0.0.1-2-3'],
    ['10.0.0.1-', 'not-a-range', '10.0.0.1-'],
    ['10.0.0.0/33', 'not-a-range', '10.0.0.0/33'],
    ['10.0.0.0/8/8', 'not-a-range', '10.0.0.0/8/8'],
    ['fe80::1', 'not-a-range', 'fe80::1'],
    ['bmc-1.example', 'not-a-range', 'bmc-1.example'],
    ['10.0.0.40-10', 'backwards', '10.0.0.40-10'],
    ['0.0.0.1', 'not-unicast', '0.0.0.1'],
    ['224.0.0.1', 'not-unicast', '224.0.0.1'],
    ['223.255.255.250-224.0.0.5', 'not-unicast', '223.255.255.250-224.0.0.5'],
    ['255.255.255.255', 'not-unicast', '255.255.255.255'],
  ])('"%s" is refused as %s, and the part that is wrong is named', (text, problem, part) => {
    expect(parseRanges(text)).toEqual({ ok: false, problem, text: part });
  });

  it('that is outside of private networks is told apart', () => {
    const beyond = (text: string) => {
      const parsed = parseRanges(text);
      return parsed.ok ? rangesText(parsed.beyondPrivate) : parsed.problem;
    };
    expect(beyond('10.1.2.3, 172.31.0.0/24, 192.168.1.1, 169.254.0.5, 127.0.0.1')).toBe('');
    expect(beyond('10.0.0.1, 192.0.2.0/30, 100.64.0.1')).toBe('100.64.0.1, 192.0.2.1–192.0.2.2');
    // Begins inside and ends outside.
    expect(beyond('172.31.255.250-172.32.0.5')).toBe('172.31.255.250–172.32.0.5');
  });
});
