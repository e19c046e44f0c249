import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { fruData } from '#test/lab/bmc-data.ts';
import { factsPattern, parseFacts, rootKeysHash } from '#test/lab/facts.ts';
import { splitSerial } from '#test/lab/serial-console.ts';

const line =
  'LAB-FACTS hostname=node-one rootkeys=none address=10.77.0.50 rootdisk=sda rootserial=DISK-A bootmode=bios rootpw=set cloudinit=ok rootmb=7631 uptime=84.95 bootid=3397ec89-6d1e-4586-9b0a-6d3c2b1a0f00';

test('the line of facts is taken only when its last fact is there', () => {
  expect(factsPattern.test(line)).toBe(true);
  expect(factsPattern.test(line.slice(0, -4))).toBe(false);
  expect(parseFacts(line)).toMatchObject({ hostname: 'node-one', rootserial: 'DISK-A', bootmode: 'bios' });
});

test('a fact that is missing is named', () => {
  expect(() => parseFacts(line.replace('rootserial=DISK-A ', ''))).toThrow(/no rootserial/);
});

test('the hash of keys ignores their comments and nothing else', () => {
  const expected = createHash('sha256').update('ssh-ed25519 AAAA\n').digest('hex');
  expect(rootKeysHash(['ssh-ed25519 AAAA me@here'])).toBe(expected);
  expect(rootKeysHash(['ssh-ed25519 AAAA'])).toBe(expected);
  expect(rootKeysHash(['ssh-ed25519 AAAB'])).not.toBe(expected);
});

test('serial output is lines without terminal control; a prompt stays open', () => {
  const text = '\u001bc\u001b[?7l\u001b[2JSeaBIOS\r\n\r\nBooting \u001b[1mfrom\u001b[0m disk\r\nnode login: ';
  expect(splitSerial(text)).toEqual({ complete: ['SeaBIOS', 'Booting from disk'], rest: 'node login: ' });
});

test('a FRU image has areas whose bytes add up to zero and holds the serial number', () => {
  const fru = fruData({ serial: 'SN-1' });
  expect(fru).toHaveLength(256);
  const boardAt = (fru[3] ?? 0) * 8;
  const productAt = (fru[4] ?? 0) * 8;
  const sum = (from: number, length: number): number =>
    fru.subarray(from, from + length).reduce((total, byte) => total + byte, 0) & 0xff;
  expect(sum(0, 8)).toBe(0);
  expect(sum(boardAt, (fru[boardAt + 1] ?? 0) * 8)).toBe(0);
  expect(sum(productAt, (fru[productAt + 1] ?? 0) * 8)).toBe(0);
  expect(fru.includes('SN-1')).toBe(true);
});
