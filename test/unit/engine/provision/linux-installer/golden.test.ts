import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { assets, extensions, families, fixtures, profiles } from './plans.ts';

/** `UPDATE_GOLDEN=1` writes them anew; read the difference before you commit it. */
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

describe.each(families)('the answer files of %s', family => {
  const folder = path.join(fixtures, family);

  test.each(Object.entries(profiles))('%s is what was read and agreed', (name, planOf) => {
    const rendered = renderAnswerFile({ plan: planOf(family), assets });
    expect(rendered.problems).toEqual([]);
    const file = path.join(folder, `${name}.${extensions[family]}`);
    if (isUpdate) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, rendered.text ?? '');
    }
    expect(rendered.text).toBe(readFileSync(file, 'utf8'));
  });

  test('no file is left over from a profile that is gone', () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(profiles)
        .map(name => `${name}.${extensions[family]}`)
        .sort(),
    );
  });
});
