import { describe, expect, it } from 'vitest';
import { uploadFile } from '#renderer/client/upload.ts';
import { CodedError } from '#shared/contract/errors.ts';
import { imageId } from '#test/fakes/rows.ts';

const file = new File([new Uint8Array(40 * 1024 * 1024)], 'debian.img');
const mebi = 1024 * 1024;

/** A server that answers as told, one answer for each piece, and notes where the pieces begin. */
function server(...answers: (number | Error | { status: number; body: object })[]) {
  const ranges: string[] = [];
  const pauses: number[] = [];
  const send = async (_url: unknown, init?: RequestInit) => {
    ranges.push(new Headers(init?.headers).get('content-range') ?? '');
    const answer = answers[ranges.length - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('too many pieces');
    if (typeof answer === 'number') return Response.json({ heldBytes: answer });
    return Response.json(answer.body, { status: answer.status });
  };
  const pause = async (delayMs: number) => void pauses.push(delayMs);
  return { ranges, pauses, options: { send: send as typeof fetch, pause } };
}

describe('a file that is sent', () => {
  it('goes in pieces, each from where the engine is', async () => {
    const { ranges, options } = server(16 * mebi, 32 * mebi, 40 * mebi);
    expect(await uploadFile(imageId, file, options)).toBe(true);
    expect(ranges).toEqual([
      `bytes 0-${16 * mebi - 1}/${40 * mebi}`,
      `bytes ${16 * mebi}-${32 * mebi - 1}/${40 * mebi}`,
      `bytes ${32 * mebi}-${40 * mebi - 1}/${40 * mebi}`,
    ]);
  });

  it('goes on after a lost connection, and from the start with an engine that was started anew', async () => {
    const lost = new TypeError('Failed to fetch');
    const { ranges, pauses, options } = server(16 * mebi, lost, lost, 0, 16 * mebi, 32 * mebi, 40 * mebi);
    expect(await uploadFile(imageId, file, options)).toBe(true);
    expect(pauses).toEqual([1000, 2000]);
    expect(ranges.map(range => Number(/\d+/.exec(range)?.[0]) / mebi)).toEqual([0, 16, 16, 16, 0, 16, 32]);
  });

  it('goes on where the engine is after a piece that was too slow for one request', async () => {
    const slow = { status: 408, body: {} };
    const { ranges, options } = server(slow, 5 * mebi, 21 * mebi, 37 * mebi, 40 * mebi);
    expect(await uploadFile(imageId, file, options)).toBe(true);
    expect(ranges[2]).toBe(`bytes ${5 * mebi}-${21 * mebi - 1}/${40 * mebi}`);
  });

  it('ends when nobody waits for it any more, or it is refused', async () => {
    const cancelled = server(16 * mebi, { status: 404, body: {} });
    expect(await uploadFile(imageId, file, cancelled.options)).toBe(false);
    const full = new CodedError('image.disk_full', 'full', { neededBytes: 2, freeBytes: 1 });
    const refused = server({ status: 503, body: full.toData() });
    expect(await uploadFile(imageId, file, refused.options)).toBe(false);
  });

  it('ends with the reason when the session is over', async () => {
    const { options } = server({ status: 401, body: new CodedError('auth.denied', 'no', {}).toData() });
    await expect(uploadFile(imageId, file, options)).rejects.toMatchObject({ code: 'auth.denied' });
  });

  it('that has gone from the disk is not tried for ever', async () => {
    const gone = {
      name: 'gone.iso',
      size: 10,
      slice: () => ({
        arrayBuffer: async () => {
          throw new DOMException('', 'NotFoundError');
        },
      }),
    } as unknown as File;
    const { options } = server(new TypeError('Failed to fetch'));
    await expect(uploadFile(imageId, gone, options)).rejects.toMatchObject({
      code: 'file.unreadable',
      details: { path: 'gone.iso', reason: 'changed' },
    });
  });
});
