import { describe, expect, it } from 'vitest';
import { agreeTerms } from '#engine/net/tftp/options.ts';

const limits = { maxBlockSizeBytes: 65464, maxWindowBlocks: 64, maxWindowBytes: 256 * 1024 };
const agree = (asked: Record<string, string>, changed: Partial<typeof limits> = {}) =>
  agreeTerms(new Map(Object.entries(asked)), 1000, { ...limits, ...changed });

describe('TFTP option negotiation', () => {
  it('without options is RFC 1350: 512 bytes, lockstep, nothing to acknowledge', () => {
    expect(agree({})).toEqual({ blockSizeBytes: 512, windowBlocks: 1, accepted: new Map() });
  });

  it.each([
    ['1468', 1468],
    ['8', 8],
    ['1', 8],
    ['0', 8],
    ['65464', 65464],
    ['65535', 65464],
    ['999999999', 65464],
  ])('answers blksize %s with %i', (asked, given) => {
    const terms = agree({ blksize: asked });
    expect(terms.blockSizeBytes).toBe(given);
    expect(terms.accepted.get('blksize')).toBe(String(given));
  });

  it('keeps blksize below what the network carries', () => {
    expect(agree({ blksize: '8192' }, { maxBlockSizeBytes: 1468 }).blockSizeBytes).toBe(1468);
  });

  it.each(['', '-5', '1e3', '0x200', 'abc', '1.5', '٣'])('ignores blksize %j', asked => {
    expect(agree({ blksize: asked })).toMatchObject({ blockSizeBytes: 512, accepted: new Map() });
  });

  it.each([
    ['1', '1'],
    ['255', '255'],
    ['0', undefined],
    ['256', undefined],
  ])('answers timeout %s with %s', (asked, given) => {
    expect(agree({ timeout: asked }).accepted.get('timeout')).toBe(given);
  });

  it('answers tsize with the size, also when the client sent another number than 0', () => {
    expect(agree({ tsize: '0' }).accepted.get('tsize')).toBe('1000');
    expect(agree({ tsize: '77' }).accepted.get('tsize')).toBe('1000');
    expect(agree({ tsize: 'x' }).accepted.has('tsize')).toBe(false);
  });

  it.each([
    ['16', 16],
    ['64', 64],
    ['65535', 64],
  ])('answers windowsize %s with %i', (asked, given) => {
    expect(agree({ windowsize: asked })).toMatchObject({ windowBlocks: given });
  });

  it('makes a window of large blocks smaller, but never less than one block', () => {
    expect(agree({ windowsize: '64', blksize: '65464' }).windowBlocks).toBe(4);
    expect(agree({ windowsize: '64', blksize: '65464' }, { maxWindowBytes: 1 }).windowBlocks).toBe(1);
  });

  it.each(['0', '65536', 'many'])('ignores windowsize %s', asked => {
    expect(agree({ windowsize: asked })).toMatchObject({ windowBlocks: 1, accepted: new Map() });
  });

  it('leaves unknown options out of the answer', () => {
    expect([...agree({ multicast: '', blksize: '512' }).accepted.keys()]).toEqual(['blksize']);
  });
});
