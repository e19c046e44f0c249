import { z } from 'zod';
import type { Disk, Inventory } from '#shared/contract/index.ts';
import { memoryErrorsOf, nicErrorsOf, pciErrorsOf } from './counted-errors.ts';
import { smartSummaryOf } from './smart-summary.ts';

/**
 * The inventory that the deploy ramdisk posts (`assets/ramdisk/protocol.md`, "Inventory"). It comes from a machine that
 * may be anybody's and from firmware that writes anything: strings are cut, lists are bounded, what is missing is empty.
 */
const text = z
  .string()
  .nullish()
  .transform(value => (value ?? '').slice(0, 400));
const size = z
  .number()
  .nonnegative()
  .nullish()
  .transform(value => value ?? 0);
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().transform(value => value ?? null);
const list = <T extends z.ZodType>(schema: T) =>
  z
    .array(schema)
    .max(1024)
    .nullish()
    .transform(value => value ?? []);

/** 802.1Q §9.6: 0 is no VLAN and 4095 is reserved. */
const vlan = z
  .number()
  .nullish()
  .transform(value => (Number.isInteger(value) && value && value > 0 && value < 4095 ? value : null));

const controller = z.object({ pciAddress: text, vendorId: text, deviceId: text, driver: text });

const partition = z.object({
  name: text,
  sizeBytes: size,
  type: text,
  fileSystem: text,
  label: text,
  partitionName: text,
  mountPoint: text,
  holders: list(text),
});

const agentDisk = z.object({
  name: z.string().min(1).max(64),
  byPath: text,
  vendor: text,
  model: text,
  serial: text,
  wwn: text,
  sizeBytes: size,
  logicalSectorBytes: size,
  rotational: maybe(z.boolean()),
  removable: maybe(z.boolean()),
  readOnly: maybe(z.boolean()),
  transport: text,
  hctl: text,
  controller: maybe(controller),
  partitionTable: text,
  fileSystem: text,
  label: text,
  partitions: list(partition),
  smart: z.unknown().optional(),
});

/** What this engine understands; a ramdisk that was built from another checkout may speak another. */
const inventorySchema = 1;

const agentInventory = z.object({
  schema: z.literal(inventorySchema),
  firmware: z.object({ mode: z.enum(['bios', 'uefi']) }),
  system: maybe(z.object({ manufacturer: text, product: text, serial: text, uuid: text })),
  cpu: maybe(z.object({ model: text, architecture: text, sockets: size, cores: size, threads: size })),
  memory: maybe(
    z.object({
      totalBytes: size,
      dimms: list(z.object({ locator: text, sizeBytes: size, type: text, speedMtps: maybe(z.number()) })),
      errors: z.unknown().optional(),
    }),
  ),
  disks: list(agentDisk),
  volumeGroups: list(z.object({ name: text, physicalVolumes: list(text) })),
  arrays: list(z.object({ name: text, uuid: text, members: list(text) })),
  nics: list(
    z.object({
      name: text,
      mac: text,
      carrier: maybe(z.boolean()),
      speedMbps: maybe(z.number()),
      driver: text,
      vendorId: text,
      deviceId: text,
      lldp: maybe(z.object({ chassisId: text, portId: text, portDescription: text, systemName: text, vlan })),
      errors: z.unknown().optional(),
    }),
  ),
  pciErrors: z.unknown().optional(),
  bmc: maybe(z.object({ address: text })),
});

type AgentDisk = z.output<typeof agentDisk>;

