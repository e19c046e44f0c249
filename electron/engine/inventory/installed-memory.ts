import type { Inventory } from '#shared/contract/index.ts';

const gibibyte = 2 ** 30;

/**
 * Memory as sold, in GiB; null: the machine does not say.
 *
 * The kernel sees less than is installed: firmware, a graphics unit and the kernel's own page table (64 bytes for each
 * 4 KiB, 1.6 %) are gone before it counts. Seen by Linux: 3.8 of 4, 7.7 of 8, 15.5 of 16, 31.6 of 32, 62.7 of 64, 125.6
 * of 128, 188.5 of 192, 251.5 of 256, 377 of 384, 503 of 512, 755 of 768, 1007 of 1024, 1511 of 1536.
 *
 * The rule: the sum of the memory modules that the firmware lists counts when the kernel sees at least seven eighths of
 * it and no more. Else (no list, or a module that failed its self-test) what the kernel sees is rounded up to a whole
 * number of steps; a step is 1 GiB up to 16 GiB, 2 up to 32, 4 up to 64 and so on: more than what goes missing, and a
 * divisor of the sizes that equal modules in 1, 2, 3, 4, 6, 8 or 12 channels add up to.
 */
export function installedMemoryGib({
  memoryBytes,
  dimms,
}: Pick<Inventory, 'memoryBytes' | 'dimms'>): number | null {
  if (memoryBytes <= 0) return null;
  const listedBytes = dimms.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (memoryBytes <= listedBytes && memoryBytes >= (listedBytes * 7) / 8) return listedBytes / gibibyte;
  const visibleGib = memoryBytes / gibibyte;
  const step = Math.max(1, 2 ** Math.ceil(Math.log2(visibleGib / 16)));
  return Math.ceil(visibleGib / step) * step;
}
