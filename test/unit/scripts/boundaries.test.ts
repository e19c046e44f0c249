import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findViolations, importsOf } from '#scripts/check/boundaries.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rk-boundaries-'));
  plant(
    'package.json',
    JSON.stringify({ imports: { '#shared/*': './shared/*', '#engine/*': './electron/engine/*' } }),
  );
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('the boundary check', () => {
  it.each([
    [
      'a codec that knows the store',
      'electron/engine/net/dhcp/packet.ts',
      "import type { Store } from '#engine/store/store.ts';",
    ],
    [
      'one protocol inside another',
      'electron/engine/net/dhcp/packet.ts',
      "import { x } from '../tftp/packet.ts';",
    ],
    ['a page that reaches the engine', 'renderer/app/App.tsx', "import { x } from '#engine/engine.ts';"],
    ['a page that reads files', 'renderer/app/App.tsx', "import { readFileSync } from 'node:fs';"],
    ['an engine that knows Electron', 'electron/engine/engine.ts', "import { app } from 'electron';"],
    ['a re-export that goes round', 'shared/model/mac.ts', "export * from '../contract/index.ts';"],
    ['a dynamic import', 'electron/preload/index.ts', "const x = import('../main/index.ts');"],
  ])('finds %s', (_name, path, text) => {
    plant(path, text);
    expect(findViolations(root)).toHaveLength(1);
  });

  it('finds a cycle of files', () => {
    plant('shared/model/a.ts', "import { b } from './b.ts';");
    plant('shared/model/b.ts', "import type { a } from './a.ts';");
    expect(findViolations(root).map(violation => violation.why)).toEqual([expect.stringMatching(/^cycle: /)]);
  });

  it('lets a room use itself and what it is given', () => {
    plant(
      'electron/engine/net/tftp/server.ts',
      "import { x } from './packet.ts';\nimport { y } from '../file-source/file-source.ts';",
    );
    plant('electron/engine/provision/deployer.ts', "import { z } from '#engine/store/store.ts';");
    expect(findViolations(root)).toEqual([]);
  });

  it('reads imports that span lines, and types like values', () => {
    expect(
      importsOf(
        "import {\n  a,\n  type B,\n} from './a.ts';\nexport type { C } from './c.ts';\nimport './d.ts';",
      ),
    ).toEqual(['./a.ts', './c.ts', './d.ts']);
  });
});

describe('this tree', () => {
  it('keeps the boundaries', () => {
    expect(findViolations(join(import.meta.dirname, '../../..'))).toEqual([]);
  });
});
