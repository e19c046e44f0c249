import { z } from 'zod';
import type { Store } from '#engine/store/store.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import type { Deployment } from '#shared/contract/index.ts';
import { noteDeployment } from '../../stored-deployment.ts';
import type { Evidence } from '../step.ts';

/** Of the evidence of `install-boot-loader` in `assets/ramdisk/protocol.md`. */
const change = z.object({
  file: z.string(),
  oldBytes: z.number().nullable(),
  newBytes: z.number().nullable(),
  oldDrivers: z.number().nullable(),
  newDrivers: z.number().nullable(),
  lacked: z.array(z.string()),
});

/** Whether a server starts its image only because the initramfs was made anew on it, and what changed else. */
export function tellInitramfs(store: Store, deployment: Deployment, { initramfsChanges }: Evidence): void {
  for (const each of z.array(change).safeParse(initramfsChanges).data ?? [])
    for (const told of eventsOf(each)) noteDeployment(store, deployment, told);
}

function eventsOf(made: z.output<typeof change>): readonly ToldEvent[] {
  const { file, oldBytes, newBytes, oldDrivers, newDrivers, lacked } = made;
  if (newBytes === null) return [];
  if (oldBytes === null) return [{ message: 'step.initramfs_made', details: { file, newBytes } }];
  const sizes = { file, oldBytes, newBytes };
  if (oldDrivers === null || newDrivers === null)
    return [{ message: 'step.initramfs_made_anew', details: sizes }];
  const details = { ...sizes, oldDrivers, newDrivers };
  const madeAnew = { message: 'step.initramfs_drivers', details } as const;
  if (lacked.length === 0) return [madeAnew];
  return [madeAnew, { message: 'step.initramfs_lacked', details: { file, drivers: lacked.join(', ') } }];
}
