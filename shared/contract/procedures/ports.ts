import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command } from '../procedure.ts';
import { nothing } from './nothing.ts';

export const portProcedures = {
  create: command(
    z.object({
      nodeId: e.nodeId,
      address: e.mac,
      name: z.string().max(60).default(''),
      pxeEnabled: z.boolean().default(true),
    }),
    e.port,
  ),
  update: command(
    z.object({
      id: e.portId,
      pxeEnabled: z.boolean().optional(),
      physicalNetwork: z.string().max(80).optional(),
      segmentationId: z.number().int().min(1).max(4094).nullable().optional(),
      portgroupId: e.portgroupId.nullable().optional(),
      reservedAddress: e.ipv4.nullable().optional(),
    }),
    e.port,
  ),
  remove: command(z.object({ id: e.portId }), nothing),
} as const;

export const portgroupProcedures = {
  create: command(
    z.object({
      nodeId: e.nodeId,
      name: z.string().trim().min(1).max(60),
      mode: z.enum(e.bondModes).default('active-backup'),
      properties: z.record(z.string().max(80), z.string().max(200)).default({}),
      portIds: z.array(e.portId).max(16).default([]),
    }),
    e.portgroup,
  ),
  update: command(
    z.object({
      id: e.portgroupId,
      name: z.string().trim().min(1).max(60).optional(),
      mode: z.enum(e.bondModes).optional(),
      properties: z.record(z.string().max(80), z.string().max(200)).optional(),
      portIds: z.array(e.portId).max(16).optional(),
    }),
    e.portgroup,
  ),
  remove: command(z.object({ id: e.portgroupId }), nothing),
} as const;
