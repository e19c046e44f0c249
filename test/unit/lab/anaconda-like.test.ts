import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootSector, bootSectorText } from '#test/lab/anaconda-like/boot-sector.ts';

const lab = join(import.meta.dirname, '../../lab/anaconda-like');
const kickstarts = join(import.meta.dirname, '../../fixtures/answer-files/anaconda');

test('the boot sector is one that a BIOS takes, and points at its text', () => {
  const sector = bootSector();
  expect(sector.length).toBe(512);
  expect(sector.subarray(510)).toEqual(Buffer.from([0x55, 0xaa]));
  const textAt = sector.readUInt16LE(6) - 0x7c00;
  const text = sector.subarray(textAt, sector.indexOf(0, textAt)).toString();
  expect(text).toBe(`${bootSectorText}\r\n`);
});

const standIns = ['dracut', 'casper', 'linuxrc'].map(name => `initrd/stand-in/${name}.sh`);
const scripts = ['initrd/init', 'initrd/udhcpc.sh', 'initrd/curtin', 'stage2/anaconda.sh', ...standIns];

test.each(scripts)('%s passes shellcheck', script => {
  const checked = spawnSync('shellcheck', ['-s', 'sh', '-x', '-a', '-P', 'SCRIPTDIR', script], {
    cwd: lab,
    encoding: 'utf8',
  });
  expect(checked.stdout).toBe('');
  expect(checked.status).toBe(0);
});

describe('a kickstart in pieces', () => {
  test.each(readdirSync(kickstarts))('%s', name => {
    const folder = mkdtempSync(join(tmpdir(), 'kickstart-'));
    try {
      const script = `ks=$1; . "$2/stage2/kickstart.sh"; read_kickstart "$3"; grep -v "^%include" "$ks/lines" >"$ks/commands"
        option url --url; option network --hostname; has_command reboot; echo "$?"`;
      const args = ['sh', '-c', script, 'sh', folder, lab, join(kickstarts, name)];
      const [url, hostName, restarts] = execFileSync('busybox', args, { encoding: 'utf8' }).split('\n');
      const text = readFileSync(join(kickstarts, name), 'utf8');
      expect(text).toContain(`url --url='${url}'`);
      expect(text).toContain(`--hostname='${hostName}'`);
      expect(restarts).toBe('0');
      const scripts = readdirSync(folder).filter(file => /^(pre|pre-install|post|onerror)\.\d\d$/.test(file));
      expect(scripts.length).toBe(text.match(/^%(pre|pre-install|post|onerror)\b/gm)?.length);
      for (const file of scripts) execFileSync('busybox', ['sh', '-n', join(folder, file)]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
