import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configDriveFiles } from '#engine/identity/config-drive.ts';
import { type Identity, type IdentityInput, parseIdentity } from '#engine/identity/identity.ts';
import { planNetworkModel } from '#engine/identity/network/plan-network-model.ts';
import { noCloudFiles } from '#engine/identity/nocloud.ts';
import { sha512Crypt } from '#engine/identity/sha512-crypt.ts';
import { ed25519Key } from './keys.ts';
import { fixed, onPort, port } from './network/models.ts';

/**
 * Whatever a person can type reaches cloud-init as it is, or is refused by name. A server's description and other words
 * about it are in none of these files.
 */
const hostile = [
  'yes',
  '0x1F',
  '1e3',
  '12:30:45',
  '2026-11-26',
  '~',
  '$(reboot)',
  "it's",
  '"quoted"',
  'back\\slash\\',
  'a: b # c',
  '- item',
  '&anchor *alias !tag',
  '{{ ds.meta_data }}',
  '王凯峰',
  'שלום 🖥️',
  'tab\tinside',
  'line\nbreak',
  'cr\r\nlf',
  '\ufeff',
  '\u0085',
  '\u2028',
  '\u009b31m',
  '\ud83d',
  '\uffff',
  '\0',
];
const text = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(fc.constantFrom(...hostile, ' ', 'web-1', '.'), { maxLength: 5 }).map(parts => parts.join('')),
);

const instance = { instanceId: '6f1d5c0e-0000-4000-8000-000000000001', createdAtMs: 0 };

/** YAML 1.1 §5.1: cloud-init's PyYAML refuses a file for any other. Without §5.4's three more line breaks, which it folds. */
const printable = /^[\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

function filesOf(identity: Identity) {
  const textOf = (files: ReturnType<typeof noCloudFiles>, name: string): string => {
    const found = files.find(({ path }) => path === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(found.bytes);
  };
  const drive = configDriveFiles(identity, instance);
  const seed = noCloudFiles(identity, instance);
  const json = (name: string) => JSON.parse(textOf(drive, `openstack/latest/${name}`)) as unknown;
  const yaml = (file: string) => {
    expect(file).toMatch(printable);
    return parse(file, { version: '1.1' }) as unknown;
  };
  return {
    metaDataJson: () => json('meta_data.json'),
    networkDataJson: () => json('network_data.json'),
    vendorDataJson: () => yaml(Object(json('vendor_data.json'))['cloud-init']),
    metaData: () => yaml(textOf(seed, 'meta-data')),
    vendorData: () => yaml(textOf(seed, 'vendor-data')),
    networkConfig: () => yaml(textOf(seed, 'network-config')),
    userData: () => [textOf(drive, 'openstack/latest/user_data'), textOf(seed, 'user-data')],
  };
}

/** What arrives of an identity; undefined where the form refuses it, and then it says in which field. */
function accepted(input: Partial<IdentityInput>): Identity | undefined {
  const parsed = parseIdentity({ hostName: 'web-001', ...input });
  if (parsed.ok) return parsed.identity;
  expect(parsed.problems.map(({ field }) => field)).toEqual(Object.keys(input));
  return undefined;
}

describe('whatever a person can type survives config drive and NoCloud, or is refused', () => {
  test('a host name, also one that YAML could take for something else', () => {
    const words = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?$/);
    const named = fc.oneof(
      text,
      fc.constantFrom('yes', 'null', '0x1F', '1e3', '0o17.e', 'on.no'),
      fc.array(words, { minLength: 1, maxLength: 3 }).map(labels => labels.join('.')),
    );
    fc.assert(
      fc.property(named, hostName => {
        const identity = accepted({ hostName });
        if (identity === undefined) return;
        const files = filesOf(identity);
        expect(files.metaDataJson()).toMatchObject({ name: hostName.trim(), hostname: hostName.trim() });
        expect(files.metaData()).toMatchObject({ 'local-hostname': hostName.trim() });
      }),
    );
  });

  test('the comment of a key', () => {
    const [type, blob] = ed25519Key.split(' ');
    fc.assert(
      fc.property(text, comment => {
        const line = `${type} ${blob} ${comment}`;
        const identity = accepted({ sshAuthorizedKeys: [line] });
        if (identity === undefined) return;
        const key = line
          .trim()
          .split(/[ \t]+/)
          .join(' ');
        expect(identity.sshAuthorizedKeys).toEqual([key]);
        const files = filesOf(identity);
        expect(files.metaDataJson()).toMatchObject({ public_keys: { 'key-1': key } });
        expect(files.metaData()).toMatchObject({ 'public-keys': [key] });
      }),
    );
  });

  test('a password, and a hash', () => {
    const found = (identity: Identity) => {
      const files = filesOf(identity);
      const [here, there] = [files.vendorDataJson(), files.vendorData()];
      expect(here).toEqual(there);
      const hash: unknown = Object(there).chpasswd.users[0].password;
      expect(Object(there).chpasswd.list).toEqual([`root:${String(hash)}`]);
      return String(hash);
    };
    fc.assert(
      fc.property(
        text.filter(clear => clear !== ''),
        rootPassword => {
          const identity = accepted({ rootPassword });
          if (identity === undefined) return;
          const hash = found(identity);
          expect(sha512Crypt(rootPassword, hash.split('$')[2] ?? '')).toBe(hash);
        },
      ),
      { numRuns: 4 },
    );
    const digits = fc.stringMatching(/^[./0-9A-Za-z]{86}$/);
    const prefix = fc.stringMatching(/^\$6\$(rounds=[0-9]{4,9}\$)?[./0-9A-Za-z]{1,16}\$$/);
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.tuple(prefix, digits).map(parts => parts.join('')),
        ),
        rootPasswordHash => {
          const identity = accepted({ rootPasswordHash });
          if (identity?.rootPasswordHash === undefined) return;
          expect(found(identity)).toBe(rootPasswordHash);
        },
      ),
    );
  });

  test('user data, byte by byte but for line ends and a byte order mark', () => {
    const start = fc.constantFrom('#!/bin/sh\n', '#cloud-config\nruncmd:\n  - ', '\ufeff#!/bin/sh\r\n', '');
    fc.assert(
      fc.property(start, text, (first, rest) => {
        const userData = `${first}${rest}`;
        const identity = accepted({ userData });
        if (identity?.userData === undefined) return;
        const clean = userData.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
        expect(filesOf(identity).userData()).toEqual([clean, clean]);
      }),
    );
  });

  test('a search domain', () => {
    const domain = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z0-9]{1,5}){0,2}$/);
    fc.assert(
      fc.property(fc.oneof(text, domain, fc.constant('yes\u2028')), searchDomain => {
        const planned = planNetworkModel({
          networks: [onPort(1, { address: fixed('10.77.0.20', '10.77.0.1', '9.9.9.9') })],
          ports: [port(1)],
          portgroups: [],
          searchDomains: [searchDomain],
        });
        if (!planned.ok) {
          expect(planned.problems.map(({ field }) => field)).toEqual(['networks']);
          return;
        }
        const identity = accepted({ network: planned.network });
        if (identity === undefined) throw new Error('a planned network is refused');
        const files = filesOf(identity);
        const search = [searchDomain.trim()];
        expect(Object(files.networkDataJson()).networks).toMatchObject([{ dns_search: search }]);
        const { nameservers } = Object(files.networkConfig()).ethernets.nic0;
        expect(nameservers).toEqual({ search, addresses: ['9.9.9.9'] });
      }),
    );
  });
});
