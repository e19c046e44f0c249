import { app, type BrowserWindow, dialog, Notification, powerSaveBlocker } from 'electron';

/** How many deployments run, and what follows for this machine and for a window that is being closed. */
export interface Leaving {
  onBusy(deployments: number): void;
  /** Asks before the window closes while deployments run. */
  guard(window: BrowserWindow): void;
}

const words = {
  en: {
    running: (count: number) =>
      count === 1 ? 'A deployment is running.' : `${count} deployments are running.`,
    detail:
      'In the background they go on; opening Rackside again shows them. If Rackside quits, their servers wait, and each deployment goes on at the next start.',
    background: 'Go on in the background',
    quit: 'Quit',
    cancel: 'Cancel',
    done: 'All deployments have ended. Click to see how.',
  },
  zh: {
    running: (count: number) => `${count} 个部署正在运行。`,
    detail:
      '留在后台时部署继续进行，再次打开 Rackside 即可查看。如果退出，服务器将等待，下次启动时每个部署继续进行。',
    background: '留在后台继续',
    quit: '退出',
    cancel: '取消',
    done: '所有部署均已结束，点击查看结果。',
  },
} as const;

export function createLeaving(quit: () => void): Leaving {
  const text = app.getLocale().startsWith('zh') ? words.zh : words.en;
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
  const ask = async (window: BrowserWindow) => {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: text.running(running),
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
  return {
    onBusy(deployments) {
      const isOver = running > 0 && deployments === 0;
      running = deployments;
      keepAwake();
      const window = hidden;
      if (!isOver || window === undefined || window.isDestroyed() || window.isVisible()) return;
      const notice = new Notification({ title: 'Rackside', body: text.done });
      notice.on('click', () => {
        if (!window.isDestroyed()) window.show();
      });
      notice.show();
    },
    guard(window) {
      window.on('close', event => {
        if (running === 0 || isQuitting) return;
        event.preventDefault();
        void ask(window);
      });
    },
  };
}
