import type { HostBridge } from '#shared/contract/host.ts';
import { translate } from '../i18n/i18n.ts';
import { openSoundTurn, playNotes, playNotesOnce, showDesktopNotice } from './call-person.ts';
import type { Notification } from './notification.ts';
import { notificationText } from './notification-text.ts';
import { usePreferences } from './preferences.ts';
import { goTo } from './route.ts';
import type { SoundTurn } from './sound-turn.ts';

export type Call = Pick<Notification, 'tone' | 'text' | 'route'>;

/** Forty deployments that end together are one call. */
const gatherMs = 1000;

/** Calls a person who looks elsewhere, once for all that comes within a second. */
export function personCalls(host: HostBridge | undefined): (call: Call) => void {
  // The desktop program has one page, which may play untouched.
  const turn = host === undefined ? openSoundTurn() : undefined;
  let waiting: Call[] = [];
  return call => {
    waiting.push(call);
    if (waiting.length > 1) return;
    setTimeout(() => {
      const gathered = waiting;
      waiting = [];
      callPerson(host, turn, gathered);
    }, gatherMs);
  };
}

/** Once for all of them: by the worst one. Whoever looks at the page sees it there. */
function callPerson(host: HostBridge | undefined, turn: SoundTurn | undefined, calls: readonly Call[]): void {
  const { sounds, desktopNotices } = usePreferences.getState();
  const worst = calls.find(({ tone }) => tone !== 'good') ?? calls[0];
  if (worst === undefined) return;
  if (sounds && turn === undefined) playNotes(worst.tone);
  else if (sounds && turn !== undefined) void playNotesOnce(turn, worst.tone);
  if (!desktopNotices || document.hasFocus()) return;
  const first = notificationText(translate, worst.text);
  const count = calls.length - 1;
  const text = count === 0 ? first : translate('notice.several', { first: `${first}.`, count });
  showDesktopNotice(host, text, () => goTo(...(worst.route ?? [])));
}
