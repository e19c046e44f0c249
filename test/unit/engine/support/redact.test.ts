import { describe, expect, it } from 'vitest';
import { redactor } from '#engine/support/redact.ts';

const redact = redactor([]);

/** Texts with a planted secret `Pl4nted…`, in the forms in which they turn up. */
const planted: readonly (readonly [where: string, text: string])[] = [
  ['a JSON log line', '{"level":"info","bmcPassword":"Pl4nted one","address":"10.0.0.1"}'],
  ['JSON with an escaped quote', '{"password":"Pl4\\"nted","a":1}'],
  ['JSON inside a JSON string', '{"msg":"{\\"password\\":\\"Pl4nted\\",\\"a\\":1}"}'],
  [
    'YAML of cloud-init',
    'users:\n  - name: root\n    hashed_passwd: $6$salt$Pl4ntedPl4nted\n    lock_passwd: false',
  ],
  ['YAML in clear', 'password: Pl4nted'],
  ['one that begins like a number', 'password=12-Pl4nted'],
  ['one that begins like a word of JSON', 'password: true.Pl4nted'],
  [
    'JSON three times inside a JSON string',
    JSON.stringify(JSON.stringify(JSON.stringify({ password: 'Pl4nted one', a: 1 }))),
  ],
  ['chpasswd', 'chpasswd:\n  list: |\n    root:$6$salt$Pl4ntedPl4nted'],
  ['Kickstart', 'lang en_US\nrootpw --iscrypted $6$salt$Pl4ntedPl4nted\nkeyboard us'],
  ['Kickstart in clear', 'rootpw --plaintext Pl4nted'],
  ['a user of Kickstart', 'user --name=a --password=Pl4nted --groups=wheel'],
  ['preseed', 'd-i passwd/root-password password Pl4nted'],
  ['a preseed hash', 'd-i passwd/root-password-crypted password $y$j9T$Pl4ntedPl4nted'],
  ['AutoYaST', '<user_password>Pl4nted</user_password>'],
  ['unattend', '<AdministratorPassword><Value>Pl4nted</Value></AdministratorPassword>'],
  ['a PEM key', '-----BEGIN RSA PRIVATE KEY-----\nPl4ntedPl4nted\n-----END RSA PRIVATE KEY-----\n'],
  [
    'an OpenSSH key in JSON',
    '{"a":"-----BEGIN OPENSSH PRIVATE KEY-----\\nPl4nted\\n-----END OPENSSH PRIVATE KEY-----\\n"}',
  ],
  ['a key that the log cuts off', '-----BEGIN PRIVATE KEY-----\nPl4nted\nmore'],
  ['a header', 'authorization: Bearer Pl4ntedPl4nted'],
  ['a header in JSON', '{"Authorization":"Bearer Pl4ntedPl4nted","Host":"a"}'],
  ['a cookie', 'cookie: rackside_8080=1.Pl4nted.x; other=1'],
  ['an address with a password', 'http://admin:Pl4nted@mirror.example/repo'],
  ['a ticket in an address', 'http://127.0.0.1:8080/#token=Pl4nted'],
  ['an argument', 'ipmitool -H 10.0.0.1 --password Pl4nted chassis status'],
  ['a shell variable', 'export RACKSIDE_TOKEN=Pl4nted'],
];

describe('what looks like a secret', () => {
  it.each(planted)('is taken out of %s', (_where, text) => {
    const { text: safe, count } = redact(text);
    expect(safe).not.toMatch(/Pl4/);
    expect(safe).toContain('[redacted]');
    expect(count).toBeGreaterThan(0);
  });

  it('leaves what is needed to find a fault', () => {
    const text = [
      '{"name":"r1u01","hasPassword":true,"address":"10.0.0.1","bmc":{"hasBmcKey":false}}',
      '{"message":"dhcp.offered","details":{"mac":"52:54:00:aa:00:01","address":"10.77.0.12"}}',
      '{"code":"bmc.auth_failed","message":"the BMC refuses user name or password"}',
      'console=ttyS0,115200 root=/dev/sda1',
      'see https://docs.example/page?x=1#top at 10:20:30',
    ].join('\n');
    expect(redact(text)).toEqual({ text, count: 0 });
  });

  it('does not hold up on a long line of nothing', () => {
    // Not by the clock: the machine may be busy with something else.
    const before = process.cpuUsage();
    for (const part of [
      'a',
      'a/',
      'a.',
      'a=',
      '"',
      '\\"',
      '<password',
      '://a',
      'password',
      'password="',
      '--',
    ])
      redact(part.repeat(200_000 / part.length));
    expect(process.cpuUsage(before).user).toBeLessThan(4_000_000);
  });
});

describe('what is stored as a secret', () => {
  const byValue = redactor(['calvin$(1)', 'abc', 'two\nlines "quoted"']);

  it('is taken out wherever it stands, whatever wrote it', () => {
    const { text, count } = byValue(
      [
        'plain calvin$(1) text',
        JSON.stringify({ note: 'two\nlines "quoted"' }),
        `q=${encodeURIComponent('calvin$(1)')}`,
        Buffer.from('calvin$(1)').toString('base64'),
        Buffer.from('calvin$(1)').toString('hex'),
        JSON.stringify(JSON.stringify({ note: 'two\nlines "quoted"' })),
        '<note>two\nlines &quot;quoted&quot;</note>',
      ].join('\n'),
    );
    expect(text).not.toContain('calvin');
    expect(text).not.toContain('quoted');
    expect(count).toBe(7);
  });

  it('is taken out whole where one begins with another, or stands right behind it', () => {
    const redactBoth = redactor(['calvin', 'calvin-2', '"quoted']);
    expect(redactBoth('calvin-2calvin x"quoted')).toEqual({
      text: '[redacted][redacted] x[redacted]',
      count: 3,
    });
    expect(JSON.parse(redactBoth(JSON.stringify({ note: 'a "quoted calvin' })).text)).toEqual({
      note: 'a [redacted] [redacted]',
    });
  });

  it('is found among those of five thousand servers without a pause that anybody notices', () => {
    const secrets = Array.from({ length: 5000 }, (_, index) => `pass-${index * 7919}-word`);
    const redactAll = redactor(secrets);
    // Not by the clock: the machine may be busy with something else.
    const before = process.cpuUsage();
    const text = `${'http 200 /media/packages/some-package.rpm '.repeat(20_000)}${secrets[4321]}`;
    expect(redactAll(text).count).toBe(1);
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });

  it('is not looked for when it is as short as a word of any text', () => {
    expect(byValue('abc').text).toBe('abc');
  });
});
