import { describe, expect, test } from 'vitest';
import { parseHostName } from '#engine/identity/host-name.ts';
import { type IdentityInput, parseIdentity } from '#engine/identity/identity.ts';
import { hashRootPassword, parsePasswordHash } from '#engine/identity/root-password.ts';
import { sha512Crypt } from '#engine/identity/sha512-crypt.ts';
import { parseUserData, userDataMaxBytes } from '#engine/identity/user-data.ts';
import { parseAuthorizedKeys, parseSshPublicKey } from '#shared/contract/ssh-key.ts';
import { ecdsaKey, ed25519Key, rsaKey } from './keys.ts';
import { models } from './network/models.ts';

describe('host names', () => {
  test.each(['web-001', 'a', 'WEB1', '3com', 'db.rack7.example.com', `${'x'.repeat(63)}`, ' web-1 '])(
    '%j is taken',
    text => {
      expect(parseHostName(text)).toEqual({ ok: true, value: text.trim() });
    },
  );

  test.each([
    ['', 'host_name.empty'],
    ['web_1', 'host_name.bad_character'],
    ['web 1', 'host_name.bad_character'],
    ['web"1', 'host_name.bad_character'],
    ["web'; rm -rf /", 'host_name.bad_character'],
    ['web\nroot', 'host_name.bad_character'],
    ['服务器', 'host_name.bad_character'],
    ['wеb', 'host_name.bad_character'], // a Cyrillic е
    ['-web', 'host_name.hyphen_at_edge'],
    ['web-.example', 'host_name.hyphen_at_edge'],
    ['web..example', 'host_name.empty_label'],
    ['web.', 'host_name.empty_label'],
    ['x'.repeat(64), 'host_name.label_too_long'],
    ['x'.repeat(65), 'host_name.too_long'],
    ['10.0.0.1', 'host_name.looks_like_address'],
    ['12345', 'host_name.looks_like_address'],
  ])('%j is refused: %s', (text, code) => {
    expect(parseHostName(text)).toMatchObject({ ok: false, code });
  });
});

describe('the root password', () => {
  // The test vectors of Drepper's specification; `openssl passwd -6` gives the same.
  test.each([
    [
      'Hello world!',
      'saltstring',
      5000,
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    ],
    [
      'Hello world!',
      'saltstringsaltstring',
      10000,
      '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
    ],
    [
      'a very much longer text to encrypt.  This one even stretches over morethan one line.',
      'anotherlongsaltstring',
      1400,
      '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1',
    ],
  ])('%j with salt %s, %i rounds, hashes as everywhere', (password, salt, rounds, hash) => {
    expect(sha512Crypt(password, salt, rounds)).toBe(hash);
  });

  test('is hashed with a salt of its own each time, and the hash is one that we take back', () => {
    const hashes = [hashRootPassword('sécret 密码'), hashRootPassword('sécret 密码')].map(hash =>
      hash.ok ? hash.value : '',
    );
    expect(new Set(hashes).size).toBe(2);
    expect(hashes.map(hash => parsePasswordHash(hash).ok)).toEqual([true, true]);
    const salt = hashes[0]?.split('$')[2] ?? '';
    expect(sha512Crypt('sécret 密码', salt)).toBe(hashes[0]);
  });

  test.each([
    ['', 'password.empty'],
    ['a\nb', 'password.control_character'],
    ['a\0b', 'password.control_character'],
    ['a\u2028b', 'password.control_character'],
    ['a\ud83d', 'password.control_character'],
    ['x'.repeat(257), 'password.too_long'],
  ])('%j is refused', (password, code) => {
    expect(hashRootPassword(password)).toMatchObject({ ok: false, code });
  });

  test.each([
    '',
    'secret',
    '$1$abc$def',
    '$6$salt$short',
    `$6$sa:lt$${'x'.repeat(86)}`,
    `$6$salt$${'x'.repeat(86)}\n`,
  ])('%j is no hash that we take', text => {
    expect(parsePasswordHash(text)).toMatchObject({ ok: false, code: 'password_hash.not_supported' });
  });
});

