import type { CodedError } from '#shared/contract/errors.ts';
import type { Deployment, RacksideClient, TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { toCodedError } from '../../../client/coded-error.ts';

/** What a report says. */
export interface ReportData {
  readonly madeAt: number;
  readonly deployments: readonly ReportedDeployment[];
}

export interface ReportedDeployment {
  readonly deployment: Deployment;
  /** Oldest first. */
  readonly events: readonly TimelineEvent[];
  /** There were more events than the report has room for; the later ones are left out, and the report says so. */
  readonly isCut: boolean;
}

const pageEvents = 2000;
/** Of all deployments together. */
const mostEvents = 100_000;

/**
 * Asks the engine for all of it, one deployment after the other and page by page, so that it has other things to do
 * between; it has taken the secrets out. What one deployment leaves of its share of the room is the others'. One whose
 * server was removed meanwhile is not in it.
 * @throws CodedError `input.not_found` when none is left
 */
export async function fetchReportData(
  client: RacksideClient,
  deploymentIds: readonly DeploymentId[],
  madeAt: number,
): Promise<ReportData> {
  const deployments: ReportedDeployment[] = [];
  let room = mostEvents;
  let gone: CodedError | undefined;
  for (const [index, id] of deploymentIds.entries()) {
    try {
      const reported = await fetchDeployment(client, id, Math.floor(room / (deploymentIds.length - index)));
      deployments.push(reported);
      room -= reported.events.length;
    } catch (thrown) {
      gone = toCodedError(thrown);
      if (gone.code !== 'input.not_found') throw gone;
    }
  }
  if (deployments.length === 0 && gone !== undefined) throw gone;
  return { madeAt, deployments };
}

async function fetchDeployment(
  client: RacksideClient,
  id: DeploymentId,
  most: number,
): Promise<ReportedDeployment> {
  const events: TimelineEvent[] = [];
  let deployment: Deployment | undefined;
  for (;;) {
    const page = await client.reports.page({
      deploymentIds: [id],
      afterSeq: events.at(-1)?.seq ?? 0,
      limit: pageEvents,
    });
    deployment ??= page.deployments[0];
    events.push(...page.events);
    const isCut = events.length > most;
    if (deployment === undefined) throw new Error(`the engine told nothing of deployment ${id}`);
    if (isCut || page.events.length < pageEvents) return { deployment, events: events.slice(0, most), isCut };
  }
}

/** The first record of the chain: the report itself. */
export function reportRecord({ madeAt, deployments }: ReportData): object {
  return {
    type: 'report',
    program: 'Rackside',
    madeAt,
    deployments: deployments.length,
    events: deployments.reduce((sum, { events }) => sum + events.length, 0),
  };
}

/** Behind it, of each deployment: itself, then its events. */
export function recordsOf({ deployment, events, isCut }: ReportedDeployment): readonly object[] {
  return [
    { type: 'deployment', ...deployment, isCut },
    ...events.map(event => ({ type: 'event', ...event })),
  ];
}
