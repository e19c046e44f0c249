import { z } from 'zod';
import type {
  AlarmId,
  BatchId,
  ConsoleViewId,
  DeploymentId,
  ImageId,
  NetworkId,
  NodeId,
  PortgroupId,
  PortId,
  ProfileId,
  RecordingId,
  ScanId,
} from '../../model/ids.ts';
import { type Ipv4, parseCidr, parseIpv4 } from '../../model/ip.ts';
import { type Mac, parseMac } from '../../model/mac.ts';

const branded = <T extends string>(): z.ZodType<T, string> => z.uuid() as unknown as z.ZodType<T, string>;
export const nodeId = branded<NodeId>();
export const portId = branded<PortId>();
export const portgroupId = branded<PortgroupId>();
export const imageId = branded<ImageId>();
export const networkId = branded<NetworkId>();
export const deploymentId = branded<DeploymentId>();
export const profileId = branded<ProfileId>();
export const batchId = branded<BatchId>();
export const scanId = branded<ScanId>();
export const consoleViewId = branded<ConsoleViewId>();
export const alarmId = branded<AlarmId>();
export const recordingId = branded<RecordingId>();

/** Any form that a person pastes; always lower case with colons afterwards. */
export const mac = z.string().transform((text, context): Mac => {
  const parsed = parseMac(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'not a MAC address' });
  return z.NEVER;
});
export const ipv4 = z.string().transform((text, context): Ipv4 => {
  const parsed = parseIpv4(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'not an IPv4 address' });
  return z.NEVER;
});
export const cidr = z
  .string()
  .refine(text => parseCidr(text) !== undefined, 'not a network such as 10.77.0.0/24');
/** RFC 1123 §2.1, one label or several. */
export const hostName = z
  .string()
  .max(253)
  .regex(
    /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$/,
    'letters, digits and hyphens only',
  );
/** Epoch milliseconds by the engine's clock. */
export const timestamp = z.number().int().nonnegative();
export const text = (max: number) => z.string().max(max);
