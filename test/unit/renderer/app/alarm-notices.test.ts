import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alarmNotice, newCriticalAlarms, tellAlarmNotices } from '#renderer/app/alarm-notices.ts';
import { useNotifications } from '#renderer/app/notifications.ts';
import { useAlarms } from '#renderer/client/alarms.ts';
import { startI18n } from '#renderer/i18n/i18n.ts';
import type { Alarm } from '#shared/contract/index.ts';
import type { AlarmId } from '#shared/model/ids.ts';
import { anAlarm } from '../features/health/health-rows.ts';

beforeEach(() => startI18n('en'));

const idOf = (number: number) => `99999999-9999-4999-8999-99999999999${number}` as AlarmId;
const known = (...alarms: readonly Alarm[]) => ({
  isLoaded: true,
  byId: new Map(alarms.map(row => [row.id, row])),
});
const hot = anAlarm(idOf(1), {
  severity: 'critical',
  message: 'health.sensor',
  details: { sensor: 'CPU1 Temp', state: 'critical', reading: '96', unit: 'degrees-c' },
});

describe('an alarm is told', () => {
  it('when it is new, critical and waits for a person', () => {
    expect(newCriticalAlarms(known(), known(hot))).toEqual([hot]);
    expect(newCriticalAlarms(known(), known({ ...hot, severity: 'non-recoverable' }))).toHaveLength(1);
    expect(newCriticalAlarms(known(), known({ ...hot, severity: 'warning' }))).toEqual([]);
    expect(newCriticalAlarms(known(), known({ ...hot, acknowledgedAt: 2 }))).toEqual([]);
    expect(newCriticalAlarms(known(hot), known({ ...hot, note: 'seen' }))).toEqual([]);
  });

  it('not again by a page that is loaded anew', () => {
    expect(newCriticalAlarms({ isLoaded: false, byId: new Map() }, known(hot))).toEqual([]);
  });

  it('by its server and what it is, and leads to it', () => {
    expect(alarmNotice([], () => '')).toBeUndefined();
    const notice = alarmNotice([hot], () => 'r4u02');
    expect(notice).toMatchObject({ tone: 'failed', route: ['health', 'alarms', hot.id] });
    expect(notice?.text).toMatchObject({
      key: 'notice.alarm',
      values: { name: 'r4u02', what: expect.stringContaining('CPU1 Temp') },
    });
  });

  it('once with the number of them, where there are many', () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ ...hot, id: idOf(index) }));
    expect(alarmNotice(many, ({ id }) => `r4u0${id.at(-1)}`)).toMatchObject({
      text: { key: 'notice.alarms', values: { count: 9, servers: 'r4u00, r4u01, r4u02 and 6 more servers' } },
      route: ['health', 'alarms'],
    });
    expect(alarmNotice(many, () => 'r4u02')).toMatchObject({ text: { values: { servers: 'r4u02' } } });
  });

  it('by one notice for all of some seconds, without those that were acknowledged or ended meanwhile', () => {
    vi.useFakeTimers();
    const calls: unknown[] = [];
    tellAlarmNotices(call => calls.push(call));
    const others = [2, 3, 4].map(number => ({ ...hot, id: idOf(number) }));
    useAlarms.setState(known());
    useAlarms.setState(known(hot));
    useAlarms.setState(known(hot, ...others));
    const [seen, ...rest] = others;
    if (seen) useAlarms.setState(known(hot, { ...seen, acknowledgedAt: 2 }, ...rest));
    vi.advanceTimersByTime(10_000);
    const notice = { tone: 'failed', text: { key: 'notice.alarms', values: { count: 3 } } };
    expect(calls).toMatchObject([notice]);
    expect(useNotifications.getState().all).toMatchObject([notice]);
    useAlarms.setState(known(hot, ...others));
    vi.advanceTimersByTime(10_000);
    expect(calls).toHaveLength(1);
  });
});

afterEach(() => vi.useRealTimers());
