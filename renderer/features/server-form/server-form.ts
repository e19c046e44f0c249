import type { BmcPrivilege, BmcProtocol, BootMode, Node, RacksideClient } from '#shared/contract/index.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';
import {
  highestUnit,
  isPlaceLabel,
  labelsOf,
  type PlaceLabel,
  placeLabels,
  readUnits,
  tallestUnits,
} from '../rack/rack-place.ts';
import { type HintTexts, readHints, textsOfHints } from './hint-texts.ts';
import { readNameValues, textOfNameValues } from './name-values.ts';

/** Where it is built in, as typed. */
export type PlaceTexts = Readonly<Record<PlaceLabel, string>>;
const noPlace: PlaceTexts = { rack: '', unit: '', height: '' };

/** What the fields hold: text, as typed. */
export interface ServerForm {
  readonly name: string;
  readonly hasBmc: boolean;
  readonly address: string;
  readonly port: string;
  readonly username: string;
  readonly password: string;
  readonly bmcKey: string;
  readonly protocol: BmcProtocol;
  readonly privilege: BmcPrivilege | null;
  readonly bootMode: BootMode | null;
  readonly macs: string;
  readonly hints: HintTexts;
  readonly resourceClass: string;
  /** `name=value`, one a line; those of its place have fields of their own. */
  readonly labels: string;
  readonly place: PlaceTexts;
  /** Null: as the settings say. */
  readonly cleanOnRelease: boolean | null;
}

export function newServer(mac?: string): ServerForm {
  const suffix = mac?.replaceAll(':', '').slice(-6);
  return {
    name: suffix === undefined ? '' : `server-${suffix}`,
    hasBmc: true,
    address: '',
    port: '623',
    username: '',
    password: '',
    bmcKey: '',
    protocol: 'auto',
    privilege: null,
    bootMode: null,
    macs: mac ?? '',
    hints: {},
    resourceClass: '',
    labels: '',
    place: noPlace,
    cleanOnRelease: null,
  };
}

export function formOfNode(node: Node): ServerForm {
  return {
    name: node.name,
    hasBmc: node.bmc !== null,
    address: node.bmc?.address ?? '',
    port: String(node.bmc?.port ?? 623),
    username: node.bmc?.username ?? '',
    password: '',
    bmcKey: '',
    protocol: node.bmc?.protocol ?? 'auto',
    privilege: node.bmc?.privilege ?? null,
    bootMode: node.bootMode,
    macs: '',
    hints: textsOfHints(node.rootDeviceHints),
    resourceClass: node.resourceClass,
    labels: textOfNameValues(labelsOf(node)),
    place: { ...noPlace, ...placeTextsOf(node) },
    cleanOnRelease: node.cleanOnRelease,
  };
}

export interface BmcInput {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly bmcKey: string;
  readonly protocol: BmcProtocol;
  readonly privilege: BmcPrivilege | null;
}

/** The credentials when they are complete enough to be tried; else null. */
export function bmcInput(form: ServerForm): BmcInput | null {
  const port = Number(form.port);
  const address = form.address.trim();
  if (!form.hasBmc || !isCompleteAddress(address)) return null;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return null;
  const { username, password, bmcKey, protocol, privilege } = form;
  if (!isBmcKey(bmcKey)) return null;
  return { address, port, username, password, bmcKey, protocol, privilege };
}

/** K_g (IPMI 2.0 §13.33): up to 20 characters, or as many bytes in hex after `0x`. */
export function isBmcKey(text: string): boolean {
  return text.startsWith('0x') ? /^0x([0-9a-f]{2}){1,20}$/i.test(text) : text.length <= 20;
}

/**
 * Credentials are sent only to an address that looks finished: `10.0.0.1` on the way to `10.0.0.12` is kept from
 * strangers by the pause in typing, `10.0.0` and `10.0.0.` by this.
 */
export function isCompleteAddress(address: string): boolean {
  if (/^[0-9.]+$/.test(address)) return /^(\d{1,3}\.){3}\d{1,3}$/.test(address);
  if (address.includes(':')) return /^[0-9a-f:.%]+$/i.test(address) && address.length > 2;
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(address);
}

