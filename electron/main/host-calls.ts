import { writeFile } from 'node:fs/promises';
import { BrowserWindow, dialog, shell } from 'electron';
import { z } from 'zod';
import { type HostCalls, type HostFacts, hostContract } from '#shared/contract/host.ts';
import { hostChannels, hostProcedures } from '#shared/contract/host-names.ts';
import type { Leaving } from './leaving.ts';
import type { ShellLog } from './shell-log.ts';
import type { EngineSupervisor } from './supervisor.ts';
import type { TrustedIpc } from './trusted-ipc.ts';

export interface HostParts {
  readonly supervisor: EngineSupervisor;
  readonly leaving: Leaving;
  readonly logFolder: string;
  readonly facts: HostFacts;
  readonly log: ShellLog;
}

const imageExtensions = ['raw', 'img', 'qcow2', 'gz', 'xz', 'zst'];

/** Answers the page's calls of the host contract; every input is checked here. */
export function serveHostCalls(ipc: TrustedIpc, parts: HostParts): void {
  const calls = hostCalls(parts);
  const procedure = z.enum(hostProcedures);
  ipc.handle(hostChannels.call, async (name, input) => {
    const known = procedure.parse(name);
    const checked = hostContract[known].input.parse(input);
    // The schema of this very procedure has just made the input what its handler takes.
    return await (calls[known] as (input: unknown) => Promise<unknown>)(checked);
  });
  ipc.handle(hostChannels.facts, async () => parts.facts);
}

function hostCalls({ supervisor, leaving, logFolder, log }: HostParts): HostCalls {
  return {
    async chooseImageFile({ title }) {
      const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
      const options: Electron.OpenDialogOptions = {
        title,
        properties: ['openFile'],
        filters: [
          { name: imageExtensions.map(extension => `.${extension}`).join(' '), extensions: imageExtensions },
          { name: '*', extensions: ['*'] },
        ],
      };
      const chosen = await (window === undefined
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(window, options));
      const [path] = chosen.filePaths;
      return chosen.canceled || path === undefined ? null : { path };
    },
    async saveSheet({ title, name, base64 }) {
      const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
      const options: Electron.SaveDialogOptions = { title, defaultPath: name };
      const chosen = await (window === undefined
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(window, options));
      if (chosen.canceled) return null;
      await writeFile(chosen.filePath, Buffer.from(base64, 'base64'));
      return { path: chosen.filePath };
    },
    async openLogFolder() {
      const problem = await shell.openPath(logFolder);
      if (problem !== '') log('warn', 'could not open the log folder', { problem });
      return {};
    },
    engineStatus: async () => supervisor.status(),
    async restartEngine() {
      supervisor.restart();
      return {};
    },
    async setLeavingWords(words) {
      leaving.setWords(words);
      return {};
    },
  };
}
