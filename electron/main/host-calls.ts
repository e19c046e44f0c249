import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BrowserWindow, dialog, Notification, shell } from 'electron';
import { z } from 'zod';
import { type HostCalls, type HostFacts, hostContract } from '#shared/contract/host.ts';
import { hostChannels, hostProcedures } from '#shared/contract/host-names.ts';
import { savedFolders } from '#shared/model/data-folders.ts';
import type { Leaving } from './leaving.ts';
import type { ShellLog } from './shell-log.ts';
import type { EngineSupervisor } from './supervisor.ts';
import type { TrustedIpc } from './trusted-ipc.ts';
import { writeWhole } from './write-whole.ts';

export interface HostParts {
  readonly supervisor: EngineSupervisor;
  readonly leaving: Leaving;
  readonly dataDir: string;
  readonly logFolder: string;
  readonly facts: HostFacts;
  readonly log: ShellLog;
}

const imageExtensions = ['raw', 'img', 'qcow2', 'gz', 'xz', 'zst', 'iso'];

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

function shownWindow(): BrowserWindow | undefined {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
}

/** Null: the person closed the dialog. */
async function chooseTarget(title: string, name: string): Promise<{ readonly path: string } | null> {
  const window = shownWindow();
  const options: Electron.SaveDialogOptions = { title, defaultPath: name };
  const { canceled, filePath } = await (window === undefined
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options));
  return canceled ? null : { path: filePath };
}

function hostCalls({ supervisor, leaving, dataDir, logFolder, log }: HostParts): HostCalls {
  return {
    async chooseImageFiles({ title }) {
      const window = shownWindow();
      const options: Electron.OpenDialogOptions = {
        title,
        properties: ['openFile', 'multiSelections'],
        filters: [
          { name: imageExtensions.map(extension => `.${extension}`).join(' '), extensions: imageExtensions },
          { name: '*', extensions: ['*'] },
        ],
      };
      const chosen = await (window === undefined
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(window, options));
      return chosen.canceled || chosen.filePaths.length === 0 ? null : { paths: chosen.filePaths };
    },
    async saveFile({ title, kind, name }) {
      const target = await chooseTarget(title, name);
      if (target !== null)
        await writeWhole(target.path, part => copyFile(path.join(dataDir, savedFolders[kind], name), part));
      return target;
    },
    async notify({ title, body }) {
      const notice = new Notification({ title, body });
      notice.on('click', () => shownWindow()?.show());
      notice.show();
      return {};
    },
    async saveSheet({ title, name, base64 }) {
      const target = await chooseTarget(title, name);
      if (target !== null)
        await writeWhole(target.path, part => writeFile(part, Buffer.from(base64, 'base64')));
      return target;
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