describe('SSH keys', () => {
  test.each([ed25519Key, ecdsaKey, rsaKey])('%s is taken', key => {
    expect(parseSshPublicKey(key)).toEqual({ ok: true, value: key });
  });

  test('a pasted file gives its keys once each, without comments and empty lines', () => {
    const text = `# mine\r\n${ed25519Key}\r\n\r\n  ${rsaKey}  \n${ed25519Key.replace(/ test.*/, ' again')}\n`;
    expect(parseAuthorizedKeys(text)).toEqual({ ok: true, value: [ed25519Key, rsaKey] });
  });

  const blob = (...fields: (string | Buffer)[]): string =>
    Buffer.concat(
      fields.flatMap(field => {
        const bytes = Buffer.from(field);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return [length, bytes];
      }),
    ).toString('base64');
  test.each([
    ['cut off', ed25519Key.slice(0, 59), 'ssh_key.bad_base64'],
    [
      'cut at a multiple of four',
      `ssh-ed25519 ${ed25519Key.split(' ')[1]?.slice(0, 40)}`,
      'ssh_key.bad_blob',
    ],
    ['without its base64', 'ssh-rsa', 'ssh_key.bad_base64'],
    ['of another kind than it says', `ssh-rsa ${ed25519Key.split(' ')[1]}`, 'ssh_key.bad_blob'],
    [
      'with a field too many',
      `ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(32), 'x')}`,
      'ssh_key.bad_blob',
    ],
    ['Ed25519 of 31 bytes', `ssh-ed25519 ${blob('ssh-ed25519', Buffer.alloc(31))}`, 'ssh_key.bad_blob'],
    ['RSA of 768 bits', `ssh-rsa ${blob('ssh-rsa', 'e', Buffer.alloc(96, 0xff))}`, 'ssh_key.too_short'],
    ['RSA without a modulus', `ssh-rsa ${blob('ssh-rsa', 'e', '')}`, 'ssh_key.too_short'],
    ['DSA', 'ssh-dss AAAA x', 'ssh_key.dsa'],
    ['with options', `command="rm -rf /" ${ed25519Key}`, 'ssh_key.options'],
    ['no key at all', 'hello world', 'ssh_key.unknown_type'],
    ['with an escape sequence', `${ed25519Key}\x1b[31m`, 'ssh_key.control_character'],
    ['with what YAML may not hold', `${ed25519Key} \u009b31m`, 'ssh_key.control_character'],
    ['with a line break', `${ed25519Key}\nssh-rsa AAAA`, 'ssh_key.control_character'],
  ])('a key %s is refused', (_name, key, code) => {
    expect(parseSshPublicKey(key)).toMatchObject({ ok: false, code });
  });

  test.each(['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn', 'PuTTY-User-Key-File-3: ssh-ed25519'])(
    'a private key is recognised, and not repeated in the message',
    text => {
      const result = parseAuthorizedKeys(text);
      expect(result).toMatchObject({ ok: false, code: 'ssh_key.private_key' });
      expect(JSON.stringify(result)).not.toContain('b3Blbn');
    },
  );

  test('the message says which line is wrong', () => {
    expect(parseAuthorizedKeys(`${ed25519Key}\nnonsense`)).toMatchObject({
      reason: expect.stringMatching(/^line 2: /),
    });
  });
});

