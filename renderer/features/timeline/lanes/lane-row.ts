import type { Deployment, PastPhases, TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { firstAfter } from './clusters.ts';

/** A lane as it is shown now, or as it was at the moment that is replayed. */
export interface LaneRow {
  readonly id: DeploymentId;
  /** Undefined before it was asked for: its lane keeps its place. */
  readonly deployment: Deployment | undefined;
  readonly nodeName: string;
  readonly events: readonly TimelineEvent[];
  readonly past: PastPhases | undefined;
}

/** A moment on the console's lane, and the mark that stands there. */
export interface ConsolePoint {
  readonly atMs: number;
  readonly mark: string | null;
}

/** What a person has in hand: a lane, and an event on it or a moment of its console. */
export interface Choice {
  readonly id: DeploymentId | undefined;
  readonly seq: number | null;
  readonly point?: ConsolePoint;
}

/** The lane after (or before) the one in hand. */
export function neighbour(
  rows: readonly LaneRow[],
  id: DeploymentId | undefined,
  step: 1 | -1,
): LaneRow | undefined {
  const index = rows.findIndex(row => row.id === id);
  if (index < 0) return rows[0];
  return rows[Math.min(rows.length - 1, Math.max(0, index + step))];
}

/** What was known at this moment: the newest event until then. */
export function eventAt(events: readonly TimelineEvent[], atMs: number): TimelineEvent | undefined {
  return events[firstAfter(events, Math.floor(atMs) + 1) - 1];
}

/** The event after (or before) the one in hand; without one, the newest or the oldest. */
export function nextEvent(
  events: readonly TimelineEvent[],
  seq: number | null,
  step: 1 | -1,
): TimelineEvent | undefined {
  const index = events.findIndex(event => event.seq === seq);
  if (index < 0) return step === 1 ? events[0] : events.at(-1);
  return events[index + step] ?? events[index];
}
