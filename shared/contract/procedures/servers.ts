import { z } from 'zod';
import { powerTargets, provisionVerbs } from '../../model/provision-state.ts';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';
import { finding } from './review.ts';

const extra = z.record(z.string().max(80), z.string().max(2000));

const bmcKey = z
  .string()
  .regex(/^(0x([0-9a-fA-F]{2}){1,20}|(?!0x).{0,20})$/, 'up to 20 characters, or 0x and hex digits');

const bmcCredentials = z.object({
  address: z.string().trim().min(1).max(253),
  port: z.number().int().min(1).max(65_535).default(623),
  username: z.string().max(16).default(''),
  /** IPMI 2.0 §22.30: at most 20 bytes. Write-only. */
  password: z.string().max(20).default(''),
  /** K_g of two-key log-in (§13.33): up to 20 characters, or `0x` and up to 40 hex digits. Write-only. */
  bmcKey: bmcKey.default(''),
  protocol: z.enum(e.bmcProtocols).default('auto'),
  privilege: z.enum(e.bmcPrivileges).nullable().default(null),
});

export const nodeProcedures = {
  list: query(nothing, z.array(e.node)),
  get: query(z.object({ id: e.nodeId }), e.node),
  /** Stores the server and, with a BMC, verifies it (`enroll` → `verifying` → `manageable` → `available`). */
  enroll: command(
    z.object({
      name: z.string().trim().min(1).max(63),
      bmc: bmcCredentials.nullable().default(null),
      macs: z.array(e.mac).max(32).default([]),
      bootMode: z.enum(e.bootModes).nullable().default(null),
      rootDeviceHints: e.rootDeviceHints.default({}),
      resourceClass: z.string().max(80).default(''),
      cleanOnRelease: z.boolean().nullable().default(null),
      extra: extra.default({}),
    }),
    e.node,
  ),
  update: command(
    z.object({
      id: e.nodeId,
      name: z.string().trim().min(1).max(63).optional(),
      /** Replaces all of it; an absent password or BMC key keeps the stored one, an empty one removes it. */
      bmc: bmcCredentials
        .extend({ password: z.string().max(20).optional(), bmcKey: bmcKey.optional() })
        .nullable()
        .optional(),
      bootMode: z.enum(e.bootModes).nullable().optional(),
      rootDeviceHints: e.rootDeviceHints.optional(),
      resourceClass: z.string().max(80).optional(),
      extra: extra.optional(),
      /** Sets these labels of `extra`, or takes away those that are null; the others stay as they are. */
      labels: z.record(z.string().max(80), z.string().max(2000).nullable()).optional(),
      cleanOnRelease: z.boolean().nullable().optional(),
    }),
    e.node,
  ),
  /** Servers that equal the flavor; with none, the nearest and what is different about them. */
  match: query(
    e.flavor,
    z.object({
      matches: z.array(e.nodeId),
      nearest: z.array(
        z.object({
          nodeId: e.nodeId,
          differences: z.array(
            z.object({ what: z.enum(e.flavorParts), wanted: z.string(), has: z.string().nullable() }),
          ),
        }),
      ),
    }),
  ),
  /** Boots the ramdisk and erases disks: those named, or all that no rule leaves alone. */
  clean: command(e.cleanRequest, e.deployment),
  /** What `clean` would erase, and what not and why. */
  reviewClean: query(
    e.cleanRequest,
    z.object({
      disks: z.array(e.disk),
      filtered: z.array(e.filteredDisk),
      warnings: z.array(finding),
      blockers: z.array(finding),
    }),
  ),
  remove: command(z.object({ id: e.nodeId }), nothing),
  /** Opens a session with these credentials and closes it again; stores nothing. */
  testBmc: query(
    bmcCredentials.extend({ nodeId: e.nodeId.optional() }),
    z.object({
      manufacturer: z.string(),
      firmware: z.string(),
      cipherSuite: z.number().nullable(),
      powerState: e.node.shape.powerState,
      roundTripMs: z.number(),
    }),
  ),
  setPower: command(z.object({ id: e.nodeId, target: z.enum(powerTargets) }), nothing),
  setBootDevice: command(
    z.object({
      id: e.nodeId,
      device: z.enum(['pxe', 'disk', 'cdrom', 'bios', 'none']),
      persistent: z.boolean(),
    }),
    z.object({ accepted: z.boolean(), readBack: z.string() }),
  ),
  identify: command(z.object({ id: e.nodeId, seconds: z.number().int().min(0).max(255) }), nothing),
  /** `confirmed` is for `deleted` where a release erases. */
  setProvisionState: command(
    z.object({ id: e.nodeId, verb: z.enum(provisionVerbs), confirmed: e.eraseConfirmation }),
    e.node,
  ),
  /** A machine seen by PXE is no longer shown; it comes back when it speaks again. */
  forgetDiscovered: command(z.object({ mac: e.mac }), nothing),
} as const;
