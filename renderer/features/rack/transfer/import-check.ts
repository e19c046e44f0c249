import {
  type BmcProtocol,
  type BootMode,
  bmcProtocols,
  bootModes,
  type Node,
  type RacksideClient,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';
import { isBmcKey, isCompleteAddress } from '../../server-form/server-form.ts';
import { highestUnit, readUnits, tallestUnits } from '../rack-place.ts';
import type { Cells } from './delimited.ts';
import { type ColumnMeaning, type ImportField, importFields } from './import-columns.ts';
import { bmcPlace, type KnownServers, nameKey } from './known-servers.ts';

export const cellProblems = [
  'name-missing',
  'name-twice',
  'name-too-long',
  'bad-address',
  'address-missing',
  'address-twice',
  'address-taken',
  'bad-port',
  'too-long',
  'bad-bmc-key',
  'bad-protocol',
  'bad-mac',
  'mac-twice',
  'mac-taken',
  'bad-boot-mode',
  'bad-choice',
  'bad-units',
  'rack-missing',
  'server-twice',
] as const;
export type CellProblemCode = (typeof cellProblems)[number];

export interface CellProblem {
  readonly column: number;
  readonly code: CellProblemCode;
  /** What is wrong, or whose it is: a word of the cell, a server's name, the number of another row. */
  readonly value: string;
}

export type NewServer = Omit<Parameters<RacksideClient['nodes']['enroll']>[0], 'rootDeviceHints'>;
export type ServerChange = Parameters<RacksideClient['nodes']['update']>[0];

/** What becomes of a row. */
export type RowOutcome =
  | { readonly is: 'bad'; readonly problems: readonly CellProblem[] }
  | { readonly is: 'new'; readonly input: NewServer }
  /** There is such a server; `change` is what the row says otherwise, `newMacs` what it has besides. */
  | {
      readonly is: 'known';
      readonly node: Node;
      readonly change: ServerChange;
      readonly newMacs: readonly Mac[];
    };

/** A cell with its place, and where to say what is wrong with it. */
interface RowReader {
  readonly text: (field: ImportField) => string;
  /** For a problem of a field that has no column: the first column. */
  readonly columnOf: (field: ImportField) => number;
  readonly problems: CellProblem[];
}

interface ReadRow {
  readonly name: string;
  readonly bmc: (NewServer['bmc'] & object) | null;
  readonly macs: readonly Mac[];
  readonly bootMode: BootMode | null;
  readonly resourceClass: string;
  readonly cleanOnRelease: boolean | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly reader: RowReader;
}

/** Checks all rows at once: each by itself, with the others, and with the servers that there are. Never throws. */
export function checkRows(
  rows: Cells,
  meanings: readonly (ColumnMeaning | null)[],
  known: KnownServers,
): readonly RowOutcome[] {
  const columns = columnsOf(meanings);
  const read = rows.map(cells => readRow(cells, meanings, columns));
  markTwice(read, 'name', 'name-twice', row => (row.name === '' ? [] : [nameKey(row.name)]));
  markTwice(read, 'bmcAddress', 'address-twice', row =>
    row.bmc ? [bmcPlace(row.bmc.address, row.bmc.port ?? 623)] : [],
  );
  markTwice(read, 'macs', 'mac-twice', row => row.macs);
  return withoutSameServers(read.map(row => outcomeOf(row, known)));
}

/** One row names a server, another has its BMC or its NIC: nobody can tell which of them is meant, so none is taken. */
function withoutSameServers(outcomes: readonly RowOutcome[]): readonly RowOutcome[] {
  const rowsOf = new Map<NodeId, number[]>();
  outcomes.forEach((outcome, index) => {
    if (outcome.is !== 'known') return;
    const rows = rowsOf.get(outcome.node.id);
    if (rows === undefined) rowsOf.set(outcome.node.id, [index]);
    else rows.push(index);
  });
  return outcomes.map((outcome, index) => {
    const rows = outcome.is === 'known' ? (rowsOf.get(outcome.node.id) ?? []) : [];
    const other = rows[0] === index ? rows[1] : rows[0];
    if (other === undefined) return outcome;
    return { is: 'bad', problems: [{ column: 0, code: 'server-twice', value: String(other + 1) }] };
  });
}

type FieldColumns = Readonly<Record<ImportField, readonly number[]>>;

function columnsOf(meanings: readonly (ColumnMeaning | null)[]): FieldColumns {
  const columns = (field: ImportField) =>
    meanings.flatMap((meaning, index) => (meaning === field ? [index] : []));
  return Object.fromEntries(importFields.map(field => [field, columns(field)])) as unknown as FieldColumns;
}

function readRow(
  cells: readonly string[],
  meanings: readonly (ColumnMeaning | null)[],
  columns: FieldColumns,
): ReadRow {
  const reader: RowReader = {
    text(field) {
      const [first, ...others] = columns[field];
      const text = first === undefined ? '' : (cells[first] ?? '');
      if (others.length === 0) return text;
      return [text, ...others.map(column => cells[column] ?? '')].filter(Boolean).join(' ');
    },
    columnOf: field => columns[field][0] ?? 0,
    problems: [],
  };
  return {
    name: readName(reader),
    bmc: readBmc(reader),
    macs: readMacCells(reader, cells, columns.macs),
    bootMode: readBootMode(reader),
    resourceClass: readShort(reader, 'resourceClass', 80),
    cleanOnRelease: readChoice(reader),
    labels: { ...readLabels(reader, cells, meanings), ...readPlace(reader) },
    reader,
  };
}

function problem(reader: RowReader, field: ImportField, code: CellProblemCode, value: string): void {
  reader.problems.push({ column: reader.columnOf(field), code, value });
}

function readName(reader: RowReader): string {
  const name = reader.text('name');
  if (name.length > 63) problem(reader, 'name', 'name-too-long', '63');
  return name;
}

function readShort(reader: RowReader, field: ImportField, most: number): string {
  const text = reader.text(field);
  if (text.length > most) problem(reader, field, 'too-long', String(most));
  return text;
}

function readBmc(reader: RowReader): ReadRow['bmc'] {
  const address = reader.text('bmcAddress');
  const username = readShort(reader, 'bmcUsername', 16);
  const password = readShort(reader, 'bmcPassword', 20);
  const bmcKey = reader.text('bmcKey');
  const port = readPort(reader);
  const protocol = readProtocol(reader);
  if (!isBmcKey(bmcKey)) problem(reader, 'bmcKey', 'bad-bmc-key', bmcKey);
  if (address === '') {
    if (username + password + bmcKey !== '') problem(reader, 'bmcAddress', 'address-missing', '');
    return null;
  }
  if (!isCompleteAddress(address) || address.length > 253)
    problem(reader, 'bmcAddress', 'bad-address', address);
  return { address, port, username, password, bmcKey, protocol, privilege: null };
}

function readPort(reader: RowReader): number {
  const text = reader.text('bmcPort');
  if (text === '') return 623;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  problem(reader, 'bmcPort', 'bad-port', text);
  return 623;
}

/** `suite-17`, `17`, `auto`, `IPMI 1.5`. */
function readProtocol(reader: RowReader): BmcProtocol {
  const text = reader.text('bmcProtocol').toLowerCase();
  if (text === '') return 'auto';
  const word = text.replaceAll(/[\s_]+/g, '-');
  const found = bmcProtocols.find(protocol => protocol === word || protocol === `suite-${word}`);
  if (found === undefined) problem(reader, 'bmcProtocol', 'bad-protocol', text);
  return found ?? 'auto';
}

function readMacCells(
  reader: RowReader,
  cells: readonly string[],
  columns: readonly number[],
): readonly Mac[] {
  const macs: Mac[] = [];
  for (const column of columns) {
    const words = (cells[column] ?? '').split(/[\s,;、；，/|]+/).filter(word => word !== '');
    for (const word of words) {
      const mac = parseMac(word);
      if (mac === undefined) reader.problems.push({ column, code: 'bad-mac', value: word });
      else if (!macs.includes(mac)) macs.push(mac);
    }
  }
  if (macs.length > 32) problem(reader, 'macs', 'too-long', '32');
  return macs;
}

const bootModeWords: Readonly<Record<BootMode, readonly string[]>> = {
  uefi: ['uefi', 'efi'],
  bios: ['bios', 'legacy', '传统'],
};

function readBootMode(reader: RowReader): BootMode | null {
  const text = reader.text('bootMode').toLowerCase();
  const found = bootModes.find(mode => bootModeWords[mode].includes(text)) ?? null;
  if (text !== '' && found === null) problem(reader, 'bootMode', 'bad-boot-mode', text);
  return found;
}

const yes = ['yes', 'y', 'true', '1', '是'];
const no = ['no', 'n', 'false', '0', '否'];

function readChoice(reader: RowReader): boolean | null {
  const text = reader.text('cleanOnRelease').toLowerCase();
  if (yes.includes(text)) return true;
  if (no.includes(text)) return false;
  if (text !== '') problem(reader, 'cleanOnRelease', 'bad-choice', text);
  return null;
}

function readPlace(reader: RowReader): Readonly<Record<string, string>> {
  const rack = readShort(reader, 'rack', 80);
  const unit = readUnitCell(reader, 'unit', highestUnit);
  const height = readUnitCell(reader, 'height', tallestUnits);
  if (unit !== '' && rack === '') problem(reader, 'unit', 'rack-missing', unit);
  return Object.fromEntries(Object.entries({ rack, unit, height }).filter(([, text]) => text !== ''));
}

function readUnitCell(reader: RowReader, field: 'unit' | 'height', most: number): string {
  const text = reader.text(field);
  if (text === '') return '';
  const units = readUnits(text, most);
  if (units === null) problem(reader, field, 'bad-units', String(most));
  return String(units ?? '');
}

const longestLabel = 2000;

function readLabels(
  reader: RowReader,
  cells: readonly string[],
  meanings: readonly (ColumnMeaning | null)[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    meanings.flatMap((meaning, column) => {
      const text = cells[column] ?? '';
      if (!meaning?.startsWith('label:') || text === '') return [];
      if (text.length > longestLabel)
        reader.problems.push({ column, code: 'too-long', value: String(longestLabel) });
      return [[meaning.slice('label:'.length), text]];
    }),
  );
}

/** Marks what stands in several rows in each of them: all with the number of the first, and the first with the second's. */
function markTwice(
  rows: readonly ReadRow[],
  field: ImportField,
  code: CellProblemCode,
  valuesOf: (row: ReadRow) => readonly string[],
): void {
  const firstOf = new Map<string, number>();
  const marked = new Set<string>();
  rows.forEach((row, index) => {
    for (const value of valuesOf(row)) {
      const first = firstOf.get(value);
      if (first === undefined) firstOf.set(value, index);
      else {
        problem(row.reader, field, code, String(first + 1));
        const other = marked.has(value) ? undefined : rows[first];
        if (other) problem(other.reader, field, code, String(index + 1));
        marked.add(value);
      }
    }
  });
}

function outcomeOf(row: ReadRow, known: KnownServers): RowOutcome {
  const { name, bmc, macs, reader } = row;
  const ofBmc = bmc ? known.byBmc.get(bmcPlace(bmc.address, bmc.port ?? 623)) : undefined;
  const ofMacs = macs.flatMap(mac => known.byMac.get(mac) ?? []);
  const node = known.byName.get(nameKey(name)) ?? ofBmc ?? ofMacs[0];
  if (ofBmc !== undefined && ofBmc !== node) problem(reader, 'bmcAddress', 'address-taken', ofBmc.name);
  const stranger = ofMacs.find(other => other !== node);
  if (stranger !== undefined) problem(reader, 'macs', 'mac-taken', stranger.name);
  if (name === '' && node === undefined) problem(reader, 'name', 'name-missing', '');
  if (reader.problems.length > 0) return { is: 'bad', problems: reader.problems };
  if (node === undefined) return { is: 'new', input: newServer(row) };
  return {
    is: 'known',
    node,
    change: changeOf(row, node),
    newMacs: macs.filter(mac => !known.byMac.has(mac)),
  };
}

function newServer({ name, bmc, macs, bootMode, resourceClass, cleanOnRelease, labels }: ReadRow): NewServer {
  return { name, bmc, macs: [...macs], bootMode, resourceClass, cleanOnRelease, extra: { ...labels } };
}

/** Only what the row says, and says otherwise: an empty cell takes nothing away. */
function changeOf(row: ReadRow, node: Node): ServerChange {
  const { name, bmc, bootMode, resourceClass, cleanOnRelease, labels } = row;
  const changed = Object.entries(labels).filter(([label, text]) => node.extra[label] !== text);
  return {
    id: node.id,
    ...(name !== '' && name !== node.name && { name }),
    ...(bmc && hasOtherBmc(row, node) && { bmc: bmcChange(bmc, row, node) }),
    ...(bootMode !== null && bootMode !== node.bootMode && { bootMode }),
    ...(resourceClass !== '' && resourceClass !== node.resourceClass && { resourceClass }),
    ...(cleanOnRelease !== null && cleanOnRelease !== node.cleanOnRelease && { cleanOnRelease }),
    ...(changed.length > 0 && { labels: Object.fromEntries(changed) }),
  };
}

function hasOtherBmc({ bmc, reader }: ReadRow, node: Node): boolean {
  if (bmc === null || node.bmc === null) return bmc !== null;
  return (
    bmcPlace(bmc.address, bmc.port ?? 623) !== bmcPlace(node.bmc.address, node.bmc.port) ||
    (bmc.username !== '' && bmc.username !== node.bmc.username) ||
    bmc.password !== '' ||
    bmc.bmcKey !== '' ||
    (reader.text('bmcProtocol') !== '' && bmc.protocol !== node.bmc.protocol)
  );
}

function bmcChange(bmc: NonNullable<ReadRow['bmc']>, { reader }: ReadRow, node: Node): ServerChange['bmc'] {
  const { address, port, password = '', bmcKey = '' } = bmc;
  return {
    address,
    port,
    username: bmc.username || (node.bmc?.username ?? ''),
    protocol: reader.text('bmcProtocol') === '' ? (node.bmc?.protocol ?? 'auto') : bmc.protocol,
    privilege: node.bmc?.privilege ?? null,
    ...(password !== '' && { password }),
    ...(bmcKey !== '' && { bmcKey }),
  };
}
