import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { arrayUuid, installInTree, type TreeRun } from './dracut-tree.ts';
import { type DracutFamily, dracutFamilies } from './small-system.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-dracut-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kernels = ['5.14.0-427.el9.x86_64', '5.14.0-503.el9.x86_64'];
const families = Object.keys(dracutFamilies) as DracutFamily[];
const install = (run: Partial<TreeRun>) =>
  installInTree(folder, { family: 'rhel', layout: 'lvm', kernels, ...run });

const plainGrub =
  'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="crashkernel=1G-4G:192M resume=/dev/mapper/rl-swap rd.lvm.lv=rl/root rd.md.uuid=1:2:3:4 rd.luks.uuid=luks-1 rhgb"\n';

describe.each(families)('dracut in the tree of %s', family => {
  const { initramfs } = dracutFamilies[family];

  test('is run in the chroot once for each kernel that has its modules, with every storage driver', () => {
    const { result, called, has, console } = install({
      family,
      parameters: { 'rebuild-initramfs': 'yes' },
      files: { 'boot/vmlinuz-0-rescue-1234': 'kernel without a folder of modules' },
    });
    expect(result, console).toMatchObject({ ok: true });
    expect(called.filter(({ name }) => name === 'dracut').map(({ words }) => words)).toEqual(
      kernels.map(kernel => [
        '--force',
        '--no-hostonly',
        '--kver',
        kernel,
        '--add',
        'lvm mdraid',
        '--omit',
        'resume plymouth',
        '--add-drivers',
        'ahci megaraid_sas nvme ',
        '--kernel-cmdline',
        'rd.driver.pre=megaraid_sas rd.driver.pre=nvme ',
        '--mdadmconf',
        '--lvmconf',
        `/boot/${initramfs(kernel)}`,
      ]),
    );
    for (const kernel of kernels) expect(has(`boot/${initramfs(kernel)}`)).toBe(true);
    expect(result.evidence.initramfs).toEqual(kernels.map(kernel => `/boot/${initramfs(kernel)}`));
  });

  test('keeps the name that the image gave its initramfs', () => {
    const [kernel = ''] = kernels;
    const { result } = install({
      family,
      kernels: [kernel],
      files: { [`boot/initrd-${kernel}`]: 'as its package made it' },
    });
    expect(result.evidence.initramfs).toEqual([`/boot/initrd-${kernel}`]);
  });

  test.each(['dash', 'busybox'] as const)('that fails ends the step with its last lines, in %s', shell => {
    const { result, called } = install({
      family,
      shell,
      layout: 'raid',
      dracutError:
        "dracut: Executing: dracut\ndracut[E]: dracut module 'mdraid' cannot be found or installed.",
    });
    expect(result).toMatchObject({
      ok: false,
      code: 'initramfs-failed',
      evidence: { tool: 'dracut', exit: 1, stderr: expect.stringContaining('dracut: Executing: dracut\n') },
    });
    expect(result.message).toBe(
      "dracut ended with 1: dracut[E]: dracut module 'mdraid' cannot be found or installed.",
    );
    expect(called.map(({ name }) => name)).toEqual(['dracut']);
  });

  test('is not run for a plain disk, unless the image wants it', () => {
    const { result, called } = install({ family, layout: 'plain' });
    expect(result).toMatchObject({ ok: true, evidence: { initramfs: [] } });
    expect(called.map(({ name }) => name)).toEqual(['grub2-install', 'grub2-install', 'grub2-mkconfig']);
  });

  const own = 'crashkernel=1G-4G:192M rhgb';
  test.each([
    ['plain', `${own} console=ttyS0`],
    ['lvm', `${own} rd.lvm.lv=root-vg/root rd.lvm.lv=root-vg/usr console=ttyS0`],
    ['raid', `${own} rd.md.uuid=${arrayUuid(3)} console=ttyS0`],
    [
      'lvm on raid',
      `${own} rd.lvm.lv=root-vg/root rd.lvm.lv=root-vg/usr rd.md.uuid=${arrayUuid(3)} console=ttyS0`,
    ],
  ] as const)(
    'finds the root of the layout %s by what grub.cfg tells it, and nothing of the image',
    (layout, line) => {
      const { result, read, called } = install({
        family,
        layout,
        parameters: { 'kernel-arguments': 'console=ttyS0' },
        files: { 'etc/default/grub': plainGrub },
      });
      expect(result.evidence.kernelArguments).toBe(line);
      expect(read('boot/grub2/grub.cfg').trim()).toBe(`linux /vmlinuz ${line}`);
      expect(read('etc/default/grub')).toContain('GRUB_TIMEOUT=5\n');
      expect(called.at(-1)).toEqual({ name: 'grub2-mkconfig', words: ['-o', '/boot/grub2/grub.cfg'] });
    },
  );
});