export interface MacList {
  readonly macs: readonly Mac[];
  /** What is none, as it was typed. */
  readonly wrong: readonly string[];
}

/** MAC addresses in any form, separated by anything that cannot be part of one. */
export function readMacs(text: string): MacList {
  const words = text.split(/[\s,;]+/).filter(word => word !== '');
  const macs = new Set<Mac>();
  const wrong: string[] = [];
  for (const word of words) {
    const mac = parseMac(word);
    if (mac === undefined) wrong.push(word);
    else macs.add(mac);
  }
  return { macs: [...macs], wrong };
}

export type NodeChange = Omit<Parameters<RacksideClient['nodes']['update']>[0], 'id'>;

/**
 * What a person changed since the form was opened on `opened`: what others, or an inspection, changed meanwhile stays.
 * Null while something is wrong or missing.
 */
export function nodeChange(form: ServerForm, opened: Node): NodeChange | null {
  const before = formOfNode(opened);
  const bmc = bmcInput(form);
  if (form.name.trim() === '' || hasWrongLabels(form) || (form.hasBmc && bmc === null)) return null;
  const differs = (...names: readonly (keyof ServerForm)[]) =>
    names.some(name => JSON.stringify(form[name]) !== JSON.stringify(before[name]));
  return {
    ...(differs('name') && { name: form.name }),
    ...(differs(...bmcFields) && { bmc: bmc === null ? null : withTypedSecrets(bmc) }),
    ...(differs('bootMode') && { bootMode: form.bootMode }),
    ...(differs('hints') && { rootDeviceHints: readHints(form.hints, opened.rootDeviceHints) }),
    ...(differs('resourceClass') && { resourceClass: form.resourceClass.trim() }),
    ...(differs('labels', 'place') && { labels: labelChange(labelsIn(form), labelsIn(before)) }),
    ...(differs('cleanOnRelease') && { cleanOnRelease: form.cleanOnRelease }),
  };
}

/** Labels and place together, as they are stored; what is empty is not. */
export function labelsIn({ labels, place }: Pick<ServerForm, 'labels' | 'place'>): Record<string, string> {
  const units = (text: string, most: number) => String(readUnits(text, most) ?? text.trim());
  const texts: [PlaceLabel, string][] = [
    ['rack', place.rack.trim()],
    ['unit', units(place.unit, highestUnit)],
    ['height', units(place.height, tallestUnits)],
  ];
  return { ...readNameValues(labels).values, ...Object.fromEntries(texts.filter(([, text]) => text !== '')) };
}

/** A label that is none or has a field of its own, or a place that is no number of units. */
export function hasWrongLabels(form: Pick<ServerForm, 'labels' | 'place'>): boolean {
  return wrongLabels(form.labels).length > 0 || wrongPlace(form.place).size > 0;
}

/** What is no label, as it was typed. */
export function wrongLabels(text: string): readonly string[] {
  const { values, wrong } = readNameValues(text);
  return [...wrong, ...Object.keys(values).filter(isPlaceLabel)];
}

export function wrongPlace({ unit, height }: PlaceTexts): ReadonlySet<PlaceLabel> {
  const wrong = new Set<PlaceLabel>();
  if (unit.trim() !== '' && readUnits(unit, highestUnit) === null) wrong.add('unit');
  if (height.trim() !== '' && readUnits(height, tallestUnits) === null) wrong.add('height');
  return wrong;
}

function labelChange(
  after: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter(name => after[name] !== before[name]);
  return Object.fromEntries(changed.map(name => [name, after[name] ?? null]));
}

function placeTextsOf({ extra }: Node): Partial<PlaceTexts> {
  return Object.fromEntries(placeLabels.flatMap(label => (extra[label] ? [[label, extra[label]]] : [])));
}

const bmcFields: readonly (keyof ServerForm)[] = [
  'hasBmc',
  'address',
  'port',
  'username',
  'password',
  'bmcKey',
  'protocol',
  'privilege',
];

/** An empty password or BMC key keeps the stored one. */
function withTypedSecrets({ password, bmcKey, ...bmc }: BmcInput) {
  return { ...bmc, ...(password !== '' && { password }), ...(bmcKey !== '' && { bmcKey }) };
}
