/** SIGKILL to the engine in the middle of writing the image; started again, it finishes the deployment. */
import { setTimeout as delay } from 'node:timers/promises';
import { check } from '../check.ts';
import { deployTimeoutMs, finishInstallation, startInstallation } from '../installation.ts';
import { importOsImage, openLaptop } from '../laptop.ts';
import { biosServer } from '../machines.ts';
import { timelineOf, until, writtenShare } from '../procedures.ts';
import type { Scenario } from '../run.ts';

export const engineKilled: Scenario = async run => {
  const laptop = await openLaptop(run, [biosServer]);
  const image = await importOsImage(run, laptop.product);
  const [server] = laptop.rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  const hostName = 'lab-killed-01';
  const installation = await startInstallation(run, laptop, { server, image, hostName });
  const share = await until('a fifth of the image being written', deployTimeoutMs, async () => {
    const now = await writtenShare(laptop.product, installation.deployment);
    return now > 0.2 ? now : undefined;
  });
  const percent = `${Math.round(share * 100)} %`;
  check(run, 'the image is partly written', share < 1, percent);
  run.phase('engine killed');
  const killed = laptop.product.pid();
  await laptop.product.kill();
  run.log(`engine ${killed} killed after ${percent} of the image`);
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
