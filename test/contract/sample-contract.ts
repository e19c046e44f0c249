import { z } from 'zod';
import { CodedError } from '#shared/contract/errors.ts';
import { command, type Handlers, query, stream } from '#shared/contract/procedure.ts';

const empty = z.object({}).default({});

/** One procedure for each thing that can happen between two processes. */
export const sampleContract = {
  sum: {
    add: query(z.object({ left: z.number(), right: z.number().default(1) }), z.object({ sum: z.number() })),
    echo: query(z.unknown(), z.unknown()),
    wait: query(empty, empty),
  },
  shop: {
    buy: command(z.object({ what: z.string().max(100) }), empty),
    slowBuy: command(empty, empty),
    refuse: command(empty, empty),
    crash: command(empty, empty),
    leak: query(empty, z.object({ name: z.string() })),
    wrongOutput: query(empty, z.object({ count: z.number() })),
    uncarriable: query(empty, z.unknown()),
  },
  counter: {
    watch: stream(z.object({ from: z.number().max(1000) }), z.array(z.number()), z.number()),
  },
} as const;
export type SampleContract = typeof sampleContract;

/** The handlers with everything that a test wants to see or to trigger. */
export function sampleShop(uncarriable: unknown) {
  const seen = { bought: [] as string[], started: 0, aborted: 0, finished: 0, stopped: 0 };
  const subscribers = new Set<(patch: number) => void>();
  let numbers: number[] = [];
  let letGo: () => void = () => undefined;
  const gate = new Promise<void>(resolve => {
    letGo = resolve;
  });
  const handlers: Handlers<SampleContract> = {
    sum: {
      add: async ({ left, right }) => ({ sum: left + right }),
      echo: async input => input,
      wait: (_, signal) =>
        new Promise((_resolve, reject) => {
          seen.started += 1;
          signal.addEventListener('abort', () => {
            seen.aborted += 1;
            reject(new Error('aborted'));
          });
        }),
    },
    shop: {
      buy: async ({ what }) => {
        seen.bought.push(what);
        return {};
      },
      slowBuy: async (_, signal) => {
        seen.started += 1;
        await gate;
        if (!signal.aborted) seen.finished += 1;
        return {};
      },
      refuse: async () => {
        const details = { what: 'disk sda', by: 'node-7', password: 'hunter2' };
        throw new CodedError('input.in_use', 'the disk is in use', details);
      },
      crash: async () => {
        throw new Error('secret inner state');
      },
      leak: async () => ({ name: 'bmc', password: 'hunter2' }) as { name: string },
      wrongOutput: async () => ({ count: 'many' }) as unknown as { count: number },
      uncarriable: async () => uncarriable,
    },
    counter: {
      watch: ({ from }) => ({
        snapshot: () => numbers.map(number => number + from),
        subscribe(onPatch) {
          const add = (number: number) => onPatch(number + from);
          subscribers.add(add);
          return () => {
            seen.stopped += 1;
            subscribers.delete(add);
          };
        },
      }),
    },
  };
  return {
    handlers,
    seen,
    openStreams: () => subscribers.size,
    letGo: () => letGo(),
    count(number: number) {
      numbers = [...numbers, number];
      for (const add of subscribers) add(number);
    },
  };
}
