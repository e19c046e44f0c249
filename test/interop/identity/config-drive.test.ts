import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildConfigDrive } from '#engine/identity/config-drive.ts';
import { type IdentityInput, parseIdentity } from '#engine/identity/identity.ts';
import { wickedBoothook } from '#engine/identity/network/wicked-boothook.ts';
import { sha512Crypt } from '#engine/identity/sha512-crypt.ts';
import { buildIso } from '#engine/media/iso9660/writer.ts';
import type { Mac } from '#shared/model/mac.ts';
import { ed25519Key, rsaKey } from '../../unit/engine/identity/keys.ts';
import { fixed, modelOf, onPort, port } from '../../unit/engine/identity/network/models.ts';

/** The config drive as its readers see it: blkid, xorriso, 7-Zip and the real cloud-init of Debian. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-identity-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const stock = {
  hostName: 'web-001.rack7.example.com',
  rootPassword: 'correct horse',
  sshAuthorizedKeys: [ed25519Key, rsaKey],
  network: modelOf({
    networks: [onPort(1, { address: fixed('10.77.0.20', '10.77.0.1', '10.77.0.1', '9.9.9.9') }), onPort(2)],
    ports: [
      port(1, null, { address: '52:54:00:aa:00:01' as Mac }),
      port(2, null, { address: '52:54:00:aa:00:02' as Mac }),
    ],
  }),
};

let counter = 0;
/** Writes the drive and extracts it again with xorriso. */
function makeDrive(input: IdentityInput): { iso: string; files: string } {
  const parsed = parseIdentity(input);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  counter++;
  const iso = path.join(directory, `${counter}.iso`);
  const files = path.join(directory, `${counter}`);
  const instance = {
    instanceId: `6f1d5c0e-0000-4000-8000-00000000000${counter}`,
    createdAtMs: Date.UTC(2026, 0, 2),
  };
  writeFileSync(iso, buildConfigDrive(parsed.identity, instance));
  run('xorriso', '-osirrox', 'on', '-indev', iso, '-extract', '/', files);
  return { iso, files };
}

interface Merged {
  readonly cfg: Record<string, unknown>;
  readonly hostname: string;
  readonly instance_id: string;
  readonly keys: string[];
  readonly network: { readonly config: Record<string, unknown>[] };
  readonly scripts: Record<string, string>;
  readonly boothooks: string[];
}

/** What the real cloud-init makes of it at first boot of a stock image. */
function firstBoot(files: string): Merged {
  const work = `${files}-boot`;
  mkdirSync(work);
  const script = path.join(import.meta.dirname, 'merged-config.py');
  return JSON.parse(run('/usr/bin/python3', script, files, work)) as Merged;
}

describe('the ISO image', () => {
  test('is found by its label and type', () => {
    const { iso } = makeDrive(stock);
    const found = run('blkid', '-p', '-o', 'export', iso);
    expect(found).toContain('\nLABEL=config-2\n');
    expect(found).toContain('\nTYPE=iso9660\n');
  });

  test('is read without a complaint by xorriso and 7-Zip, hostile names included', () => {
    const files = [
      { path: 'openstack/latest/meta_data.json', bytes: Buffer.from('{}') },
      { path: 'Grüße 根/$(reboot)"\'`.txt', bytes: Buffer.from('quoted') },
      { path: 'empty', bytes: new Uint8Array() },
      ...Array.from({ length: 90 }, (_, index) => ({
        path: `many/a-rather-long-file-name-number-${index}.dat`,
        bytes: Buffer.alloc(3000, index),
      })),
    ];
    const iso = path.join(directory, 'many.iso');
    writeFileSync(iso, buildIso(files, { label: 'config-2', createdAtMs: 0 }));
    const found = run('xorriso', '-report_about', 'WARNING', '-indev', iso, '-find', '/', '-type', 'f');
    expect(found.trim().split('\n')).toHaveLength(files.length);
    for (const tool of ['xorriso', '7z']) {
      const target = path.join(directory, `many-${tool}`);
      if (tool === 'xorriso') run('xorriso', '-osirrox', 'on', '-indev', iso, '-extract', '/', target);
      else expect(run('7z', 'x', `-o${target}`, iso)).toContain('Everything is Ok');
      for (const file of files)
        expect(Buffer.compare(readFileSync(path.join(target, file.path)), file.bytes)).toBe(0);
    }
  });
});

