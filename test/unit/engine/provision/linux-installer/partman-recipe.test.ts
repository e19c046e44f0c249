import { expect, test } from 'vitest';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { assets, plainPlan, profiles } from './plans.ts';

/** partman-auto's recipes.sh, `decode_recipe`: a line with `<type>ignore` is left out for that type, and no other. */
test.each(Object.keys(profiles))("debian-installer's recipe of %s has each mount point once", name => {
  const plan = profiles[name]?.('debian-installer');
  const { text } = renderAnswerFile({ plan: plan ?? plainPlan('debian-installer'), assets });
  const recipe = /expert_recipe string (.*)/.exec(text ?? '')?.[1] ?? '';
  const isRaid = (text ?? '').includes('partman-auto/method string raid');
  const linesFor = (type: string) => recipe.split(' . ').filter(line => !line.includes(`${type}ignore`));
  for (const type of isRaid ? ['default', 'lvm'] : ['default']) {
    const mounts = linesFor(type).flatMap(line => /mountpoint\{ (\S+) \}/.exec(line)?.[1] ?? []);
    expect(mounts).toEqual([...new Set(mounts)]);
  }
  if (!isRaid) return;
  expect(linesFor('default').filter(line => line.includes('in_vg{') || line.includes('mountpoint{'))).toEqual(
    [],
  );
  expect(linesFor('lvm').filter(line => !line.includes('in_vg{'))).toEqual([]);
});
