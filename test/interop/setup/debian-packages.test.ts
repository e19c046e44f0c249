import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { testPackages } from '#scripts/setup/debian-packages.ts';
import { unpackedPackages } from '#scripts/setup/unpacked-packages.ts';

const dpkg = (...args: string[]) => execFileSync('dpkg-query', args, { encoding: 'utf8' });

/** Packages with a unit or init script that starts nothing, each with the reason. */
const harmless: Readonly<Record<string, string>> = {
  ipmitool: 'ipmievd is off: update-rc.d defaults-disabled, dh_installsystemd --no-enable',
  'x11-common': 'makes the folders of X sockets in /tmp',
};

/** What installing them brings, itself included; what every Debian has anyway left out. */
function broughtPackages(): string[] {
  const relations = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
  const options = ['--recurse', '--installed', ...relations.map(name => `--no-${name}`)];
  const listed = execFileSync('apt-cache', ['depends', ...options, ...testPackages], { encoding: 'utf8' });
  const names = new Set(listed.split('\n').filter(line => /^[a-z0-9]/.test(line)));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
  const installed = dpkg('-W', '-f', '${Package} ${Priority}\n').trim().split('\n');
  return installed.flatMap(line => {
    const [name = '', priority] = line.split(' ');
    return names.has(name) && (priority === 'optional' || priority === 'extra') ? [name] : [];
  });
}

/** Of all installed packages, those with a unit or an init script. */
function packagesWithServices(): Set<string> {
  const found = dpkg('-S', '*/systemd/system/*', '/etc/init.d/*').split('\n');
  return new Set(
    found.flatMap(line => {
      const [, names = ''] = /^(.*): .*(?:\.(?:service|socket|timer|path)|\/init\.d\/.+)$/.exec(line) ?? [];
      return names.split(', ').map(name => name.split(':')[0] ?? '');
    }),
  );
}

describe('the Debian packages that the tests install', () => {
  it('start no service on the machine of who runs them', () => {
    const brought = broughtPackages();
    expect(brought).toContain('chromium');
    const withServices = packagesWithServices();
    expect(withServices).toContain('ipmitool');
    expect(brought.filter(name => withServices.has(name) && !(name in harmless))).toEqual([]);
    for (const name of unpackedPackages) expect(brought).not.toContain(name);
  });
});