describe('user data', () => {
  test.each([
    ['#cloud-config\npackages: [vim]\n', 'cloud-config'],
    ['#cloud-config', 'cloud-config'],
    ['#cloud-config-archive\n- x\n', 'cloud-config-archive'],
    ['#!/bin/sh\necho hi\n', 'script'],
    ['#include\nhttps://example.com/x\n', 'include'],
    ['#cloud-boothook\n#!/bin/sh\n', 'cloud-boothook'],
    ['## template: jinja\n#cloud-config\n{}\n', 'jinja'],
    ['Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n\n--x--\n', 'multipart'],
    ['MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary=x\n\n--x--\n', 'multipart'],
    ['{ "ignition": { "version": "3.4.0" } }', 'ignition'],
    ['{ "storage": {}, "ignition": { "version": "3.4.0" } }', 'ignition'],
    ['#cloud-config # from the wiki\npackages: [vim]\n', 'cloud-config'],
    ['\n #Cloud-Config\npackages: [vim]\n', 'cloud-config'],
    [
      '#cloud-config\nwrite_files:\n- content: |\n    all:\n    \tcc: a\n    \t- b\n  path: /Makefile\n',
      'cloud-config',
    ],
    ['#cloud-config\nruncmd:\n- |\n  cat <<E\n  \tkey: 1\n\n  E\n', 'cloud-config'],
    ['#cloud-config\nruncmd:\n  - >-  # folded\n    \tkey: 1\n', 'cloud-config'],
    ['#cloud-config-jsonp\n[]\n', 'cloud-config-jsonp'],
  ])('%j is %s', (text, kind) => {
    expect(parseUserData(text)).toEqual({ ok: true, value: { kind, text } });
  });

  test('what a Windows editor adds is taken off, so that the first line is recognised', () => {
    expect(parseUserData('\ufeff#!/bin/sh\r\necho hi\r\n')).toEqual({
      ok: true,
      value: { kind: 'script', text: '#!/bin/sh\necho hi\n' },
    });
  });

  test.each([
    ['packages: [vim]\n', 'user_data.unknown_kind'],
    ['# cloud-config\n', 'user_data.unknown_kind'],
    ['#cloud-config\nusers:\n\t- default\n', 'user_data.tab_indentation'],
    ['#!/bin/sh\n\0', 'user_data.binary'],
    ['#!/bin/sh\n\ud83d', 'user_data.binary'],
    ['#cloud-config\nwrite_files:\n- content: |\n    a\n\t- path: /x\n', 'user_data.tab_indentation'],
    ['#cloud-config\nruncmd:\n- x\n\tusers: [a]\n', 'user_data.tab_indentation'],
    ['MIME-Version: 1.0\nContent-Type: multipart/mixed\n\n', 'user_data.no_boundary'],
    // cloud-init takes nothing without this header for a message.
    ['Content-Type: multipart/mixed; boundary="x"\n\n--x--\n', 'user_data.unknown_kind'],
    ['{ "ignitions": {} }', 'user_data.unknown_kind'],
    ['{ "ignition": ', 'user_data.unknown_kind'],
    [`#!/bin/sh\n${'根'.repeat(userDataMaxBytes / 3)}`, 'user_data.too_large'],
  ])('%.40j is refused', (text, code) => {
    expect(parseUserData(text)).toMatchObject({ ok: false, code });
  });

  test('exactly 64 KiB are allowed', () => {
    expect(parseUserData('#!/bin/sh\n'.padEnd(userDataMaxBytes, '#')).ok).toBe(true);
  });
});

describe('a whole identity', () => {
  const full: IdentityInput = {
    hostName: 'web-001',
    rootPassword: 'correct horse',
    sshAuthorizedKeys: [ed25519Key, `${rsaKey}\n`],
    network: models['DHCP on one NIC'],
    userData: '#!/bin/sh\n',
  };

  test('is valid and holds no clear password', () => {
    const parsed = parseIdentity(full);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    expect(JSON.stringify(parsed)).not.toContain('correct horse');
    expect(parsed.identity.rootPasswordHash).toMatch(/^\$6\$/);
    expect(parsed.identity).toMatchObject({
      hostName: 'web-001',
      sshAuthorizedKeys: [ed25519Key, rsaKey],
      network: models['DHCP on one NIC'],
    });
  });

  test('empty fields count as not given', () => {
    const parsed = parseIdentity({
      hostName: 'a',
      rootPassword: '',
      sshAuthorizedKeys: [],
      userData: '',
    });
    expect(parsed).toEqual({
      ok: true,
      identity: {
        hostName: 'a',
        rootPasswordHash: undefined,
        sshAuthorizedKeys: [],
        network: undefined,
        userData: undefined,
      },
    });
  });

  test('all problems come at once, each with its field', () => {
    const parsed = parseIdentity({
      hostName: 'a b',
      rootPassword: 'x\ny',
      sshAuthorizedKeys: ['nonsense'],
      userData: 'x',
    });
    if (parsed.ok) throw new Error('accepted');
    expect(parsed.problems.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'hostName host_name.bad_character',
      'rootPassword password.control_character',
      'sshAuthorizedKeys ssh_key.unknown_type',
      'userData user_data.unknown_kind',
    ]);
    expect(JSON.stringify(parsed.problems)).not.toContain('x\\ny');
  });
});
