import { readFileSync } from 'node:fs';

export interface CapturedDatagram {
  readonly from: 'console' | 'bmc';
  readonly bytes: Buffer;
}

/** The datagrams of a file in test/fixtures/ipmi. */
export function captured(name: string): readonly CapturedDatagram[] {
  const text = readFileSync(new URL(`../../../../fixtures/ipmi/${name}.hex`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map(line => ({
      from: line.startsWith('>') ? 'console' : 'bmc',
      bytes: Buffer.from(line.slice(2), 'hex'),
    }));
}

/** The n-th datagram (from 0) that one side sent. */
export function nthFrom(name: string, from: CapturedDatagram['from'], n: number): Buffer {
  const found = captured(name).filter(datagram => datagram.from === from)[n];
  if (found === undefined) throw new Error(`${name} has no datagram ${n} of the ${from}`);
  return found.bytes;
}
