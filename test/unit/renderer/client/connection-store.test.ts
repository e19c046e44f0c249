import { expect, it } from 'vitest';
import { type ConnectionStory, withState } from '#renderer/client/connection-store.ts';
import type { ConnectionState } from '#shared/contract/client.ts';

const start: ConnectionStory = { state: { is: 'connecting' }, wasOpen: false, failedAttempts: 0 };
const after = (...states: ConnectionState[]) => states.reduce(withState, start);
const lost = (attempt: number): ConnectionState => ({ is: 'lost', attempt, retryInMs: 250 });

it('a retry of a lost connection is still a loss to the person who looks', () => {
  expect(after({ is: 'open' }, lost(1), { is: 'connecting' })).toMatchObject({
    wasOpen: true,
    failedAttempts: 1,
  });
  expect(after(lost(1), { is: 'connecting' }, lost(2), { is: 'connecting' })).toMatchObject({
    wasOpen: false,
    failedAttempts: 2,
  });
});

it('a good connection ends the story', () => {
  expect(after(lost(3), { is: 'connecting' }, { is: 'open' }).failedAttempts).toBe(0);
});
