import { describe, expect, it } from 'vitest';
import { runMany } from '#renderer/client/run-many.ts';
import { CodedError } from '#shared/contract/errors.ts';

describe('the same for each of many', () => {
  it('goes on after a failure, a few at a time, and tells each result', async () => {
    let running = 0;
    let most = 0;
    const results: string[] = [];
    await runMany(
      ['a', 'b', 'c', 'd', 'e', 'f'],
      async item => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
        if (item === 'b') throw new CodedError('bmc.none', 'no', { node: item });
        if (item === 'c') throw new Error('broken');
      },
      {
        signal: new AbortController().signal,
        onDone: (item, error) => results.push(`${item} ${error?.code ?? 'done'}`),
        atOnce: 3,
      },
    );
    expect(most).toBe(3);
    expect(results.toSorted()).toEqual(['a done', 'b bmc.none', 'c internal', 'd done', 'e done', 'f done']);
  });

  it('begins nothing more when it is stopped, and ends what is under way', async () => {
    const controller = new AbortController();
    const done: number[] = [];
    await runMany(
      [1, 2, 3, 4, 5],
      async item => {
        if (item === 2) controller.abort();
        await Promise.resolve();
      },
      { signal: controller.signal, onDone: item => done.push(item), atOnce: 2 },
    );
    expect(new Set(done)).toEqual(new Set([1, 2]));
  });
});
