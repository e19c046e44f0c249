/** The technician's laptop in a scenario: the product running, its network served, the operating system image imported. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image } from '#shared/contract/index.ts';
import { check } from './check.ts';
import { obtainOsImage } from './os-image/build.ts';
import { importImage, serveNetwork, wholeTimeline } from './procedures.ts';
import { openProduct, type Product } from './product.ts';
import type { MachineSpec } from './qemu-arguments.ts';
import { openRack, type Rack } from './rack.ts';
import type { LabRun } from './run.ts';
import { timelineText } from './timeline-text.ts';

export type Laptop = { readonly rack: Rack; readonly product: Product };

export async function openLaptop(run: LabRun, specs: readonly MachineSpec[]): Promise<Laptop> {
  run.phase('rack and product');
  const rack = await openRack(run, specs);
  const product = await openProduct(run, rack);
  run.atEnd('the timeline', () => tellTimeline(run, product));
  await product.call.settings.update({ kernelConsole: 'console=ttyS0,115200', powerPollSeconds: 10 });
  run.phase('network');
  for (const wire of new Set(specs.map(spec => spec.wire ?? 'first'))) await serveNetwork(product, wire);
  return { rack, product };
}

export async function importOsImage(run: LabRun, product: Product): Promise<Image> {
  run.phase('image import');
  const { qcow2 } = await obtainOsImage(run.log);
  const image = await importImage(product, qcow2);
  check(
    run,
    'the image boots on BIOS and on UEFI',
    image.boots.bios && image.boots.uefi,
    JSON.stringify(image.evidence),
  );
  return image;
}

async function tellTimeline(run: LabRun, product: Product): Promise<void> {
  const events = await wholeTimeline(product);
  await writeFile(join(run.directory, 'timeline.json'), `${JSON.stringify(events, null, 1)}\n`);
  run.log(`timeline, ${events.length} events:`);
  for (const line of timelineText(events)) run.log(`  ${line}`);
}

/** No log of the product's and nothing it printed holds any of these. */
export async function checkNoSecrets(
  run: LabRun,
  product: Product,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  const logs = join(run.directory, 'data', 'logs');
  const files = [join(run.directory, 'product.log'), ...(await readdir(logs)).map(name => join(logs, name))];
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8')));
  const timeline = JSON.stringify(await wholeTimeline(product));
  for (const [what, secret] of Object.entries(secrets)) {
    const isTold = [...texts, timeline].some(text => text.includes(secret));
    check(run, `the ${what} is in no log and in no timeline`, !isTold);
  }
}
