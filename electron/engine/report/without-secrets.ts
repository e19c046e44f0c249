import { eventDetails } from '#shared/contract/event-messages.ts';
import { deployment, deploymentStep, diskIdentity, errorData } from '#shared/contract/index.ts';

/** Members whose value is a secret whatever it looks like. */
const secretName = /passw|passphrase|secret|token|credential|private.?key|bmc.?key|api.?key/i;
/** Names of ours stay, whatever passwords there are; what a machine has named is a text like any other. */
const ourNames: ReadonlySet<string> = new Set(
  [
    deployment,
    deploymentStep,
    deploymentStep.shape.progress.unwrap(),
    deploymentStep.shape.phase.unwrap(),
    diskIdentity,
    errorData,
    ...Object.values(eventDetails),
  ].flatMap(({ shape }) => Object.keys(shape)),
);
const taken = '[redacted]';

/**
 * The same value with what is a secret, by its name, or looks like one, or is stored as one, taken out of every text in
 * it: evidence and errors come from programs on machines, and nobody knows what those print.
 */
export function withoutSecrets<Value>(value: Value, textOf: (text: string) => string): Value {
  return cleaned(value, textOf) as Value;
}

function cleaned(value: unknown, textOf: (text: string) => string): unknown {
  if (typeof value === 'string') return textOf(value);
  if (isLines(value)) return cleanLines(value, textOf);
  if (Array.isArray(value)) return value.map(item => cleaned(item, textOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      ourNames.has(name) ? name : textOf(name),
      secretName.test(name) ? hidden(member) : cleaned(member, textOf),
    ]),
  );
}

function isLines(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

/** As one text: a private key begins in one line of a log and ends in another. */
function cleanLines(lines: readonly string[], textOf: (text: string) => string): string[] {
  return lines.length === 0 ? [] : textOf(lines.join('\n')).split('\n');
}

/** What is secret by its name, with all that is in it. Whether there is one is none. */
function hidden(value: unknown): unknown {
  const isTold = (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null);
  return isTold ? taken : value;
}
