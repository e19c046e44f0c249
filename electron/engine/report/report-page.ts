import type { Store } from '#engine/store/store.ts';
import { redactor } from '#engine/support/redact.ts';
import { eventDetails } from '#shared/contract/event-messages.ts';
import { CodedError, type Deployment, type TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';

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
    deployments: deployments.map(deployment => withoutSecrets(deployment, textOf)),
    events: store.timeline
      .list({ deploymentIds }, afterSeq, limit)
      .map(event => withoutSecrets(onlyTold(event), textOf)),
  };
}

function requireDeployment(store: Store, id: DeploymentId): Deployment {
  const found = store.deployments.find(id);
  if (found === undefined)
    throw new CodedError('input.not_found', `no deployment ${id}`, { what: 'deployment', id });
  return found;
}

/** The values that the event's sentence has places for, and no others: those of an unknown event are not told at all. */
function onlyTold(event: TimelineEvent): TimelineEvent {
  const known = Object.entries(eventDetails).find(([message]) => message === event.message)?.[1];
  return { ...event, details: known?.safeParse(event.details).data ?? {} };
}

/** Members whose value is a secret whatever it looks like. */
const secretName = /passw|passphrase|secret|token|credential|private.?key|bmc.?key|api.?key/i;

/**
 * The same value with what is a secret, by its name, or looks like one, or is stored as one, taken out of every text in
 * it: evidence and errors come from programs on machines, and nobody knows what those print.
 */
function withoutSecrets<Value>(value: Value, textOf: (text: string) => string): Value {
  return cleaned(value, textOf) as Value;
}

function cleaned(value: unknown, textOf: (text: string) => string): unknown {
  if (typeof value === 'string') return textOf(value);
  if (Array.isArray(value)) return value.map(item => cleaned(item, textOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      textOf(name),
      secretName.test(name) && typeof member === 'string' ? '[redacted]' : cleaned(member, textOf),
    ]),
  );
}
