import { describe, expect, test } from 'vitest';
import { type RecognisedInstaller, recogniseInstaller } from '#engine/images/recognise-installer.ts';
import { parseIni } from '#engine/images/tree-info.ts';
import { installerMedium } from '#shared/contract/index.ts';
import { makeUdf } from '#test/unit/engine/media/udf/make-udf.ts';
import { discOf, madeDisc } from './made-disc.ts';

/** What lies on the real discs, cut down to what tells them apart. */
const treeInfo = (
  name: string,
  version: string,
  arch = 'x86_64',
  stage2 = 'images/install.img',
): string => `[checksums]
images/pxeboot/vmlinuz = sha256:abc

[general]
; WARNING.0 = This section provides compatibility with pre-productmd treeinfos.
arch = ${arch}
family = ${name}
name = ${name} ${version}
version = ${version}

[images-${arch}]
initrd = images/pxeboot/initrd.img
kernel = images/pxeboot/vmlinuz

[release]
name = ${name}
short = X
version = ${version}

[stage2]
mainimage = ${stage2}

[tree]
arch = ${arch}
`;
const anaconda = (name: string, version: string, arch?: string): Record<string, string> => ({
  '.treeinfo': treeInfo(name, version, arch),
  'images/pxeboot/vmlinuz': 'k',
  'images/pxeboot/initrd.img': 'i',
  'images/install.img': 's',
  'BaseOS/repodata/repomd.xml': 'r',
});
const debian = (info: string): Record<string, string> => ({
  '.disk/info': info,
  'install.amd/vmlinuz': 'k',
  'install.amd/initrd.gz': 'i',
  'dists/bookworm/Release': 'r',
});
const netboot = {
  'install/netboot/debian-installer/amd64/linux': 'k',
  'install/netboot/debian-installer/amd64/initrd.gz': 'i',
};
const ubuntu = (info: string): Record<string, string> => ({
  '.disk/info': info,
  'casper/vmlinuz': 'k',
  'casper/initrd': 'i',
  'casper/hwe-vmlinuz': 'k',
  'casper/hwe-initrd': 'i',
  'casper/install-sources.yaml': 'y',
  'casper/ubuntu-server-minimal.squashfs': 's',
  'casper/ubuntu-server-minimal.ubuntu-server.squashfs': 's',
  'dists/noble/Release': 'r',
  'install/vmlinuz': 'not the one',
});
const suse = (media: string, products: string, arch = 'x86_64'): Record<string, string> => ({
  'media.1/media': media,
  'media.1/products': products,
  [`boot/${arch}/loader/linux`]: 'k',
  [`boot/${arch}/loader/initrd`]: 'i',
  [`boot/${arch}/root`]: 's',
  'repodata/repomd.xml': 'r',
});

/** For names that our own ISO writer refuses. */
const udfDisc = (files: Record<string, string>) =>
  discOf(makeUdf(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))));

const stage2Of = (found: RecognisedInstaller | undefined) =>
  found?.evidence.find(({ code }) => code === 'installer.stage2')?.values['path'];

type Recognised = readonly [name: string, files: Record<string, string>, medium: Record<string, string>];
const discs: readonly Recognised[] = [
  ...(
    [
      ['Red Hat Enterprise Linux', '9.4', 'rhel'],
      ['CentOS', '7', 'centos'],
      ['CentOS Stream', '9', 'centos'],
      ['Rocky Linux', '9.3', 'rocky'],
      ['AlmaLinux', '8.9', 'almalinux'],
      ['Fedora', '40', 'fedora'],
      ['openEuler', '22.03', 'openEuler'],
      ['Kylin Linux Advanced Server', 'V10', 'kylin'],
    ] as const
  ).map(
    ([name, version, distribution]) =>
      [`${name} ${version}`, anaconda(name, version), { family: 'anaconda', distribution, version }] as const,
  ),
  [
    'Debian with the netboot initrd',
    {
      ...debian('Debian GNU/Linux 12.5.0 "Bookworm" - Unofficial amd64 DVD 20240210-11:27'),
      ...netboot,
    },
    {
      family: 'debian-installer',
      distribution: 'debian',
      version: '12.5.0',
      kernel: 'install/netboot/debian-installer/amd64/linux',
    },
  ],
  [
    'Debian testing',
    {
      ...debian('Debian GNU/Linux testing "Trixie" - Official Snapshot amd64 NETINST 20240506-03:20'),
      ...netboot,
    },
    { distribution: 'debian', version: 'testing' },
  ],
  [
    'Ubuntu server',
    ubuntu('Ubuntu-Server 24.04.1 LTS "Noble Numbat" - Release amd64 (20240827)'),
    {
      family: 'subiquity',
      distribution: 'ubuntu',
      version: '24.04.1',
      kernel: 'casper/vmlinuz',
    },
  ],
  [
    'SLES 15',
    suse(
      'SUSE - SLE-15-SP5-Full-x86_64-Build58.1-Media\nSLE-15-SP5-Full-x86_64-Build58.1\n1\n',
      '/ SLES15-SP5 15.5-0\n',
    ),
    { family: 'autoyast', distribution: 'sles', version: '15.5' },
  ],
  [
    'SLES 12',
    {
      ...suse('SUSE - SLE-12-SP5-Server-DVD-x86_64-Build0388-Media\n20191111\n1\n', '/ SLES 12.5-0\n'),
      content: 'DISTRO       cpe:/o:suse:sles:12:sp5,SUSE Linux Enterprise Server 12 SP5\n',
    },
    { distribution: 'sles', version: '12.5' },
  ],
  [
    'openSUSE Leap',
    suse('openSUSE - openSUSE-Leap-15.5-DVD-x86_64-Build491.1-Media\n', '/ openSUSE-Leap 15.5-1\n'),
    { distribution: 'opensuse-leap', version: '15.5' },
  ],
  [
    'openSUSE Tumbleweed',
    suse('openSUSE - openSUSE-20240601-x86_64-Build1.1-Media\n', '/ openSUSE-Tumbleweed 20240601-0\n'),
    { distribution: 'opensuse-tumbleweed', version: '20240601' },
  ],
];

