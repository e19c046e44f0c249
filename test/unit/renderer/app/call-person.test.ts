import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  askForDesktopNotices,
  playNotes,
  playNotesOnce,
  showDesktopNotice,
} from '#renderer/app/call-person.ts';
import type { HostBridge } from '#shared/contract/host.ts';

/** The browser's edge: what it would have shown and played. */
let shown: { title: string; body: string; click: () => void }[];
let permission: NotificationPermission;
let notesHz: number[];

class FakeNotification {
  static get permission() {
    return permission;
  }
  static requestPermission = async () => permission;
  onclick: () => void = () => undefined;
  close = () => undefined;
  constructor(title: string, { body }: { body: string }) {
    shown.push({ title, body, click: () => this.onclick() });
  }
}

class FakeAudioContext {
  currentTime = 0;
  destination = {};
  resume = async () => undefined;
}
class FakeOscillator {
  constructor(_context: unknown, { frequency }: { frequency: number }) {
    notesHz.push(frequency);
  }
  connect = (next: unknown) => next;
  start = () => undefined;
  stop = () => undefined;
}
class FakeGain {
  gain = { setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined };
  connect = (next: unknown) => next;
}

beforeEach(() => {
  shown = [];
  notesHz = [];
  permission = 'granted';
  vi.stubGlobal('window', { Notification: FakeNotification, focus: () => undefined });
  vi.stubGlobal('Notification', FakeNotification);
  vi.stubGlobal('AudioContext', FakeAudioContext);
  vi.stubGlobal('OscillatorNode', FakeOscillator);
  vi.stubGlobal('GainNode', FakeGain);
});
afterEach(() => vi.unstubAllGlobals());

describe('a desktop notification', () => {
  it('is shown by the browser that allows it, and a click leads to its subject', async () => {
    expect(await askForDesktopNotices(undefined)).toBe(true);
    const goTo = vi.fn();
    showDesktopNotice(undefined, 'r1u01 is deployed', goTo);
    expect(shown).toMatchObject([{ title: 'Rackside', body: 'r1u01 is deployed' }]);
    shown[0]?.click();
    expect(goTo).toHaveBeenCalledOnce();
  });

  it('is not shown where the person or the browser does not allow it', async () => {
    permission = 'denied';
    expect(await askForDesktopNotices(undefined)).toBe(false);
    showDesktopNotice(undefined, 'text', () => undefined);
    vi.stubGlobal('window', {});
    expect(await askForDesktopNotices(undefined)).toBe(false);
    showDesktopNotice(undefined, 'text', () => undefined);
    expect(shown).toEqual([]);
  });

  it('is the desktop program’s own where there is one', async () => {
    const notify = vi.fn(async () => ({}));
    const host = { calls: { notify } } as unknown as HostBridge;
    expect(await askForDesktopNotices(host)).toBe(true);
    showDesktopNotice(host, 'x'.repeat(900), () => undefined);
    expect(notify).toHaveBeenCalledWith({ title: 'Rackside', body: 'x'.repeat(500) });
    expect(shown).toEqual([]);
  });
});

it('a computer without sound is silent and nothing else', async () => {
  vi.resetModules();
  vi.stubGlobal('AudioContext', function NoAudio() {
    throw new DOMException('no device', 'NotSupportedError');
  });
  const { playNotes: play } = await import('#renderer/app/call-person.ts');
  expect(() => play('good')).not.toThrow();
});

it('notes go up when it is good and down when it is not', () => {
  playNotes('good');
  playNotes('failed');
  const [first = 0, second = 0, third = 0, fourth = 0] = notesHz;
  expect([notesHz.length, first < second, third > fourth]).toEqual([4, true, true]);
});

it('of several pages the one whose turn it is plays, and an untouched one takes none', async () => {
  const turn = { take: vi.fn(async () => true) };
  vi.stubGlobal('navigator', { userActivation: { hasBeenActive: false } });
  await playNotesOnce(turn, 'good');
  expect([turn.take.mock.calls.length, notesHz]).toEqual([0, []]);
  vi.stubGlobal('navigator', { userActivation: { hasBeenActive: true } });
  await playNotesOnce(turn, 'good');
  expect(notesHz).toHaveLength(2);
  turn.take.mockResolvedValue(false);
  await playNotesOnce(turn, 'good');
  expect(notesHz).toHaveLength(2);
});
