import { rmSync } from 'node:fs';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

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
        rollupOptions: { input: 'renderer/index.html' },
      },
    },
  };
});