describe('cloud-init', () => {
  test('takes host name, instance, keys, password and lets root in', () => {
    const { files } = makeDrive(stock);
    const boot = firstBoot(files);
    expect(boot.hostname).toBe('web-001');
    expect(boot.instance_id).toMatch(/^6f1d5c0e-/);
    expect(boot.keys).toEqual([ed25519Key, rsaKey]);
    expect(boot.cfg).toMatchObject({
      disable_root: false,
      chpasswd: { expire: false },
    });
    const { list } = boot.cfg['chpasswd'] as { list: string[] };
    const hash = list[0]?.replace(/^root:/, '') ?? '';
    const salt = hash.split('$')[2] ?? '';
    expect(run('openssl', 'passwd', '-6', '-salt', salt, 'correct horse').trim()).toBe(hash);
  });

  test('finds our settings valid by its own schema', () => {
    const { files } = makeDrive(stock);
    const vendor = JSON.parse(readFileSync(path.join(files, 'openstack/latest/vendor_data.json'), 'utf8'));
    const file = path.join(directory, 'vendor.yaml');
    const archive = vendor['cloud-init'].replace(/^.*\n/, '');
    writeFileSync(file, (JSON.parse(archive) as { content: string }[])[0]?.content ?? '');
    expect(run('cloud-init', 'schema', '--config-file', file)).toContain('Valid cloud-config');
  });

  test("takes the networks, and runs wicked's boothook at every boot, whatever the user gives", () => {
    const userData = '#cloud-config\nbootcmd:\n- [touch, /x]\n';
    const boot = firstBoot(makeDrive({ ...stock, userData }).files);
    expect(boot.network.config).toMatchObject([
      { type: 'physical', name: 'ens3', mac_address: '52:54:00:aa:00:01' },
      { type: 'physical', name: 'ens4', mac_address: '52:54:00:aa:00:02' },
      { type: 'nameserver' },
      { type: 'nameserver' },
    ]);
    expect(boot.boothooks).toEqual([wickedBoothook(stock.network)]);
  });

  test("lets the user's cloud-config win key by key, and keeps the rest of ours", () => {
    const userData = '#cloud-config\ntimezone: UTC\nchpasswd:\n  expire: true\nruncmd:\n- [touch, /x]\n';
    const { cfg } = firstBoot(makeDrive({ ...stock, userData }).files);
    expect(cfg).toMatchObject({
      timezone: 'UTC',
      runcmd: [['touch', '/x']],
      disable_root: false,
      chpasswd: { expire: true, users: [{ name: 'root', type: 'hash' }] },
    });
  });

  test('runs a script of the user beside our settings', () => {
    const userData = '#!/bin/sh\nprintf "%s\\n" "it\'s $HOSTNAME 根"\n';
    const boot = firstBoot(makeDrive({ ...stock, userData }).files);
    expect(Object.values(boot.scripts)).toEqual([userData]);
    expect(boot.cfg).toMatchObject({ disable_root: false });
  });

  test("takes the user's multipart apart, beside our settings", () => {
    const userData = [
      'Content-Type: multipart/mixed; boundary="=="',
      'MIME-Version: 1.0',
      '',
      '--==',
      'Content-Type: text/cloud-config',
      '',
      'timezone: Europe/Berlin',
      '--==',
      'Content-Type: text/x-shellscript',
      '',
      '#!/bin/sh',
      'true',
      '--==--',
      '',
    ].join('\n');
    const boot = firstBoot(makeDrive({ ...stock, userData }).files);
    expect(boot.cfg).toMatchObject({ timezone: 'Europe/Berlin', disable_root: false });
    expect(Object.values(boot.scripts)).toEqual(['#!/bin/sh\ntrue']);
  });

  test('without a password, keys and networks changes neither the password nor the network', () => {
    const boot = firstBoot(makeDrive({ hostName: 'bare' }).files);
    expect(boot.cfg).not.toHaveProperty('chpasswd');
    expect(boot).toMatchObject({ hostname: 'bare', keys: [], network: null });
  });
});

describe('password hashes', () => {
  test('equal those of openssl for passwords of every length and script', () => {
    const passwords = [
      'a',
      'ab'.repeat(31),
      'x'.repeat(63),
      'x'.repeat(64),
      'x'.repeat(65),
      'x'.repeat(200),
      '密码 пароль ü',
      '\'"$`\\ ',
    ];
    for (const [index, password] of passwords.entries()) {
      const salt = 'abc./0XYZ1234567'.slice(0, 1 + index * 2);
      expect(sha512Crypt(password, salt)).toBe(
        run('openssl', 'passwd', '-6', '-salt', salt, password).trim(),
      );
    }
  });
});
