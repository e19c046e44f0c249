import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ShellName, shells } from './run-agent.ts';

const agentFolder = join(import.meta.dirname, '../../../assets/ramdisk/agent');
let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'rk-tree-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

/** Whether the written system has GRUB for a firmware, by its folders alone. */
function hasLoader(shell: ShellName, firmware: 'bios' | 'uefi'): boolean {
  const [program, ...first] = shells[shell];
  const script = '. "$0"/installed/grub.sh; vendor_folder= grub=grub2; if has_loader; then echo yes; fi';
  const environment = { PATH: process.env['PATH'], tree, layout_firmware: firmware };
  return (
    execFileSync(program, [...first, '-c', script, agentFolder], { encoding: 'utf8', env: environment }) ===
    'yes\n'
  );
}

test.each<[string, string]>([
  ['Debian and Ubuntu, RHEL', 'usr/lib/grub'],
  ['SLES 12 and Leap 15.0', 'usr/lib/grub2'],
  ['Leap 15.1 and later', 'usr/share/grub2'],
])('GRUB is found where %s have it', (_name, folder) => {
  for (const shell of Object.keys(shells) as ShellName[]) {
    expect(hasLoader(shell, 'bios')).toBe(false);
    mkdirSync(join(tree, folder, 'i386-pc'), { recursive: true });
    expect(hasLoader(shell, 'bios')).toBe(true);
    expect(hasLoader(shell, 'uefi')).toBe(false);
    mkdirSync(join(tree, folder, 'x86_64-efi'), { recursive: true });
    expect(hasLoader(shell, 'uefi')).toBe(true);
    rmSync(join(tree, 'usr'), { recursive: true });
  }
});
