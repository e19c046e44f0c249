/** SIGKILL to the engine in the middle of writing the image; started again, it finishes the deployment. */
import { setTimeout as delay } from 'node:timers/promises';
import { check } from '../check.ts';
import { deployTimeoutMs, finishInstallation, startInstallation } from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import { biosServer } from '../machines.ts';
import { timelineOf, until, writtenBytes } from '../procedures.ts';
import type { Scenario } from '../run.ts';

export const engineKilled: Scenario = async run => {
  const laptop = await openLaptop(run, [biosServer]);
  const image = await importOsImage(run, laptop.product);
  const [server] = laptop.rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  const hostName = 'lab-killed-01';
  const installation = await startInstallation(run, laptop, { server, image, hostName });
  const total = image.rawSizeBytes;
  const done = await until('a fifth of the image being written', deployTimeoutMs, async () => {
    const bytes = await writtenBytes(laptop.product, installation.deployment);
    return bytes > total / 5 ? bytes : undefined;
  });
  check(run, 'the image is partly written', done < total, `${done} of ${total} bytes`);
  run.phase('engine killed');
  const killed = laptop.product.pid();
  await laptop.product.kill();
  run.log(`engine ${killed} killed after ${done} of ${total} bytes`);
  // Long enough for the ramdisk's stream to break and its first reports to fail.
  await delay(5000);
  run.phase('engine started again');
  await laptop.product.start();
  check(run, 'another engine runs', laptop.product.pid() !== killed);
  await finishInstallation(run, laptop, installation);
  const events = await timelineOf(laptop.product, installation.wish.node);
  const resumed = events.some(({ message }) => message === 'deployment.resumed');
  check(run, 'the timeline says that the deployment was resumed', resumed);
};
