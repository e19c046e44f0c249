import { useMemo } from 'react';
import type { ConsoleRecording, Deployment, TimelineEvent } from '#shared/contract/index.ts';
import { useAlarms } from '../../../../client/alarms.ts';
import { useClient } from '../../../../client/client-context.tsx';
import { useQuery } from '../../../../client/use-query.ts';
import { useT } from '../../../../i18n/i18n.ts';
import { useNow } from '../../../../ui/use-now.ts';
import { type ConsoleMark, consoleMarks } from './console-marks.ts';

export interface ConsoleLaneData {
  /** Newest first. */
  readonly recordings: readonly ConsoleRecording[];
  /** Oldest first. */
  readonly marks: readonly ConsoleMark[];
}

/** How often a deployment that runs may have a new recording, or its server a new entry in its event log. */
const askMs = 5000;
/** More than a picture can show. */
const mostLogged = 500;

/** What consoles and BMC have of a deployment's time, until `shownMs`: the present, or the moment that is replayed. */
export function useConsoleLane(
  deployment: Deployment,
  events: readonly TimelineEvent[],
  shownMs: number,
): ConsoleLaneData {
  const t = useT();
  const client = useClient();
  const now = useNow();
  const alarms = useAlarms(({ byId }) => byId);
  const { id, nodeId, createdAt, finishedAt } = deployment;
  const until = finishedAt ?? Math.ceil(now / askMs) * askMs;
  const { data } = useQuery(`${id} ${until}`, async signal => {
    const span = { from: createdAt, to: until };
    const [recordings, logged] = await Promise.all([
      client.consoles.recordings({ deploymentId: id }, signal),
      client.health.events({ nodeId, ...span, limit: mostLogged }, signal),
    ]);
    return { id, recordings, logged };
  });
  // The last answer stays while the next one is under way, also that of another deployment.
  const known = data?.id === id ? data : nothing;
  const marks = useMemo(() => {
    const sources = { nodeId, events, logged: known.logged, alarms: alarms.values() };
    return consoleMarks(t, sources, { startMs: createdAt, endMs: until });
  }, [t, nodeId, events, known, alarms, createdAt, until]);
  return useMemo(
    () => ({
      recordings: known.recordings.filter(({ startedAt }) => startedAt <= shownMs),
      marks: marks.filter(({ at }) => at <= shownMs),
    }),
    [known, marks, shownMs],
  );
}

const nothing = { recordings: [], logged: [] } as const;
