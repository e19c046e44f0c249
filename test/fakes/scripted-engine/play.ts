import {
  CodedError,
  type DhcpMode,
  type Lease,
  type Network,
  type RacksideHandlers,
  type TimelineEvent,
  type WorldPatch,
  type WorldSnapshot,
} from '#shared/contract/index.ts';

/** What the handlers of a scripted engine share. */
export interface Play {
  readonly world: WorldSnapshot;
  readonly patch: (patch: WorldPatch) => void;
  readonly note: (path: string, input: unknown) => void;
}

/** Answers that a test wants to choose; `setDhcpMode` may throw what stands against a mode. */
export interface Script {
  readonly testBmc?: RacksideHandlers['nodes']['testBmc'];
  readonly review?: RacksideHandlers['deployments']['review'];
  readonly reviewBatch?: RacksideHandlers['batches']['review'];
  readonly propose?: RacksideHandlers['batches']['propose'];
  readonly interfaces?: RacksideHandlers['networks']['interfaces'];
  readonly setDhcpMode?: (network: Network, mode: DhcpMode) => void;
  readonly preview?: RacksideHandlers['profiles']['preview'];
  readonly browse?: RacksideHandlers['images']['browse'];
  /** By network. */
  readonly leases?: Readonly<Record<string, readonly Lease[]>>;
  readonly dependants?: RacksideHandlers['networks']['dependants'];
  readonly pastPhases?: RacksideHandlers['timeline']['pastPhases'];
}

export interface EventFilter {
  readonly nodeId?: string | undefined;
  readonly deploymentId?: string | undefined;
  readonly deploymentIds?: readonly string[] | undefined;
}

export function matchesFilter(filter: EventFilter, event: TimelineEvent): boolean {
  return (
    (filter.nodeId === undefined || filter.nodeId === event.nodeId) &&
    (filter.deploymentId === undefined || filter.deploymentId === event.deploymentId) &&
    (filter.deploymentIds === undefined || filter.deploymentIds.includes(event.deploymentId ?? ''))
  );
}

export function find<Row extends { readonly id: string }>(
  rows: readonly Row[],
  id: string,
  what: string,
): Row {
  const row = rows.find(candidate => candidate.id === id);
  if (row === undefined) throw new CodedError('input.not_found', `no ${what} ${id}`, { what, id });
  return row;
}

/** A change as a patch of fields: those left out stay as they are. */
export function given<Change extends object>(change: Change): Partial<Change> {
  return Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as Partial<Change>;
}
