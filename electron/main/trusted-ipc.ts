import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import { originOf, type PageAddress } from './locks.ts';
import type { ShellLog } from './shell-log.ts';

/** The only way to `ipcMain`: a message counts only from the main frame of our window while it shows our page. */
export interface TrustedIpc {
  handle(channel: string, listener: (...args: readonly unknown[]) => Promise<unknown>): void;
  on(channel: string, listener: (sender: WebContents) => void): void;
}

export interface TrustedIpcOptions {
  readonly page: PageAddress;
  readonly isOurs: (contents: WebContents) => boolean;
  readonly log: ShellLog;
}

export function trustedIpc({ page, isOurs, log }: TrustedIpcOptions): TrustedIpc {
  const isTrusted = (event: IpcMainEvent | IpcMainInvokeEvent, channel: string): boolean => {
    const frame = event.senderFrame;
    const isPage = frame !== null && frame.parent === null && originOf(frame.url) === page.origin;
    if (isPage && isOurs(event.sender)) return true;
    log('error', 'refused a message from a frame that is not our page', { channel });
    return false;
  };
  return {
    handle(channel, listener) {
      ipcMain.handle(channel, (event, ...args: readonly unknown[]) => {
        if (!isTrusted(event, channel)) throw new Error('refused');
        return listener(...args);
      });
    },
    on(channel, listener) {
      ipcMain.on(channel, event => {
        if (isTrusted(event, channel)) listener(event.sender);
      });
    },
  };
}
