import type { HostBridge } from '#shared/contract/host.ts';
import type { Notification as Notice } from './notification.ts';
import { type SoundTurn, soundTurn } from './sound-turn.ts';

/** Two notes each: upwards is good, downwards wants a person. */
const notesHz: Readonly<Record<Notice['tone'], readonly [number, number]>> = {
  good: [660, 880],
  waiting: [740, 587],
  failed: [440, 330],
};
const noteSeconds = 0.18;
const loudness = 0.08;

let audio: AudioContext | undefined;

/** A browser stays silent until a person has touched the page; then the next one is heard. */
export function playNotes(tone: Notice['tone']): void {
  audio ??= openAudio();
  if (audio === undefined) return;
  void audio.resume();
  const context = audio;
  for (const [index, frequencyHz] of notesHz[tone].entries()) {
    const startsAt = context.currentTime + index * noteSeconds;
    const note = new OscillatorNode(context, { frequency: frequencyHz });
    const volume = new GainNode(context, { gain: loudness });
    // Fades, so that it does not click.
    volume.gain.setValueAtTime(loudness, startsAt + noteSeconds / 2);
    volume.gain.linearRampToValueAtTime(0, startsAt + noteSeconds);
    note.connect(volume).connect(context.destination);
    note.start(startsAt);
    note.stop(startsAt + noteSeconds);
  }
}

/** Among the pages that this browser has open. It hears of the others from now on. */
export function openSoundTurn(): SoundTurn {
  const channel = new BroadcastChannel('rackside.sounds');
  return soundTurn({
    channel: {
      post: id => channel.postMessage(id),
      hear: listener => {
        channel.onmessage = ({ data }) => listener(data);
      },
    },
    id: Math.random(),
    now: () => performance.now(),
    wait: ms => new Promise(resolve => setTimeout(resolve, ms)),
  });
}

/** Of several open pages one plays. */
export async function playNotesOnce(turn: SoundTurn, tone: Notice['tone']): Promise<void> {
  // One that nobody has touched since it was loaded would take the turn and stay silent.
  if (navigator.userActivation.hasBeenActive && (await turn.take())) playNotes(tone);
}

/** Undefined on a computer that has nothing to play with. */
function openAudio(): AudioContext | undefined {
  try {
    return new AudioContext();
  } catch {
    return undefined;
  }
}

/** What is allowed now: a person may take it back in the browser. */
export function mayShowDesktopNotices(host: HostBridge | undefined): boolean {
  return host !== undefined || ('Notification' in window && Notification.permission === 'granted');
}

/** Whether this page may show notifications of the desktop; asks the person where that is open. */
export async function askForDesktopNotices(host: HostBridge | undefined): Promise<boolean> {
  if (host !== undefined) return true;
  // Absent off loopback without TLS.
  if (!('Notification' in window)) return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** By the desktop program, or by the browser; `onClick` leads to what it is about. */
export function showDesktopNotice(host: HostBridge | undefined, text: string, onClick: () => void): void {
  if (host !== undefined) {
    void host.calls.notify({ title: 'Rackside', body: text.slice(0, 500) });
    return;
  }
  if (!mayShowDesktopNotices(host)) return;
  // By the tag several open pages show one and the same text once.
  const notice = new Notification('Rackside', { body: text, tag: text });
  notice.onclick = () => {
    window.focus();
    onClick();
    notice.close();
  };
}
