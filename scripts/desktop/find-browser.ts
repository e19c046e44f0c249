import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const unixNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const macPrograms = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  name => `/Applications/${name}.app/Contents/MacOS/${name}`,
);
const windowsPrograms = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
];

/** A browser that has app windows: Chromium, Chrome or Edge. `RACKSIDE_BROWSER` names one. */
export function findBrowser(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  isProgram: (file: string) => boolean = isExecutable,
): string | undefined {
  const chosen = env['RACKSIDE_BROWSER'];
  return (chosen === undefined ? candidates(env, platform) : [chosen]).find(isProgram);
}

function candidates(env: Readonly<Record<string, string | undefined>>, platform: string): string[] {
  if (platform === 'darwin') return macPrograms;
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
    return roots.flatMap(root =>
      root === undefined ? [] : windowsPrograms.map(program => path.win32.join(root, program)),
    );
  }
  const folders = (env['PATH'] ?? '').split(':').filter(folder => folder.startsWith('/'));
  return unixNames.flatMap(name => folders.map(folder => path.posix.join(folder, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not for us
  }
}
