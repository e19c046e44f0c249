import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { BmcFailure } from '#engine/net/ipmi/failure.ts';
import { BmcError, failureText, isRetryable } from '#engine/net/ipmi/failure.ts';
import { changeUser, isUserPassword } from '#engine/net/ipmi/users.ts';
import { simulatedRack } from './simulated-rack.ts';

const planted = ['labpass', 'planted-secret', 'planted-new-pw', 'planted-bmc-key'];

/** All that a log could get hold of: message, fields, cause, stack. */
function everythingOf(error: unknown): string {
  return `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)} ${String(error)}`;
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('no error that reaches the product holds a password or key', async () => {
  const rack = await simulatedRack({ bmcKey: Buffer.from('planted-bmc-key') });
  const key = { bmcKey: Buffer.from('planted-bmc-key') };
  const session = await rack.open(key);
  const errors: unknown[] = [
    await failureOf(rack.open({ password: 'planted-secret' })),
    await failureOf(rack.open({ password: 'planted-secret', interfaceVersion: '1.5' })),
    await failureOf(rack.open({ password: 'planted-secret-that-is-too-long' })),
    await failureOf(rack.open({ username: 'nobody', password: 'planted-secret', ...key })),
    await failureOf(rack.open({ host: '10.0.0.99', password: 'planted-secret' })),
    await failureOf(rack.open({ bmcKey: Buffer.from('planted-secret') })),
    await failureOf(rack.run(changeUser(session, 40, { password: 'planted-new-pw' }))),
    await failureOf(rack.run(changeUser(session, 3, { password: 'planted-new-pw-much-too-long' }))),
    await failureOf(rack.run(isUserPassword(session, 40, 'planted-new-pw'))),
  ];
  rack.server.faults.silent = true;
  errors.push(await failureOf(rack.run(changeUser(session, 3, { password: 'planted-new-pw' }))));
  for (const error of errors) {
    expect(error).toBeInstanceOf(BmcError);
    const text = everythingOf(error);
    for (const secret of planted) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('hex'));
      expect(text).not.toContain(
        Buffer.from(secret)
          .toString('hex')
          .replace(/(..)(?=.)/g, '$1 '),
      );
    }
  }
});

test('a session object shows no secret when it is printed', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  expect(everythingOf(session)).not.toContain('labpass');
});

test('every failure has a line of text and says whether to try again', () => {
  const failures: readonly [BmcFailure, boolean][] = [
    [{ kind: 'unreachable', why: 'no_answer', attempts: 4 }, true],
    [{ kind: 'unreachable', why: 'name_not_found', attempts: 1 }, false],
    [{ kind: 'auth_failed', reason: 'wrong_password', detail: 'x' }, false],
    [{ kind: 'no_matching_cipher_suite', tried: [17, 3] }, false],
    [{ kind: 'session_lost', why: 'silent' }, true],
    [{ kind: 'busy', detail: 'x', attempts: 4 }, true],
    [{ kind: 'completion_code', code: 0xd5, text: 'x', command: 'y' }, false],
    [{ kind: 'malformed_answer', command: 'x', detail: 'y' }, false],
    [{ kind: 'timeout', phase: 'RAKP 1', attempts: 4 }, true],
    [{ kind: 'invalid_request', detail: 'x' }, false],
  ];
  for (const [failure, retryable] of failures) {
    expect(failureText(failure).length).toBeGreaterThan(5);
    expect(isRetryable(failure), failure.kind).toBe(retryable);
  }
  expect(failureText({ kind: 'no_matching_cipher_suite', tried: [17, 3] })).toBe(
    'BMC takes none of the cipher suites 17, 3',
  );
});
