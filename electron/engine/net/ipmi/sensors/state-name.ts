/** How bad it is when a state holds. The specification does not say; these are the usual readings of monitoring. */
export type Severity = 'ok' | 'warning' | 'critical' | 'non-recoverable';

export interface StateName {
  readonly key: string;
  readonly severity: Severity;
}

const withSeverity =
  (severity: Severity) =>
  (...keys: readonly string[]): readonly StateName[] =>
    keys.map(key => ({ key, severity }));

export const ok = withSeverity('ok');
export const warning = withSeverity('warning');
export const critical = withSeverity('critical');
export const fatal = withSeverity('non-recoverable');
/** An offset that the specification reserves. */
export const gap = undefined;

const order: readonly Severity[] = ['ok', 'warning', 'critical', 'non-recoverable'];

export function worst(severities: readonly Severity[]): Severity {
  return order[Math.max(0, ...severities.map(severity => order.indexOf(severity)))] ?? 'ok';
}
