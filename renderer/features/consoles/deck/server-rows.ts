import type { ConsoleState, Node, ServerConsole } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';

export interface ServerRow {
  readonly nodeId: NodeId;
  readonly name: string;
  readonly state: ConsoleState;
}

export interface ServerFilter {
  /** Every word in the name or the address of the BMC. */
  readonly text: string;
  /** Empty: all. */
  readonly state: ConsoleState | '';
}

/** The servers that have a console, those that the filter lets through. */
export function serverRows(
  nodes: Iterable<Node>,
  states: ReadonlyMap<NodeId, ServerConsole> | null,
  filter: ServerFilter,
): readonly ServerRow[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const rows: ServerRow[] = [];
  for (const { id, name, bmc } of nodes) {
    if (bmc === null) continue;
    const state = states?.get(id)?.state ?? 'off';
    const searched = `${name} ${bmc.address}`.toLowerCase();
    if (filter.state !== '' && filter.state !== state) continue;
    if (words.every(word => searched.includes(word))) rows.push({ nodeId: id, name, state });
  }
  return rows;
}
