import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const shown = ['README.md', ...globSync('docs/*.md', { cwd: root })].flatMap(file => {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/\]\((?:docs\/)?(screens\/[^)]+)\)/g)].map(match => match[1] ?? '');
});

it('README and docs show pictures that are there, and no other picture is kept', () => {
  expect(shown.filter(picture => !existsSync(join(root, 'docs', picture)))).toEqual([]);
  const kept = readFileSync(join(root, 'docs', 'screens', '.gitignore'), 'utf8').matchAll(/^!\/(.+)$/gm);
  const keptPictures = [...kept].map(match => `screens/${match[1]}`);
  expect(keptPictures.toSorted()).toEqual([...new Set(shown)].toSorted());
});
