import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PageConnection } from '#renderer/client/connect.ts';
import { useConnectionState } from '#renderer/client/connection-store.ts';
import { forgetWaiting, importFiles, useFileQueue } from '#renderer/features/images/import-files.ts';
import { CodedError } from '#shared/contract/errors.ts';
import { anImage } from '#test/fakes/rows.ts';

let asked: string[];
let answer: () => Promise<unknown>;
const connection = {
  host: undefined,
  client: {
    images: {
      beginUpload({ name }: { readonly name: string }) {
        asked.push(name);
        return answer();
      },
      cancelImport: async ({ id }: { readonly id: string }) => void asked.push(`cancel ${id}`),
    },
  },
} as unknown as PageConnection;
const file = (name: string) => new File(['x'], name);
const is = (state: 'open' | 'connecting') => useConnectionState.setState({ state: { is: state } as never });
const waiting = () => useFileQueue.getState().waiting.map(one => one.file.name);

beforeEach(() => {
  asked = [];
  answer = async () => anImage();
  is('open');
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('fetch', async () => Response.json({ heldBytes: 1 }));
});
afterEach(() => {
  is('connecting');
  vi.unstubAllGlobals();
});

it('files have their turn one after the other, also those that come while others are sent', async () => {
  const first = importFiles(connection, [file('a'), file('b')]);
  await importFiles(connection, [file('c')]);
  await first;
  expect(asked).toEqual(['a', 'b', 'c']);
  expect(useFileQueue.getState()).toEqual({ waiting: [], isSending: false });
});

it('a connection that is lost when a file has its turn does not cost that file', async () => {
  answer = async () => {
    is('connecting');
    answer = async () => anImage();
    throw new CodedError('transport.closed', 'lost', {});
  };
  const done = importFiles(connection, [file('a')]);
  await expect.poll(() => asked).toEqual(['a']);
  expect(waiting()).toEqual(['a']);
  is('open');
  await done;
  expect(asked).toEqual(['a', 'a']);
});

it('a file that a person takes out of the queue in that moment is not sent', async () => {
  const announced = Promise.withResolvers<unknown>();
  answer = () => announced.promise;
  const done = importFiles(connection, [file('a')]);
  await expect.poll(waiting).toEqual(['a']);
  forgetWaiting(useFileQueue.getState().waiting[0]?.id ?? 0);
  announced.resolve(anImage());
  await done;
  expect(asked).toEqual(['a', `cancel ${anImage().id}`]);
});