describe('for certain', () => {
  test.each(discs)('%s', async (_name, files, medium) => {
    const found = await recogniseInstaller(await madeDisc(files));
    expect(found?.medium).toMatchObject({
      ...medium,
      architecture: 'x86_64',
      certainty: 'certain',
      repository: '',
    });
    expect(installerMedium.safeParse(found?.medium).success).toBe(true);
    for (const name of [found?.medium.kernel, found?.medium.initrd])
      expect(files).toHaveProperty([name ?? '']);
  });

  test.each([
    ['Ubuntu server', 'casper/ubuntu-server-minimal.squashfs'],
    ['SLES 15', 'boot/x86_64/root'],
  ])('%s with what its installer loads next', async (wanted, stage2) => {
    const [, files = {}] = discs.find(([name]) => name === wanted) ?? [];
    expect(stage2Of(await recogniseInstaller(await madeDisc(files)))).toBe(stage2);
  });

  test('on other processors', async () => {
    const rocky = await recogniseInstaller(await madeDisc(anaconda('Rocky Linux', '9.3', 'aarch64')));
    expect(rocky?.medium).toMatchObject({ architecture: 'aarch64', certainty: 'certain' });
    const sles = await recogniseInstaller(
      await madeDisc(
        suse('SUSE - SLE-15-SP5-Full-aarch64-Build58.1-Media\n', '/ SLES15-SP5 15.5-0\n', 'aarch64'),
      ),
    );
    expect(sles?.medium).toMatchObject({ architecture: 'aarch64', certainty: 'certain' });
  });
});

test('the modules of a full SLE 15 medium are kept, and a medium without any has none', async () => {
  const files = suse('SUSE - SLE-15-SP5-Full-x86_64-Build58.1-Media\n', '/Product-SLES SLES15-SP5 15.5-0\n');
  const modulesOf = async (more: Record<string, string>) =>
    (await recogniseInstaller(await madeDisc({ ...files, ...more })))?.medium.modules;
  const tree = (module: string) => ({ [`${module}/repodata/repomd.xml`]: 'r' });
  expect(
    await modulesOf({
      ...tree('Module-Server-Applications'),
      ...tree('Module-Basesystem'),
      ...tree('Product-SLES'),
    }),
  ).toEqual(['Module-Basesystem', 'Module-Server-Applications']);
  expect(await modulesOf({})).toBeUndefined();
});

