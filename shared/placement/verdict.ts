import type { CodedError, ErrorCode } from '#shared/contract/errors.ts';

/** Why something does not go somewhere; the page has a short sentence for each, `placement.<code>`. */
const refusalCodes = [
  // Those of the engine's errors, with the same values.
  'image.not_ready',
  'image.installer_unknown',
  'image.wants_disc',
  'image.boot_files_only',
  'state.not_allowed',
  'node.no_port',
  'deploy.not_inspected',
  'deploy.firmware_changed',
  'node.in_batch', // batch
  'disk.none',
  'disk.too_small', // neededBytes, largestBytes
  'disk.too_few', // neededBytes, needed, found
  'image.other_firmware', // firmware
  'network.other_vlan', // segmentationId, own
  'network.other_wire', // physicalNetwork, own
  'network.taken', // network
  'network.twice', // network
  'network.displaces', // network
  'network.no_nic', // network
  'network.ambiguous', // network
  'network.guessed',
  'nic.no_link',
  'bond.one_nic',
  'bond.other_server',
  'bond.member',
  'bond.other_vlan',
  'bond.other_wire',
  'bond.has_network',
  'bond.made',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export interface Refusal {
  readonly code: RefusalCode;
  readonly values: Readonly<Record<string, string | number>>;
}

/** Whether something may be put somewhere. A warning is told and keeps nobody from it. */
export type Verdict =
  | { readonly ok: true; readonly warning: Refusal | null }
  | ({ readonly ok: false } & Refusal);

export const allowed: Verdict = { ok: true, warning: null };

export function allowedWith(code: RefusalCode, values: Refusal['values'] = {}): Verdict {
  return { ok: true, warning: { code, values } };
}

export function refused(code: RefusalCode, values: Refusal['values'] = {}): Verdict {
  return { ok: false, code, values };
}

/** The engine's own word. */
export function refusedBy({ code, details }: CodedError): Verdict | undefined {
  if (!isRefusal(code)) return undefined;
  const plain = Object.entries(details).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return refused(code, Object.fromEntries(plain));
}

function isRefusal(code: ErrorCode | RefusalCode): code is RefusalCode {
  return refusalCodes.some(known => known === code);
}
