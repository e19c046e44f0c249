import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { assets, plainPlan } from './plans.ts';

const repository = {
  name: 'rack',
  url: 'http://10.77.0.1:8088/media/x',
  suite: './',
  checkSignatures: false,
};

function autoinstall(plan: Partial<ReturnType<typeof plainPlan>>) {
  const { text } = renderAnswerFile({ plan: { ...plainPlan('subiquity'), ...plan }, assets });
  const file = parse(text ?? '', { version: '1.1' }) as {
    autoinstall: { packages?: string[]; 'late-commands': string[] };
  };
  return { packages: file.autoinstall.packages, late: file.autoinstall['late-commands'].join('\n') };
}

/** Without a network of its own subiquity hides every repository but its disc's from what `packages` says. */
describe('packages on Ubuntu', () => {
  test('come by the installer where it knows all sources', () => {
    const { packages, late } = autoinstall({ packages: ['chrony', '@server'] });
    expect(packages).toEqual(['openssh-server', 'chrony', 'server^']);
    expect(late).not.toContain('apt-get');
  });

  test('come once the repositories are back where there are some, and before our scripts', () => {
    const { packages, late } = autoinstall({ packages: ['mytool', '@server'], repositories: [repository] });
    expect(packages).toBeUndefined();
    expect(late).toMatch(/apt-get install --yes 'openssh-server' 'mytool' 'server\^' \|\|/);
    expect(late.indexOf('apt-get install')).toBeLessThan(late.indexOf('report post'));
  });
});