describe('less than certain', () => {
  const without = (files: Record<string, string>, ...names: string[]): Record<string, string> =>
    Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
  const codes = async (files: Record<string, string>) => {
    const found = await recogniseInstaller(await madeDisc(files));
    return { certainty: found?.medium.certainty, codes: found?.evidence.map(({ code }) => code) ?? [] };
  };

  test.each([
    ['Fedora-E-dvd-x86_64-40', 'fedora', '40'],
    ['RHEL-9-4-0-BaseOS-x86_64', 'rhel', '9.4'],
    ['Rocky-9-4-x86_64-dvd', 'rocky', '9.4'],
    ['OL-8-10-0-BaseOS-x86_64', 'ol', '8.10'],
    ['openEuler-22.03-LTS-x86_64', 'openEuler', '22.03'],
  ])(
    'no .treeinfo, but a layout that nobody else has and the name %s, is likely',
    async (label, distribution, version) => {
      const files = without(anaconda('x', '1'), '.treeinfo');
      const found = await recogniseInstaller({ ...(await madeDisc(files)), label });
      expect(found?.medium).toMatchObject({
        distribution,
        version,
        architecture: 'x86_64',
        certainty: 'likely',
      });
      expect(found?.evidence.map(({ code }) => code)).toContain('installer.no_metadata');
    },
  );

  test.each([
    ['no .treeinfo', without(anaconda('Fedora', '40'), '.treeinfo')],
    ['no .disk/info', without({ ...debian('x'), ...netboot }, '.disk/info')],
    ['no .disk/info', without(ubuntu('x'), '.disk/info')],
    ['no media.1', without(suse('', ''), 'media.1/media', 'media.1/products')],
  ])('%s, and nothing else that names distribution and version, is a guess', async (_name, files) => {
    const found = await codes(files);
    expect(found.certainty).toBe('guess');
    expect(found.codes).toContain('installer.no_metadata');
  });

  test('a live system beside packages, without metadata, is a guess: it may be RHEL 7', async () => {
    const files = {
      ...without(anaconda('x', '1'), '.treeinfo', 'images/install.img'),
      'LiveOS/squashfs.img': 's',
    };
    const found = await recogniseInstaller({ ...(await madeDisc(files)), label: 'RHEL-7.9 Server.x86_64' });
    expect(found?.medium).toMatchObject({ distribution: 'rhel', version: '7.9', certainty: 'guess' });
  });

  test('.discinfo stands in for .treeinfo', async () => {
    const files = {
      ...without(anaconda('x', '1'), '.treeinfo'),
      '.discinfo': '1700000000.123\nopenEuler 22.03-LTS-SP3\nx86_64\nALL\n',
    };
    expect((await recogniseInstaller(await madeDisc(files)))?.medium).toMatchObject({
      distribution: 'openEuler',
      version: '22.03-LTS-SP3',
      architecture: 'x86_64',
      certainty: 'certain',
    });
  });

  test('metadata that name a file which is not there are a guess, and the usual place is taken', async () => {
    const files = {
      ...anaconda('Fedora', '40'),
      '.treeinfo': treeInfo('Fedora', '40', 'x86_64', 'images/gone.img'),
    };
    const found = await recogniseInstaller(await madeDisc(files));
    expect(found?.medium.certainty).toBe('guess');
    expect(stage2Of(found)).toBe('images/install.img');
    expect(found?.evidence).toContainEqual({
      code: 'installer.file_missing',
      values: { path: '.treeinfo', named: 'images/gone.img' },
    });
  });

  test.each([
    ['a distribution that we do not know', anaconda('Frobnix', '3')],
    ['no version', anaconda('Fedora', '')],
    ['an unknown processor', anaconda('Fedora', '40', 's390x')],
    ['no stage 2', without(anaconda('Fedora', '40'), 'images/install.img')],
    [
      'an initrd of Debian that looks for a disc',
      debian('Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 NETINST'),
    ],
    ['a mini.iso by its two files alone', { linux: 'k', 'initrd.gz': 'i' }],
    [
      'media for one processor that call themselves another',
      suse('SUSE - SLE-15-SP5-Full-aarch64-Build1-Media\n', '/ SLES15-SP5 15.5-0\n'),
    ],
  ])('%s is a guess', async (_name, files) => {
    expect((await codes(files)).certainty).toBe('guess');
  });

  test('what a person should know is said', async () => {
    expect((await codes(without(anaconda('Fedora', '40'), 'BaseOS/repodata/repomd.xml'))).codes).toContain(
      'installer.no_packages',
    );
    expect((await codes(debian('Debian GNU/Linux 12.5.0 "Bookworm" - amd64'))).codes).toContain(
      'installer.initrd_wants_disc',
    );
    const withNetboot = { ...debian('Debian GNU/Linux 12.5.0 "Bookworm" - amd64'), ...netboot };
    expect((await codes(withNetboot)).codes).not.toContain('installer.initrd_wants_disc');
  });
});

