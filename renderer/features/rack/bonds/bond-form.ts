import { type BondMode, bondModes, type Port, type Portgroup } from '#shared/contract/index.ts';
import type { PortId } from '#shared/model/ids.ts';
import { readNameValues, textOfNameValues } from '../../server-form/name-values.ts';

export interface BondForm {
  readonly name: string;
  readonly mode: BondMode;
  /** The kernel's bonding options, `name=value`, one a line. */
  readonly options: string;
  readonly portIds: readonly PortId[];
}

export interface BondInput {
  readonly name: string;
  readonly mode: BondMode;
  readonly properties: Record<string, string>;
  readonly portIds: PortId[];
}

/** The NICs that are in no bond yet, if there are just two: most servers have these. */
export function newBondForm(bonds: readonly Portgroup[], ports: readonly Port[]): BondForm {
  const free = ports.filter(({ portgroupId }) => portgroupId === null);
  return {
    name: freeBondName(bonds),
    mode: 'active-backup',
    options: '',
    portIds: free.length === 2 ? free.map(({ id }) => id) : [],
  };
}

export function freeBondName(bonds: readonly Pick<Portgroup, 'name'>[]): string {
  const names = new Set(bonds.map(({ name }) => name));
  let number = 0;
  while (names.has(`bond${number}`)) number += 1;
  return `bond${number}`;
}

export function formOfBond({ id, name, mode, properties }: Portgroup, ports: readonly Port[]): BondForm {
  const members = ports.filter(({ portgroupId }) => portgroupId === id);
  return { name, mode, options: textOfNameValues(properties), portIds: members.map(port => port.id) };
}

/** Null until it is complete and right; what an option means in a mode the engine knows. */
export function bondInput({ name, mode, options, portIds }: BondForm): BondInput | null {
  const { values, wrong } = readNameValues(options);
  if (name.trim() === '' || portIds.length === 0 || wrong.length > 0) return null;
  return { name: name.trim(), mode, properties: { ...values }, portIds: [...portIds] };
}

export function modeNamed(text: string): BondMode {
  return bondModes.find(mode => mode === text) ?? 'active-backup';
}
