import path from 'node:path';
import { build } from 'vite';

const root = path.join(import.meta.dirname, '..', '..', '..');

/** The preload as the package has it: one CommonJS file with nothing but `electron` outside. */
export async function buildPreload(outDir: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    root,
    build: {
      outDir,
      emptyOutDir: false,
      minify: false,
      lib: {
        entry: path.join(root, 'electron/preload/index.ts'),
        formats: ['cjs'],
        fileName: () => 'index.cjs',
      },
      rollupOptions: { external: ['electron'] },
    },
  });
  return path.join(outDir, 'index.cjs');
}

/** The small page of `page/`, so that the shell's tests need nothing of the real one. */
export async function buildTestPage(outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: path.join(import.meta.dirname, 'page'),
    build: { outDir, emptyOutDir: true },
  });
}
