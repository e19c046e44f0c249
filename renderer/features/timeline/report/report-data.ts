import type { Deployment, RacksideClient, TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';

/** What a report says, in the order of its records. */
export interface ReportData {
  readonly madeAt: number;
  readonly deployments: readonly Deployment[];
  /** Oldest first. */
  readonly events: readonly TimelineEvent[];
  /** There were more events than a report holds; the later ones are left out, and the report says so. */
  readonly isCut: boolean;
}

const pageEvents = 2000;
const mostEvents = 50_000;

/** Asks the engine for all of it, page by page; the engine has taken the secrets out. */
export async function fetchReportData(
  client: RacksideClient,
  deploymentIds: readonly DeploymentId[],
  madeAt: number,
): Promise<ReportData> {
  const deployments: Deployment[] = [];
  const events: TimelineEvent[] = [];
  for (;;) {
    const page = await client.reports.page({
      deploymentIds: [...deploymentIds],
      afterSeq: events.at(-1)?.seq ?? 0,
      limit: pageEvents,
    });
    deployments.push(...page.deployments);
    events.push(...page.events);
    const isCut = events.length >= mostEvents;
    if (isCut || page.events.length < pageEvents)
      return { madeAt, deployments, events: events.slice(0, mostEvents), isCut };
  }
}

/** The records of the chain: the report itself, each deployment, each event. */
export function recordsOf({ madeAt, deployments, events, isCut }: ReportData): readonly object[] {
  return [
    {
      type: 'report',
      program: 'Rackside',
      madeAt,
      deployments: deployments.length,
      events: events.length,
      isCut,
    },
    ...deployments.map(deployment => ({ type: 'deployment', ...deployment })),
    ...events.map(event => ({ type: 'event', ...event })),
  ];
}
