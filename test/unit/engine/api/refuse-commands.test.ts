import { expect, it } from 'vitest';
import { z } from 'zod';
import { refuseCommands } from '#engine/api/refuse-commands.ts';
import { CodedError } from '#shared/contract/errors.ts';
import { command, query, stream } from '#shared/contract/procedure.ts';

const anything = z.unknown();
const contract = {
  things: {
    list: query(anything, anything),
    make: command(anything, anything),
    changes: stream(anything, anything, anything),
  },
} as const;
const signal = new AbortController().signal;

it('every command is refused while there is a reason, and questions are answered on', async () => {
  const made: unknown[] = [];
  let refusal: CodedError | undefined;
  const { things } = refuseCommands(
    contract,
    {
      things: {
        list: async () => made,
        make: async input => made.push(input),
        changes: () => ({ snapshot: () => made, subscribe: () => () => undefined }),
      },
    },
    () => refusal,
  );
  expect(await things.make('a', signal)).toBe(1);
  refusal = new CodedError('backup.restarting', 'a restored backup waits', {});
  await expect(things.make('b', signal)).rejects.toBe(refusal);
  expect(await things.list(undefined, signal)).toEqual(['a']);
  expect(things.changes(undefined).snapshot()).toEqual(['a']);
});
