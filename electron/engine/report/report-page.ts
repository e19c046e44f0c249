import type { Store } from '#engine/store/store.ts';
import { withoutConsoleText } from '#engine/support/console-text.ts';
import { redactor } from '#engine/support/redact.ts';
import { eventDetails } from '#shared/contract/event-messages.ts';
import { CodedError, type Deployment, type TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { withoutSecrets } from './without-secrets.ts';

interface ReportPage {
  readonly deployments: Deployment[];
  readonly events: TimelineEvent[];
}

/** What a report says of these deployments; see `withoutSecrets`. */
export function reportPage(
  store: Store,
  deploymentIds: readonly DeploymentId[],
  afterSeq: number,
  limit: number,
): ReportPage {
  const redact = redactor(store.secrets.all().filter(secret => secret !== undefined));
  const textOf = (text: string) => redact(text).text;
  const deployments = afterSeq > 0 ? [] : deploymentIds.map(id => requireDeployment(store, id));
  return {
    deployments: deployments.map(deployment => reportedDeployment(deployment, textOf)),
    events: store.timeline
      .list({ deploymentIds }, afterSeq, limit)
      .map(withoutConsoleText)
      .map(event => ({ ...event, details: reportedDetails(event, textOf) })),
  };
}

function requireDeployment(store: Store, id: DeploymentId): Deployment {
  const found = store.deployments.find(id);
  if (found === undefined)
    throw new CodedError('input.not_found', `no deployment ${id}`, { what: 'deployment', id });
  return found;
}

/** Ids and words of ours stay, or a BMC password such as `image` would make of `disk-image` what nobody can read. */
function reportedDeployment(deployment: Deployment, textOf: (text: string) => string): Deployment {
  const { id, nodeId, imageId, kind, state, error, steps } = deployment;
  const reportedError = (one: Deployment['error']) =>
    one && { ...withoutSecrets(one, textOf), code: one.code, level: one.level };
  return {
    ...withoutSecrets(deployment, textOf),
    id,
    nodeId,
    imageId,
    kind,
    state,
    error: reportedError(error),
    steps: steps.map(step => ({
      ...withoutSecrets(step, textOf),
      name: step.name,
      state: step.state,
      phase: step.phase && { ...withoutSecrets(step.phase, textOf), trouble: step.phase.trouble },
      error: reportedError(step.error),
    })),
  } as Deployment;
}

/** The values that the event's sentence has places for, and no others: those of an unknown event are not told at all. */
function reportedDetails(
  { message, details }: TimelineEvent,
  textOf: (text: string) => string,
): TimelineEvent['details'] {
  const known = Object.entries(eventDetails).find(([name]) => name === message)?.[1];
  const told: TimelineEvent['details'] = known?.safeParse(details).data ?? {};
  return { ...withoutSecrets(told, textOf), ...('step' in told && { step: told['step'] }) };
}
