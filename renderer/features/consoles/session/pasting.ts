import { type Pace, planPaste, withoutControls } from '../paste/paste-plan.ts';
import { runPaste } from '../paste/run-paste.ts';
import type { SessionStore } from './session-state.ts';

export interface Pasting {
  /** From the clipboard: what a person sees at once anyway is typed, the rest is shown first. */
  readonly offer: (text: string) => void;
  readonly start: (text: string, pace: Pace) => void;
  readonly cancel: () => void;
  /** What the machine says: an echo is among it. */
  readonly hear: (text: string) => void;
}

/** A single line up to this needs no look before it is sent: nothing happens before Return. */
const unseenLetters = 400;
/** Letters: an echo comes with colours and the cursor's moves. */
const echoWindow = 4096;

export function newPasting(
  state: SessionStore,
  type: (text: string) => boolean,
  onTyped: (text: string) => void,
): Pasting {
  const listeners = new Set<(text: string) => void>();
  let current: AbortController | undefined;
  const waitForEcho = async (echo: string, timeoutMs: number, signal: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let recent = '';
    const listener = (text: string) => {
      recent = (recent + text).slice(-echoWindow);
      if (recent.includes(echo)) resolve();
    };
    listeners.add(listener);
    await Promise.race([promise, wait(timeoutMs, signal)]);
    listeners.delete(listener);
  };
  const run = async (text: string, pace: Pace) => {
    current?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    current = controller;
    const steps = planPaste(text, pace);
    const totalBytes = steps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const onProgress = (sentBytes: number) => state.setState({ paste: { sentBytes, totalBytes } });
    state.setState({ offeredPaste: null });
    onProgress(0);
    await runPaste(
      steps,
      {
        send: type,
        wait: ms => wait(ms, signal),
        waitForEcho: (echo, timeoutMs) => waitForEcho(echo, timeoutMs, signal),
        onProgress,
      },
      signal,
    );
    if (current === controller) state.setState({ paste: null });
  };
  return {
    offer(text) {
      const clean = withoutControls(text);
      if (/[\r\n]/.test(clean) || clean.length > unseenLetters) state.setState({ offeredPaste: clean });
      else onTyped(clean);
    },
    start: (text, pace) => void run(text, pace),
    cancel: () => current?.abort(),
    hear(text) {
      for (const listener of listeners) listener(text);
    },
  };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
