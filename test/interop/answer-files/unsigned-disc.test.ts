import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { assets, plainPlan } from '../../unit/engine/provision/linux-installer/plans.ts';

const root = mkdtempSync(path.join(tmpdir(), 'rk-unsigned-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const target = path.join(root, 'target');
const configuration = path.join(target, 'etc/apt/apt.conf.d');
const disc = path.join(root, 'disc');

/** As apt-setup-verify asks whether a line of sources.list is good; the peer is Debian's APT. */
function aptUpdate() {
  const sources = path.join(root, 'sources.list');
  writeFileSync(sources, `deb file:${disc} ./\n`);
  const options = {
    'Dir::Etc::parts': configuration,
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::sourcelist': sources,
    'Dir::Etc::sourceparts': '-',
    'Dir::State': path.join(root, 'state'),
    'Dir::Cache': path.join(root, 'cache'),
    'APT::Sandbox::User': 'root',
  };
  const main = path.join(root, 'apt.conf');
  writeFileSync(
    main,
    Object.entries(options)
      .map(([name, value]) => `${name} "${value}";\n`)
      .join(''),
  );
  return spawnSync('apt-get', ['update'], {
    encoding: 'utf8',
    env: { ...process.env, APT_CONFIG: main, LC_ALL: 'C' },
  });
}

test('APT takes the lists of a disc that nobody has signed by what our hook writes, and not without it', () => {
  for (const folder of [
    configuration,
    disc,
    path.join(root, 'state/lists/partial'),
    path.join(root, 'cache/archives/partial'),
  ])
    mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(disc, 'Packages'), '');
  writeFileSync(path.join(disc, 'Release'), 'Origin: Debian\nSuite: stable\nCodename: trixie\n');
  // base-installer's own, for `allow_unauthenticated`: it is not enough.
  writeFileSync(
    path.join(configuration, '00AllowUnauthenticated'),
    'APT::Get::AllowUnauthenticated "true";\n',
  );
  expect(aptUpdate().stderr).toContain('is not signed');

  const { text } = renderAnswerFile({ plan: plainPlan('debian-installer'), assets });
  const hook = /^#early\| hook \/usr\/lib\/post-base-installer\.d\/00rackside '(.*)'$/m.exec(text ?? '')?.[1];
  spawnSync('sh', { input: hook?.replaceAll('/target/', `${target}/`), encoding: 'utf8' });
  expect(aptUpdate()).toMatchObject({ status: 0, stderr: expect.not.stringContaining('E:') });
});
