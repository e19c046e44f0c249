import { z } from 'zod';
import type { MemoryErrors, NicErrors, PciErrors } from '#shared/contract/index.ts';

/**
 * What the ramdisk's kernel has counted since its start (`assets/ramdisk/protocol.md`, "Inventory"): EDAC, statistics of
 * NICs, AER and links of PCIe. What is not as it should be counts as not said; the rest of the inventory stays.
 */
const count = z
  .number()
  .int()
  .nonnegative()
  .nullish()
  .catch(null)
  .transform(value => value ?? null);
const word = z
  .string()
  .nullish()
  .catch(null)
  .transform(value => (value ?? '').slice(0, 100));
const mostRows = 1024;

const nic = z.object({ receive: count, crc: count, frame: count, transmit: count, carrierLosses: count });

export function nicErrorsOf(value: unknown): NicErrors | null {
  return nic.safeParse(value).data ?? null;
}

const memory = z.object({
  controller: word,
  dimm: z
    .string()
    .nullish()
    .catch(null)
    .transform(label => label?.slice(0, 100) || null),
  correctable: z.number().int().nonnegative(),
  uncorrectable: z.number().int().nonnegative(),
});

export function memoryErrorsOf(value: unknown): MemoryErrors[] | null {
  return rowsOf(value, memory);
}

const pci = z.object({
  pciAddress: z.string().min(1).max(40),
  class: word,
  vendorId: word,
  deviceId: word,
  driver: word,
  correctable: count,
  nonFatal: count,
  fatal: count,
  linkSpeed: word,
  maxLinkSpeed: word,
  linkWidth: count,
  maxLinkWidth: count,
});

export function pciErrorsOf(value: unknown): PciErrors[] | null {
  const rows = rowsOf(value, pci);
  return (
    rows?.map(({ vendorId, deviceId, ...row }) => ({ ...row, pciId: `${vendorId}:${deviceId}` })) ?? null
  );
}

/** A row that makes no sense is left out. */
function rowsOf<Row extends z.ZodType>(value: unknown, row: Row): z.output<Row>[] | null {
  if (!Array.isArray(value)) return null;
  return value.slice(0, mostRows).flatMap((each: unknown) => {
    const { data } = row.safeParse(each);
    return data === undefined ? [] : [data];
  });
}