describe('not an installer', () => {
  test.each([
    ['an empty disc', {}],
    ['files', { 'readme.txt': 'x' }],
    ['metadata without a kernel', { '.treeinfo': treeInfo('Fedora', '40') }],
    ['a kernel without an initrd', { 'images/pxeboot/vmlinuz': 'k' }],
    ['empty files', { 'images/pxeboot/vmlinuz': '', 'images/pxeboot/initrd.img': '' }],
    [
      'a live desktop with an installer for persons',
      {
        '.disk/info': 'Ubuntu 20.04.6 LTS "Focal Fossa" - Release amd64 (20230316)',
        'casper/vmlinuz': 'k',
        'casper/initrd': 'i',
        'casper/filesystem.squashfs': 's',
      },
    ],
    [
      "Fedora's live desktop, which reads no kickstart file",
      {
        'images/pxeboot/vmlinuz': 'k',
        'images/pxeboot/initrd.img': 'i',
        'LiveOS/squashfs.img': 's',
      },
    ],
    [
      'Agama, the installer of SLES 16, which is a live system',
      {
        'boot/x86_64/loader/linux': 'k',
        'boot/x86_64/loader/initrd': 'i',
        'LiveOS/squashfs.img': 's',
      },
    ],
    ['Windows', { 'sources/boot.wim': 'x', bootmgr: 'y' }],
  ])('%s', async (_name, files) => {
    expect(await recogniseInstaller(await madeDisc(files))).toBeUndefined();
  });
});

describe('hostile metadata', () => {
  test.each(['../../etc/passwd', '/etc/passwd', 'a\\..\\b', 'C:\\x', `${'x/'.repeat(2000)}y`, 'images'])(
    'a kernel %j does not become one',
    async kernel => {
      const text = treeInfo('Fedora', '40').replace('kernel = images/pxeboot/vmlinuz', `kernel = ${kernel}`);
      const found = await recogniseInstaller(
        await madeDisc({ ...anaconda('Fedora', '40'), '.treeinfo': text }),
      );
      expect(found?.medium).toMatchObject({ kernel: 'images/pxeboot/vmlinuz', certainty: 'guess' });
    },
  );

  test.each([
    ['a backslash', { 'casper/a\\b.squashfs': 's' }],
    ['a control character', { 'casper/a\u0085b.squashfs': 's' }],
  ])("a file's name with %s does not become a path of the medium", async (_name, files) => {
    const found = await recogniseInstaller(
      await udfDisc({
        '.disk/info': 'Ubuntu-Server 24.04 LTS "Noble Numbat" - Release amd64 (20240423)',
        'casper/vmlinuz': 'k',
        'casper/initrd': 'i',
        'casper/install-sources.yaml': 'y',
        ...files,
      }),
    );
    expect(installerMedium.safeParse(found?.medium).success).toBe(true);
    expect(found?.evidence.map(({ code }) => code)).toContain('installer.no_stage2');
  });

  test('a path that is longer than a medium may have does not become one', async () => {
    const kernel = `${`${'d'.repeat(200)}/`.repeat(5)}vmlinuz`;
    const text = treeInfo('Fedora', '40').replace('kernel = images/pxeboot/vmlinuz', `kernel = ${kernel}`);
    const files = { ...anaconda('Fedora', '40'), '.treeinfo': text, [kernel]: 'k' };
    const found = await recogniseInstaller(await udfDisc(files));
    expect(found?.medium).toMatchObject({ kernel: 'images/pxeboot/vmlinuz', certainty: 'guess' });
    expect(installerMedium.safeParse(found?.medium).success).toBe(true);
  });

  test('long texts, control characters and binary do not get through', async () => {
    const long = anaconda(`Fedora ${'x'.repeat(5000)}`, `40\u0007${'9'.repeat(500)}`);
    const found = await recogniseInstaller(await madeDisc(long));
    expect(installerMedium.safeParse(found?.medium).success).toBe(true);
    expect(JSON.stringify(found)).not.toContain('\\u0007');
    expect(JSON.stringify(found).length).toBeLessThan(3000);
    const binary = { ...anaconda('x', '1'), '.treeinfo': String.fromCharCode(...Array(2000).keys()) };
    expect((await recogniseInstaller(await madeDisc(binary)))?.medium.kernel).toBe('images/pxeboot/vmlinuz');
    const huge = { ...anaconda('x', '1'), '.treeinfo': '[general]\n'.repeat(60_000) };
    expect((await recogniseInstaller(await madeDisc(huge)))?.medium.certainty).toBe('guess');
  });
});

test('an INI file: both separators, comments, repeated sections, names of JavaScript', () => {
  const ini = parseIni(
    'a = lost\n[x]\r\nKey: one = two\r\n; c = d\n# e = f\nnothing\n[__proto__]\ntoString=1\n[x]\nk=2\n',
  );
  expect([...(ini.get('x') ?? [])]).toEqual([
    ['key', 'one = two'],
    ['k', '2'],
  ]);
  expect(ini.get('__proto__')?.get('tostring')).toBe('1');
  expect(ini.get('constructor')).toBeUndefined();
});