/** Undefined with the first reason when it is not an inventory at all. */
export function parseAgentInventory(
  value: unknown,
  takenAt: number,
): { inventory: Inventory } | { reason: string } {
  const parsed = agentInventory.safeParse(value);
  const spoken = z.object({ schema: z.number() }).safeParse(value).data?.schema;
  if (spoken !== undefined && spoken !== inventorySchema) {
    return {
      reason: `the deploy ramdisk speaks inventory schema ${spoken}, this engine ${inventorySchema}: build it again (npm run ramdisk)`,
    };
  }
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an inventory'}` };
  }
  const { firmware, system, cpu, memory, disks, volumeGroups, arrays, nics, bmc, pciErrors } = parsed.data;
  const together: Together[] = [
    ...volumeGroups.map(({ name, physicalVolumes }) => ({ name, parts: physicalVolumes })),
    // Several machines have an array `host:0`.
    ...arrays.map(({ name, uuid, members }) => ({ name: `${name} ${uuid}`.trim(), parts: members })),
  ];
  const groupOf = new Map(
    volumeGroups.flatMap(({ name, physicalVolumes }) =>
      physicalVolumes.map(volume => [volume, name] as const),
    ),
  );
  return {
    inventory: {
      takenAt,
      firmware: firmware.mode,
      system: system ?? { manufacturer: '', product: '', serial: '', uuid: '' },
      cpu: {
        model: cpu?.model ?? '',
        sockets: cpu?.sockets ?? 0,
        cores: cpu?.cores ?? 0,
        threads: cpu?.threads ?? 0,
        arch: cpu?.architecture ?? '',
      },
      memoryBytes: memory?.totalBytes ?? 0,
      dimms: (memory?.dimms ?? []).map(dimm => ({
        locator: dimm.locator,
        sizeBytes: dimm.sizeBytes,
        type: dimm.type,
        speed: dimm.speedMtps === null ? '' : `${dimm.speedMtps} MT/s`,
      })),
      disks: disks.map(disk => toDisk(disk, groupOf, together)),
      nics: nics.map(nic => ({
        name: nic.name,
        mac: nic.mac,
        carrier: nic.carrier ?? false,
        speedMbps: nic.speedMbps,
        driver: nic.driver,
        pciId: pciId(nic.vendorId, nic.deviceId),
        lldp:
          nic.lldp === null
            ? null
            : {
                chassis: nic.lldp.systemName || nic.lldp.chassisId,
                port: nic.lldp.portId,
                description: nic.lldp.portDescription,
                vlan: nic.lldp.vlan,
              },
        errors: nicErrorsOf(nic.errors),
      })),
      bmcAddress: bmc?.address ?? '',
      memoryErrors: memoryErrorsOf(memory?.errors),
      pciErrors: pciErrorsOf(pciErrors),
    },
  };
}

/** A volume group or an array on disks and partitions. */
interface Together {
  readonly name: string;
  readonly parts: readonly string[];
}

function toDisk(found: AgentDisk, groupOf: ReadonlyMap<string, string>, together: readonly Together[]): Disk {
  const own = [found.name, ...found.partitions.map(({ name }) => name)];
  return {
    name: found.name,
    vendor: found.vendor,
    model: found.model,
    serial: found.serial,
    wwn: found.wwn,
    sizeBytes: found.sizeBytes,
    rotational: found.rotational,
    transport: found.transport,
    hctl: found.hctl,
    byPath: found.byPath,
    controller:
      found.controller === null
        ? null
        : {
            pciAddress: found.controller.pciAddress,
            pciId: pciId(found.controller.vendorId, found.controller.deviceId),
            driver: found.controller.driver,
          },
    removable: found.removable ?? false,
    readOnly: found.readOnly ?? false,
    logicalSectorBytes: found.logicalSectorBytes || null,
    signatures: signaturesOf(found),
    groups: together.filter(({ parts }) => parts.some(part => own.includes(part))).map(({ name }) => name),
    contents: contentsOf(found, groupOf),
    smart: smartSummaryOf(found.smart),
  };
}

/** Partition types that say more than blkid finds inside: GPFS keeps no signature there that libblkid knows. */
const signatureOfType: Readonly<Record<string, string>> = {
  '37affc90-ef7d-4e96-91c3-2d7ae055b174': 'gpfs',
  'aa31e02a-400f-11db-9590-000c2911d1b8': 'VMFS',
  '0xfb': 'VMFS',
};

/** One with the marks of two file systems is told as `ext4+ocfs2`: blkid calls it ambivalent, and either may be the real one. */
function signaturesOf({ fileSystem, partitions }: AgentDisk): string[] {
  const found = partitions.flatMap(part => [part.fileSystem, signatureOfType[part.type.toLowerCase()] ?? '']);
  return [...new Set([fileSystem, ...found].flatMap(types => types.split('+')))].filter(type => type !== '');
}

/** What a person would lose, a line each, a physical volume with its group; empty for a blank disk. */
function contentsOf(found: AgentDisk, groupOf: ReadonlyMap<string, string>): string[] {
  const lines = found.partitions.map(part =>
    [
      part.name,
      part.fileSystem,
      quoted(groupOf.get(part.name) ?? (part.label || part.partitionName)),
      gibibytes(part.sizeBytes),
    ]
      .filter(word => word !== '')
      .join(' '),
  );
  if (found.fileSystem !== '')
    lines.push(
      [found.name, found.fileSystem, quoted(groupOf.get(found.name) ?? found.label)].join(' ').trim(),
    );
  if (lines.length === 0 && found.partitionTable !== '')
    lines.push(`${found.partitionTable} without partitions`);
  return lines;
}

function quoted(label: string): string {
  return label === '' ? '' : `"${label}"`;
}

function gibibytes(sizeBytes: number): string {
  const gib = sizeBytes / 2 ** 30;
  return gib >= 1 ? `${gib.toFixed(1)} GiB` : `${Math.round(sizeBytes / 2 ** 20)} MiB`;
}

function pciId(vendor: string, device: string): string {
  return vendor === '' ? '' : `${vendor}:${device}`;
}
