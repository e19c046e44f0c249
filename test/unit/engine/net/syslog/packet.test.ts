import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SyslogMessage, syslogLine } from '#engine/net/syslog/message.ts';
import { decodeSyslog, maxMessageBytes } from '#engine/net/syslog/packet.ts';

function read(text: string): SyslogMessage {
  const result = decodeSyslog(Buffer.from(text, 'utf8'));
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

/** Datagrams of real senders, taken from a UDP socket on loopback or in QEMU (Debian 12). */
const captured: readonly (readonly [sender: string, datagram: string, Partial<SyslogMessage>])[] = [
  [
    'Debian’s installer (busybox syslogd -R), without a host name',
    "<14>Nov 25 21:34:32 main-menu[1859]: INFO: Menu item 'download-installer' selected\n",
    {
      form: 'rfc3164',
      facility: 1,
      severity: 6,
      timestamp: 'Nov 25 21:34:32',
      hostName: undefined,
      appName: 'main-menu',
      processId: '1859',
      text: "INFO: Menu item 'download-installer' selected",
    },
  ],
  [
    'util-linux logger --rfc3164',
    '<139>Nov 25 21:37:29 vm installer[8127]: hello wörld',
    {
      facility: 17,
      severity: 3,
      hostName: 'vm',
      appName: 'installer',
      processId: '8127',
      text: 'hello wörld',
    },
  ],
  [
    'util-linux logger --rfc5424',
    '<139>1 2026-11-25T21:38:10.316826+00:00 vm installer - INST [timeQuality tzKnown="1" isSynced="0"][zoo@123 tiger="hungry"] hello',
    {
      form: 'rfc5424',
      timestamp: '2026-11-25T21:38:10.316826+00:00',
      hostName: 'vm',
      appName: 'installer',
      processId: undefined,
      messageId: 'INST',
      structuredData: [
        {
          id: 'timeQuality',
          parameters: [
            ['tzKnown', '1'],
            ['isSynced', '0'],
          ],
        },
        { id: 'zoo@123', parameters: [['tiger', 'hungry']] },
      ],
      text: 'hello',
    },
  ],
  [
    'rsyslog 8.2302, its traditional format',
    '<142>Nov 25 21:37:31 vm anaconda: packaging: line one',
    { facility: 17, severity: 6, hostName: 'vm', appName: 'anaconda', text: 'packaging: line one' },
  ],
  [
    'rsyslog 8.2302, RSYSLOG_SyslogProtocol23Format with its two spaces',
    '<142>1 2026-11-25T21:37:31.860259+00:00 vm anaconda - - -  line two\n',
    { form: 'rfc5424', appName: 'anaconda', processId: undefined, structuredData: [], text: 'line two' },
  ],
  [
    'Python’s SysLogHandler, with a final zero',
    '<11>anaconda[8172]: ERROR with tag\0',
    { form: 'bare', timestamp: undefined, appName: 'anaconda', processId: '8172', text: 'ERROR with tag' },
  ],
];

/** RFC 5424 §6.5 and RFC 3164 §5.4 by their meaning, and what senders make of both. */
const variants: readonly (readonly [what: string, datagram: string, Partial<SyslogMessage>])[] = [
  [
    'a day of one digit after two spaces',
    '<13>Nov  5 01:02:03 h a: t',
    { hostName: 'h', appName: 'a', text: 't' },
  ],
  [
    'a day of one digit after one space',
    '<13>Nov 5 01:02:03 h a: t',
    { hostName: 'h', appName: 'a', text: 't' },
  ],
  [
    'a year',
    '<13>Nov  5 2026 01:02:03: %ASA-6-1: t',
    { timestamp: 'Nov  5 2026 01:02:03', appName: '%ASA-6-1' },
  ],
  ['a fraction', '<13>Nov  5 01:02:03.123456 h a: t', { hostName: 'h', appName: 'a' }],
  [
    'RFC 3339’s time in RFC 3164’s frame, as rsyslog forwards',
    '<13>2026-11-05T01:02:03.5+02:00 h a[1]: t',
    {
      form: 'rfc3164',
      timestamp: '2026-11-05T01:02:03.5+02:00',
      hostName: 'h',
      appName: 'a',
      processId: '1',
    },
  ],
  ['an IPv6 address as host', '<13>Nov  5 01:02:03 fe80::1 a: t', { hostName: 'fe80::1', appName: 'a' }],
  [
    'no tag: the first word is no host',
    '<13>Nov  5 01:02:03 last message repeated',
    { hostName: undefined, appName: undefined, text: 'last message repeated' },
  ],
  ['a time and no more', '<13>Nov  5 01:02:03', { form: 'rfc3164', timestamp: 'Nov  5 01:02:03', text: '' }],
  ['no PRI', 'plain words', { form: 'bare', facility: 1, severity: 5, text: 'plain words' }],
  ['a PRI that no facility has', '<192>words', { facility: 1, severity: 5, text: '<192>words' }],
  ['the highest PRI', '<191>words', { facility: 23, severity: 7, text: 'words' }],
  ['a PRI without its end', '<13 words', { facility: 1, severity: 5, text: '<13 words' }],
  [
    'RFC 5424 with a byte order mark',
    "<34>1 2003-10-11T22:14:15.003Z host.example su - ID47 - \ufeff'su root' failed",
    {
      form: 'rfc5424',
      facility: 4,
      severity: 2,
      hostName: 'host.example',
      messageId: 'ID47',
      text: "'su root' failed",
    },
  ],
  ['RFC 5424 without anything', '<0>1 - - - - - -', { form: 'rfc5424', facility: 0, severity: 0, text: '' }],
  [
    'escapes in a value, and a backslash before another character',
    String.raw`<13>1 - - - - - [a b="\"\\\]\n"] t`,
    { structuredData: [{ id: 'a', parameters: [['b', String.raw`"\]\n`]] }], text: 't' },
  ],
];

describe('syslog messages', () => {
  it.each(captured)('reads %s', (_sender, datagram, expected) => {
    expect(read(datagram)).toMatchObject({ ...expected, isCut: false });
  });

  it.each(variants)('reads %s', (_what, datagram, expected) => {
    expect(read(datagram)).toMatchObject(expected);
  });

  it.each([
    ['structured data without its end', '<13>1 - - - - - [a b="c" t'],
    ['a value without its end', '<13>1 - - - - - [a b="c] t'],
    ['an element without a name', '<13>1 - - - - - [ b="c"] t'],
    ['words directly after an element', '<13>1 - - - - - [a]t'],
    ['words directly after "-"', '<13>1 - - - - - -t'],
    ['too few fields', '<13>1 - - - t'],
    ['a field of 49 characters', `<13>1 - - ${'a'.repeat(49)} - - - t`],
    ['version 2', '<13>2 - - - - - - t'],
  ])('keeps the whole text of a broken RFC 5424 message: %s', (_what, datagram) => {
    expect(read(datagram)).toMatchObject({ form: 'bare', facility: 1, text: datagram.slice('<13>'.length) });
  });

  it.each([
    ['nothing', ''],
    ['zeros and line ends', '\0\r\n\0'],
    ['a PRI alone', '<13>'],
    ['a PRI and spaces', '<13>   '],
  ])('is malformed without text: %s', (_what, datagram) => {
    expect(decodeSyslog(Buffer.from(datagram))).toEqual({
      ok: false,
      offset: datagram.length,
      reason: 'no text',
    });
  });

  it('shows no control character, no line break and nothing that turns the reading direction', () => {
    const { text } = read('<13>a\x1b[31mred\r\nnext\ttab\x07\x9b\u202egnp.exe\u2028');
    expect(text).toBe(String.raw`a\x1b[31mred\r\nnext tab\x07\x9b\u{202e}gnp.exe\u{2028}`);
  });

  it('escapes what stands in the tag and in values too', () => {
    expect(read('<13>a\x1bb[c\x07]: t')).toMatchObject({
      appName: String.raw`a\x1bb`,
      processId: String.raw`c\x07`,
    });
    expect(read('<13>1 - - - - - [a b="\x1b"] t').structuredData).toEqual([
      { id: 'a', parameters: [['b', String.raw`\x1b`]] },
    ]);
  });

  it('reads bytes that are no UTF-8 without losing the rest', () => {
    const bytes = Buffer.concat([Buffer.from('<13>a: '), Uint8Array.of(0xff, 0xfe), Buffer.from(' end')]);
    expect(decodeSyslog(bytes)).toMatchObject({
      ok: true,
      value: { appName: 'a', text: '\ufffd\ufffd end' },
    });
  });

  it('reads so many bytes and says that it was more', () => {
    const longest = `<13>${'x'.repeat(maxMessageBytes - 4)}`;
    expect(read(longest)).toMatchObject({ isCut: false });
    const longer = read(`${longest}y`);
    expect(longer.isCut).toBe(true);
    expect(longer.text).toBe(longest.slice(4));
  });

  it('makes the line again that the sender’s own log has', () => {
    expect(syslogLine(read('<13>Nov  5 01:02:03 h a[7]: t'))).toBe('a[7]: t');
    expect(syslogLine(read('<13>Nov  5 01:02:03 h a: t'))).toBe('a: t');
    expect(syslogLine(read('<13>words only'))).toBe('words only');
  });
});

describe('hostile input', () => {
  it('never throws, and gives one showable line for whatever bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        const result = decodeSyslog(bytes);
        if (result.ok) expect(syslogLine(result.value)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        else expect(result.offset).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it('never throws for a real message with bytes changed or its end missing', () => {
    const bases = [...captured, ...variants].map(([, datagram]) => Buffer.from(datagram));
    fc.assert(
      fc.property(
        fc.constantFrom(...bases),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }),
        fc.nat(200),
        (base, changes, length) => {
          const bytes = Uint8Array.from(base.subarray(0, length));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const result = decodeSyslog(bytes);
          if (result.ok) expect(result.value.facility).toBeLessThanOrEqual(23);
        },
      ),
    );
  });

  it.each([
    ['brackets', '<13>1 - - - - - ', '['],
    ['elements', '<13>1 - - - - - ', '[a]'],
    ['backslashes in a value', '<13>1 - - - - - [a b="', '\\'],
    ['parameters', '<13>1 - - - - - [a', ' b=""'],
    ['spaces after a time', '<13>Nov  5 01:02:03', ' '],
    ['host characters', '<13>Nov  5 01:02:03 ', 'a:'],
    ['zeros', '', '\0'],
  ])('reads a full message of nothing but %s at once', (_what, start, unit) => {
    const bytes = Buffer.from(start + unit.repeat(maxMessageBytes));
    const startedMs = performance.now();
    for (let round = 0; round < 20; round += 1) decodeSyslog(bytes);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});
