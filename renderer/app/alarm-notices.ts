import type { Alarm } from '#shared/contract/index.ts';
import { type Alarms, stageOf, useAlarms } from '../client/alarms.ts';
import { useWorld } from '../client/world-store.ts';
import { alarmText } from '../features/health/alarms/alarm-text.ts';
import { translate } from '../i18n/i18n.ts';
import { notify } from './notifications.ts';
import type { Call } from './person-calls.ts';

/** A rack that loses its cooling raises its alarms over some seconds: they are one notice. */
const gatherMs = 2000;

/** Critical ones that wait for a person and that this page did not know. What it was opened with is counted on the rail, and not told. */
export function newCriticalAlarms(before: Alarms, after: Alarms): readonly Alarm[] {
  if (!before.isLoaded || before.byId === after.byId) return [];
  return [...after.byId.values()].filter(
    alarm => alarm.severity !== 'warning' && stageOf(alarm) === 'open' && !before.byId.has(alarm.id),
  );
}

/** One for all of them; `nameOf` knows the servers. */
export function alarmNotice(alarms: readonly Alarm[], nameOf: (alarm: Alarm) => string): Call | undefined {
  const [first] = alarms;
  if (first === undefined) return undefined;
  if (alarms.length === 1)
    return {
      tone: 'failed',
      text: { key: 'notice.alarm', values: { name: nameOf(first), what: alarmText(translate, first) } },
      route: ['health', 'alarms', first.id],
    };
  const names = [...new Set(alarms.map(nameOf))];
  const shown = names.slice(0, mostNames).join(translate('word.comma'));
  const rest = names.length - mostNames;
  const servers = rest > 0 ? translate('notice.alarmServers', { names: shown, count: rest }) : shown;
  return {
    tone: 'failed',
    text: { key: 'notice.alarms', values: { count: alarms.length, servers } },
    route: ['health', 'alarms'],
  };
}

const mostNames = 3;

/** Tells new critical alarms as they come, on whatever screen a person is. */
export function tellAlarmNotices(call: (call: Call) => void): void {
  let waiting: Alarm[] = [];
  useAlarms.subscribe((after, before) => {
    const found = newCriticalAlarms(before, after);
    if (found.length === 0) return;
    if (waiting.length === 0) setTimeout(tell, gatherMs);
    waiting.push(...found);
  });
  function tell(): void {
    const { byId } = useAlarms.getState();
    const { nodes } = useWorld.getState();
    const isOpen = ({ id }: Alarm) => {
      const present = byId.get(id);
      return present !== undefined && stageOf(present) === 'open';
    };
    const notice = alarmNotice(waiting.filter(isOpen), ({ nodeId }) => nodes.get(nodeId)?.name ?? nodeId);
    waiting = [];
    if (notice === undefined) return;
    notify(notice.tone, notice.text, notice.route);
    call(notice);
  }
}
