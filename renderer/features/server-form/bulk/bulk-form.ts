import type { BmcProtocol, BootMode, Node, RootDeviceHints } from '#shared/contract/index.ts';
import { labelNamed } from '../../rack/rack-place.ts';
import { type HintTexts, hintNames, readHints, textsOfHints } from '../hint-texts.ts';
import { readNameValues } from '../name-values.ts';
import { isBmcKey, type NodeChange, wrongLabels } from '../server-form.ts';

/** What several servers can be given at once. Each is changed only where a person switched it on. */
export const bulkParts = [
  'rack',
  'resourceClass',
  'labels',
  'bootMode',
  'cleanOnRelease',
  'username',
  'password',
  'bmcKey',
  'protocol',
  'hints',
] as const;
export type BulkPart = (typeof bulkParts)[number];

const bmcParts: readonly BulkPart[] = ['username', 'password', 'bmcKey', 'protocol'];
/** Nobody can read the old ones back. */
const secretParts: readonly BulkPart[] = ['password', 'bmcKey'];

export interface BulkForm {
  readonly on: ReadonlySet<BulkPart>;
  readonly rack: string;
  readonly resourceClass: string;
  /** `name=value`, one a line; without a value it is taken away. */
  readonly labels: string;
  readonly bootMode: BootMode | null;
  readonly cleanOnRelease: boolean | null;
  readonly username: string;
  readonly password: string;
  readonly bmcKey: string;
  readonly protocol: BmcProtocol;
  readonly hints: HintTexts;
}

export const emptyBulk: BulkForm = {
  on: new Set(),
  rack: '',
  resourceClass: '',
  labels: '',
  bootMode: null,
  cleanOnRelease: null,
  username: '',
  password: '',
  bmcKey: '',
  protocol: 'auto',
  hints: {},
};

export function isBulkComplete(form: BulkForm): boolean {
  const { on } = form;
  if (on.size === 0) return false;
  if (on.has('bmcKey') && !isBmcKey(form.bmcKey)) return false;
  if (!on.has('labels')) return true;
  return form.labels.trim() !== '' && wrongLabels(form.labels).length === 0;
}

export function needsBmc({ on }: BulkForm): boolean {
  return bmcParts.some(part => on.has(part));
}

/** What this form changes of a server; null where it is about a BMC that the server does not have. */
export function bulkChange(form: BulkForm, { bmc }: Node): NodeChange | null {
  const { on } = form;
  if (needsBmc(form) && bmc === null) return null;
  const labels = labelChange(form);
  return {
    ...(on.has('resourceClass') && { resourceClass: form.resourceClass.trim() }),
    ...(on.has('bootMode') && { bootMode: form.bootMode }),
    ...(on.has('cleanOnRelease') && { cleanOnRelease: form.cleanOnRelease }),
    ...(on.has('hints') && { rootDeviceHints: readHints(form.hints) }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(needsBmc(form) &&
      bmc !== null && {
        bmc: {
          address: bmc.address,
          port: bmc.port,
          username: on.has('username') ? form.username : bmc.username,
          protocol: on.has('protocol') ? form.protocol : bmc.protocol,
          privilege: bmc.privilege,
          ...(on.has('password') && { password: form.password }),
          ...(on.has('bmcKey') && { bmcKey: form.bmcKey }),
        },
      }),
  };
}

function labelChange({ on, rack, labels }: BulkForm): Record<string, string | null> {
  const typed = on.has('labels') ? Object.entries(readNameValues(labels).values) : [];
  const change = typed.map(([name, value]): [string, string | null] => [name, value === '' ? null : value]);
  if (on.has('rack')) change.push(['rack', rack.trim() === '' ? null : rack.trim()]);
  return Object.fromEntries(change);
}

/**
 * Gives a server back what it had before `bulkChange`, where `now` still has what that gave it: what others changed since
 * stays. Null where nothing is left of the change, or nobody knows what was there.
 */
export function bulkUndo(form: BulkForm, before: Node, now: Node): NodeChange | null {
  const done = bulkChange(form, before);
  if (done === null) return null;
  const labels = Object.entries(done.labels ?? {})
    .filter(([name, value]) => (labelNamed(now, name) ?? null) === value)
    .map(([name]) => [name, labelNamed(before, name) ?? null] as const);
  const bmc = hasSecrets(form) ? undefined : bmcUndo(done.bmc, before, now);
  const undo: NodeChange = {
    ...(done.resourceClass === now.resourceClass && { resourceClass: before.resourceClass }),
    ...(done.bootMode === now.bootMode && { bootMode: before.bootMode }),
    ...(done.cleanOnRelease === now.cleanOnRelease && { cleanOnRelease: before.cleanOnRelease }),
    ...(isSameHints(done.rootDeviceHints, now.rootDeviceHints) && {
      rootDeviceHints: before.rootDeviceHints,
    }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels) }),
    ...(bmc !== undefined && { bmc }),
  };
  return Object.keys(undo).length === 0 ? null : undo;
}

function bmcUndo(done: NodeChange['bmc'], { bmc: before }: Node, { bmc: now }: Node): NodeChange['bmc'] {
  if (!done || before === null || now === null) return undefined;
  if (done.username !== now.username || done.protocol !== now.protocol) return undefined;
  const { address, port, privilege } = now;
  return { address, port, privilege, username: before.username, protocol: before.protocol };
}

function isSameHints(done: RootDeviceHints | undefined, now: RootDeviceHints): boolean {
  if (done === undefined) return false;
  const [its, nows] = [textsOfHints(done), textsOfHints(now)];
  return hintNames.every(name => its[name] === nows[name]);
}

/** A change of credentials that nobody can read back is none that can be undone. */
export function canBeUndone(form: BulkForm): boolean {
  return [...form.on].some(part => !(hasSecrets(form) && bmcParts.includes(part)));
}

export function hasSecrets({ on }: BulkForm): boolean {
  return secretParts.some(part => on.has(part));
}
