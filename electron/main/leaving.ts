import { type BrowserWindow, dialog, Notification, powerSaveBlocker } from 'electron';
import type { LeavingWords } from '#shared/contract/host.ts';

/** How many deployments run, and what follows for this machine and for a window that is being closed. */
export interface Leaving {
  onBusy(deployments: number): void;
  /** Asks before the window closes while deployments run. */
  guard(window: BrowserWindow): void;
  /** In the page's language. A page that never came up has said nothing: then its window closes without a question. */
  setWords(words: LeavingWords): void;
}

export function createLeaving(quit: () => void): Leaving {
  let words: LeavingWords | undefined;
  let running = 0;
  let blocker: number | undefined;
  let hidden: BrowserWindow | undefined;
  let isQuitting = false;

  const keepAwake = () => {
    if (running > 0 && blocker === undefined) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (running > 0 || blocker === undefined) return;
    powerSaveBlocker.stop(blocker);
    blocker = undefined;
  };
  const ask = async (window: BrowserWindow, text: LeavingWords) => {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: text.running.replace('{deployments}', String(running)),
      detail: text.detail,
      buttons: [text.background, text.quit, text.cancel],
      defaultId: 0,
      cancelId: 2,
    });
    isQuitting = response === 1;
    if (isQuitting) quit();
    if (response !== 0) return;
    hidden = window;
    window.hide();
  };
  /** A window that nobody sees would keep the program for ever: it comes back, without taking the keyboard. */
  const bringBack = (window: BrowserWindow) => {
    window.showInactive();
    if (words === undefined) return;
    const notice = new Notification({ title: 'Rackside', body: words.done });
    notice.on('click', () => {
      if (!window.isDestroyed()) window.show();
    });
    notice.show();
  };
  return {
    onBusy(deployments) {
      const isOver = running > 0 && deployments === 0;
      running = deployments;
      keepAwake();
      if (isOver && hidden !== undefined && !hidden.isDestroyed() && !hidden.isVisible()) bringBack(hidden);
    },
    guard(window) {
      window.on('close', event => {
        if (running === 0 || isQuitting || words === undefined) return;
        event.preventDefault();
        void ask(window, words);
      });
    },
    setWords(given) {
      words = given;
    },
  };
}