test("entries in files, which grub2-mkconfig does not write again, get the layout's root and paths", () => {
  const [kernel = ''] = kernels;
  const entry = (options: string, prefix: string): string =>
    `title Rocky Linux\nversion ${kernel}\nlinux ${prefix}/vmlinuz-${kernel}\ninitrd ${prefix}/initramfs-${kernel}.img $tuned_initrd\noptions ${options}\n`;
  const { read, called } = install({
    layout: 'lvm on raid',
    files: {
      'etc/default/grub': plainGrub,
      'boot/loader/entries/1.conf': entry('root=/dev/vda3 ro $tuned_params', '/boot'),
      'boot/grub2/grubenv': 'saved_entry=1\nkernelopts=root=/dev/vda3\n',
    },
  });
  const options = `root=/dev/mapper/root--vg-root ro crashkernel=1G-4G:192M rhgb rd.lvm.lv=root-vg/root rd.lvm.lv=root-vg/usr rd.md.uuid=${arrayUuid(3)}`;
  expect(read('boot/loader/entries/1.conf')).toBe(entry(`${options} $tuned_params`, ''));
  expect(read('etc/kernel/cmdline')).toBe(`${options}\n`);
  expect(called).toContainEqual({
    name: 'grub2-editenv',
    words: ['/boot/grub2/grubenv', 'unset', 'kernelopts'],
  });
  expect(read('etc/mdadm.conf')).toContain(`ARRAY /dev/md/boot metadata=1.0 UUID=${arrayUuid(2)}\n`);
});

/** dracut's own script is read, up to `--version` behind our words, and then says what it has understood. */
const asDracutReads = `
dracut=$(command -v dracut) dracutbasedir=\${dracut%/bin/dracut}/lib/dracut
trap 'printf "%s\\n" "$force" "$hostonly_l" "$kernel" "\${add_dracutmodules_l[*]}" "\${omit_dracutmodules_l[*]}" \\
  "\${add_drivers_l[*]}" "\${kernel_cmdline_l[*]}" "$mdadmconf_l" "$lvmconf_l" "$outfile"' EXIT
. "$dracut" >&2
`;

test.each([
  ['with all of it', 'lvm', kernels],
  ['for a kernel that has no storage driver as a module', 'raid', []],
] as const)("Debian's dracut understands our command line %s", (_name, layout, withModules) => {
  const bare = 'monolithic';
  const { called } = install({
    layout,
    kernels: withModules,
    files: {
      [`boot/vmlinuz-${bare}`]: 'kernel',
      [`usr/lib/modules/${bare}/modules.builtin`]: 'kernel/drivers/ata/ahci.ko\n',
    },
  });
  const calls = called.filter(({ name }) => name === 'dracut');
  expect(calls).toHaveLength(withModules.length + 1);
  for (const { words } of calls) {
    const read = spawnSync('bash', ['-c', asDracutReads, 'dracut', ...words, '--version'], {
      encoding: 'utf8',
    });
    const after = (option: string): string => words[words.indexOf(option) + 1] ?? '';
    expect(read.stderr).toMatch(/^dracut \d+/);
    expect(read.stdout.split('\n')).toEqual([
      'yes',
      'no',
      after('--kver'),
      'lvm mdraid',
      'resume plymouth',
      after('--add-drivers'),
      after('--kernel-cmdline'),
      'yes',
      'yes',
      `/boot/initramfs-${after('--kver')}.img`,
      '',
    ]);
  }
});
