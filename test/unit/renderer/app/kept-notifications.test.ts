import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '#shared/contract/errors.ts';

/** As after a reload: the modules begin anew, what the browser keeps stays. */
async function afterReload() {
  vi.resetModules();
  return import('#renderer/app/notifications.ts');
}

let kept: Map<string, string>;
beforeEach(() => {
  kept = new Map();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  });
});

describe('notifications', () => {
  it('are there again after a reload, with their text, place, and how many are unread', async () => {
    const before = await afterReload();
    before.notify('good', { key: 'notice.deployed', values: { name: 'r1u01', image: 'Debian' } }, [
      'rack',
      'a',
    ]);
    const error = new CodedError('net.port_in_use', 'taken', { proto: 'udp', port: 69 });
    before.notify('failed', { error });
    const after = await afterReload();
    const { all, unread, shown } = after.useNotifications.getState();
    expect([unread, shown]).toEqual([2, null]);
    expect(all).toMatchObject([
      { id: 2, tone: 'failed', text: { error: { code: 'net.port_in_use', details: { port: 69 } } } },
      { id: 1, tone: 'good', text: { values: { name: 'r1u01' } }, route: ['rack', 'a'] },
    ]);
    after.markNotificationsRead();
    expect((await afterReload()).useNotifications.getState().unread).toBe(0);
  });

  it('that are read are shown over nothing any more: the one on top lay over the list', async () => {
    const { markNotificationsRead, notify, useNotifications } = await afterReload();
    notify('good', { key: 'notice.deployed', values: { name: 'r1u01', image: 'Debian' } });
    expect(useNotifications.getState().shown).not.toBeNull();
    markNotificationsRead();
    expect(useNotifications.getState()).toMatchObject({ unread: 0, shown: null, all: [{ id: 1 }] });
  });

  it('are at most two hundred, and the next one has a number of its own', async () => {
    const { notify } = await afterReload();
    for (let count = 0; count < 210; count += 1)
      notify('good', { key: 'notice.imageReady', values: { name: String(count) } });
    const { all } = (await afterReload()).useNotifications.getState();
    expect([all.length, all[0]?.id, new Set(all.map(({ id }) => id)).size]).toEqual([200, 210, 200]);
  });

  it('begin empty where the browser kept nothing, or something else', async () => {
    for (const text of ['', '{}', '{"all":[{"id":"x"}],"unread":1}', 'no JSON']) {
      kept.set('rackside.notifications', text);
      expect((await afterReload()).useNotifications.getState().all).toEqual([]);
    }
  });
});
