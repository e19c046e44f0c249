import { z } from 'zod';
import { errorData } from '../errors.ts';
import { timestamp } from './common.ts';

export const serviceNames = [
  'dhcp',
  'tftp',
  'http',
  'syslog',
  'ipmi',
  'ramdisk',
  'boot-programs',
  'virtual-rack',
  'database',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export const service = z.object({
  name: z.enum(serviceNames),
  state: z.enum(['off', 'starting', 'on', 'failed']),
  /** What it serves where: `full on enp3s0 (10.77.0.1:67)`. Plain words, no sentence. */
  detail: z.string(),
  lastPacketAt: timestamp.nullable(),
  error: errorData.nullable(),
});
export type Service = z.infer<typeof service>;
