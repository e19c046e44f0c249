import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { recordedLog } from '#test/lab/syslog-recording.ts';

interface Frame {
  readonly atSeconds: number;
  readonly text: string;
  readonly fragment?: number;
  readonly protocol?: number;
}

/** As tcpdump writes it: Ethernet, IPv4 without options, UDP to 514. */
function capture(frames: readonly Frame[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, ...frames.map(record)]);
}

function record({ atSeconds, text, fragment = 0, protocol = 17 }: Frame): Buffer {
  const payload = Buffer.from(text);
  const frame = Buffer.alloc(14 + 20 + 8 + payload.length);
  frame.writeUInt16BE(0x0800, 12);
  frame[14] = 0x45;
  frame.writeUInt16BE(28 + payload.length, 16);
  frame.writeUInt16BE(fragment, 20);
  frame[22] = 64;
  frame[23] = protocol;
  frame.writeUInt16BE(514, 36);
  frame.writeUInt16BE(8 + payload.length, 38);
  payload.copy(frame, 42);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(atSeconds), 0);
  head.writeUInt32LE(Math.round((atSeconds % 1) * 1e6), 4);
  head.writeUInt32LE(frame.length, 8);
  head.writeUInt32LE(frame.length, 12);
  return Buffer.concat([head, frame]);
}

const long = `<14>Nov 26 12:00:03 in-target: ${'x'.repeat(900)}`;

test('a recording has each message whole, and the seconds since the first one', () => {
  const bytes = capture([
    { atSeconds: 1000.25, text: '<13>Nov 26 12:00:00 udhcpc: Got IP 10.77.0.41\n' },
    { atSeconds: 1002.75, text: `${long}\0` },
  ]);
  expect(recordedLog(bytes)).toBe(`0.0 <13>Nov 26 12:00:00 udhcpc: Got IP 10.77.0.41\n2.5 ${long}\n`);
});

test('what is no whole message of syslog is left out, and so is a frame that tcpdump was stopped in', () => {
  const told = { atSeconds: 5, text: '<14>told' };
  const bytes = capture([
    { atSeconds: 1, text: '<14>first part', fragment: 0x2000 },
    { atSeconds: 2, text: 'something else' },
    { atSeconds: 3, text: '<14>no UDP', protocol: 6 },
    told,
    { atSeconds: 6, text: '<14>cut' },
  ]);
  expect(recordedLog(bytes.subarray(0, -2))).toBe('0.0 <14>told\n');
});

test('what is read is what tcpdump reads', () => {
  const bytes = capture([{ atSeconds: 7, text: '<14>told' }]);
  const seen = execFileSync('tcpdump', ['-n', '-r', '-', 'udp dst port 514'], {
    input: bytes,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expect(seen).toContain('.514: ');
});
