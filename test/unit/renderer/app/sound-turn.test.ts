import { beforeEach, expect, it } from 'vitest';
import { soundTurn, type TurnChannel } from '#renderer/app/sound-turn.ts';

let nowMs: number;
/** What each open page does with a message of another one. */
let hear: ((data: unknown) => void)[];

/** As one of the browser's tabs. */
function openPage(id: number): ReturnType<typeof soundTurn> {
  let own: (data: unknown) => void = () => undefined;
  const channel: TurnChannel = {
    post: data => {
      for (const other of hear) if (other !== own) setImmediate(() => other(data));
    },
    hear: listener => {
      own = listener;
      hear.push(listener);
    },
  };
  return soundTurn({ channel, id, now: () => nowMs, wait: untilHeard });
}

/** Longer than a message takes. */
async function untilHeard(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

beforeEach(() => {
  nowMs = 1_000_000;
  hear = [];
});

it('of pages that hear of the same thing together one makes the sound', async () => {
  const open = [openPage(3), openPage(1), openPage(2)];
  expect(await Promise.all(open.map(page => page.take()))).toEqual([false, true, false]);
});

it('a page in the background that comes a second later stays silent', async () => {
  const [first, late] = [openPage(2), openPage(1)];
  expect(await first.take()).toBe(true);
  nowMs += 1000;
  expect(await late.take()).toBe(false);
});

it('what comes later is anybody’s, and the same page may make two in a row', async () => {
  const [first, other] = [openPage(1), openPage(2)];
  expect(await first.take()).toBe(true);
  nowMs += 1000;
  expect(await first.take()).toBe(true);
  nowMs += 4000;
  expect(await other.take()).toBe(true);
});

it('one page alone makes its own', async () => {
  expect(await openPage(7).take()).toBe(true);
});
