import path from 'node:path';
import { app, dialog } from 'electron';
import { startShell } from './shell.ts';

const out = path.join(import.meta.dirname, '..');

// Not awaited: Electron becomes ready only after this module has been evaluated.
startShell({
  preload: path.join(out, 'preload', 'index.cjs'),
  engine: path.join(out, 'engine', 'utility.js'),
  pageDir: path.join(out, 'renderer'),
}).catch((error: unknown) => {
  dialog.showErrorBox('Rackside', error instanceof Error ? error.message : String(error));
  app.exit(1);
});
