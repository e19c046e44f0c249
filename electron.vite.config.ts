import { rmSync } from 'node:fs';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

interface ModuleGraph {
  getModuleInfo(id: string): { readonly isEntry: boolean; readonly importers: readonly string[] } | null;
}

/** The chunk's name for what the page's entry imports, however far; null for what is imported later. */
function ofFirstScreen(id: string, graph: ModuleGraph): string | null {
  const seen = new Set<string>();
  const isNeeded = (module: string): boolean => {
    if (seen.has(module)) return false;
    seen.add(module);
    const info = graph.getModuleInfo(module);
    return info !== null && (info.isEntry || info.importers.some(isNeeded));
  };
  return isNeeded(id) ? 'first-screen' : null;
}

const out = path.resolve(process.env['RACKSIDE_OUT'] ?? 'out');

// out/main, out/engine, out/preload, out/renderer: what the package holds. Of node_modules only what package.json calls
// `dependencies` stays outside (native modules); everything else is bundled, so the package carries no sources.
export default defineConfig(({ command }) => {
  if (command === 'build') rmSync(out, { recursive: true, force: true });
  return {
    main: {
      build: {
        outDir: out,
        emptyOutDir: false,
        sourcemap: false,
        rollupOptions: {
          input: {
            'main/index': 'electron/main/index.ts',
            'engine/utility': 'electron/engine/hosts/utility.ts',
            // Found by the engine as a file beside its own, so no chunk may lie in another folder.
            'engine/image-import-worker': 'electron/engine/images/import-worker.ts',
          },
          output: { entryFileNames: '[name].js', chunkFileNames: 'engine/[name]-[hash].js' },
        },
      },
    },
    preload: {
      build: {
        outDir: path.join(out, 'preload'),
        externalizeDeps: false,
        rollupOptions: {
          input: { index: 'electron/preload/index.ts' },
          // A sandboxed preload is one CommonJS file.
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
    renderer: {
      root: 'renderer',
      // icon.png: the page's favicon, and the icon of the window that shows it.
      publicDir: path.resolve('assets/icons/page'),
      plugins: [react()],
      build: {
        outDir: path.join(out, 'renderer'),
        minify: true,
        // The page's policy forbids scripts and fonts from data: URLs.
        assetsInlineLimit: 0,
        rollupOptions: {
          input: 'renderer/index.html',
          // All that the first screen needs is one file: it is fetched at once, and zod hears first that it must not compile.
          output: { codeSplitting: { groups: [{ name: ofFirstScreen, debugName: 'first-screen' }] } },
        },
      },
    },
  };
});
