import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#shared/report/canonical-json.ts';
import { chainOf, chainText, headOf } from '#shared/report/report-chain.ts';
import { dataPlace, headPlace, sealPage } from '#shared/report/sealed-page.ts';
import { verifyReport } from '#shared/report/verify-report.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const records = [
  { type: 'report', events: 3 },
  { type: 'event', seq: 11, details: { text: '</script><b>"&' } },
  { type: 'event', seq: 12, details: { address: '10.0.0.1' } },
  { type: 'event', seq: 13, details: {} },
];
const page = [
  '<!doctype html><html><body>',
  `head ${headPlace.opens}${headPlace.closes}`,
  '<p>10.0.0.1 was given</p>',
  `${dataPlace.opens}${dataPlace.closes}</body></html>`,
].join('\n');
const json = chainText(chainOf(records, digest));
const html = sealPage(page, chainOf(records, digest), digest);

describe('canonical JSON', () => {
  it('does not depend on the order of members and reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    expect(canonicalJson({ b: 1, a: [undefined, -0], c: undefined })).toBe('{"a":[null,0],"b":1}');
  });

  it('refuses what is nested without end', () => {
    expect(() => canonicalJson(JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`))).toThrow('nested');
  });
});

describe('a report that nobody has touched', () => {
  it('is right in both forms, and shows its own head', () => {
    expect(verifyReport(json, digest)).toEqual({
      ok: true,
      head: headOf(chainOf(records, digest)),
      records: 4,
    });
    const verdict = verifyReport(html, digest);
    expect(verdict).toMatchObject({ ok: true, records: 5 });
    expect(html).toContain(`${headPlace.opens}${verdict.ok ? verdict.head : ''}<`);
  });

  it.each<readonly [string, (text: string) => string]>([
    ['the line ends of Windows', text => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', text => `\uFEFF${text}`],
    ['both, and empty lines behind it', text => `\uFEFF${text.replaceAll('\n', '\r\n')}\r\n\r\n`],
    ['no line end behind it', text => text.trimEnd()],
  ])('is right after a mail program gave it %s', (_, sent) => {
    for (const whole of [json, html]) {
      expect(sent(whole)).not.toBe(whole);
      expect(verifyReport(sent(whole), digest)).toEqual(verifyReport(whole, digest));
    }
  });

  it('is right where a machine has told carriage returns', () => {
    const told = [{ type: 'event', seq: 1, details: { text: 'one\r\ntwo\rthree' } }];
    const chain = chainOf(told, digest);
    const shown = page.replace('10.0.0.1', 'one\r\ntwo\rthree');
    expect(verifyReport(chainText(chain), digest).ok).toBe(true);
    expect(verifyReport(sealPage(shown, chain, digest), digest).ok).toBe(true);
  });

  it('has no tag inside of its records', () => {
    expect(json).not.toContain('<');
    expect(html.split('</script>')).toHaveLength(2);
  });
});

describe('a report that was touched', () => {
  const lines = json.split('\n');
  const without = (index: number) => lines.filter((_, at) => at !== index).join('\n');

  it('tells the first record that is wrong', () => {
    const changed = json.replace('10.0.0.1', '10.0.0.2');
    expect(verifyReport(changed, digest)).toMatchObject({ ok: false, record: 3 });
    expect(verifyReport(without(2), digest)).toMatchObject({ ok: false, record: 2 });
    const swapped = [lines[0], lines[1], lines[3], lines[2], ...lines.slice(4)].join('\n');
    expect(verifyReport(swapped, digest)).toMatchObject({ ok: false, record: 2 });
  });

  it('is found when its last records are missing', () => {
    const cut = [...lines.slice(0, 3), (lines[3] ?? '').replace(/,$/, ''), ...lines.slice(5)].join('\n');
    expect(verifyReport(cut, digest)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('missing'),
    });
  });

  it('is found when only the page says something else', () => {
    const verdict = verifyReport(html.replace('<p>10.0.0.1', '<p>10.0.0.9'), digest);
    expect(verdict).toMatchObject({ ok: false, reason: expect.stringContaining('does not say') });
  });

  it('is found when only the head that is shown is another', () => {
    const other = html.replace(/(id="report-head">)[0-9a-f]/, (_, opens: string) => `${opens}x`);
    expect(verifyReport(other, digest)).toMatchObject({ ok: false, reason: expect.stringContaining('head') });
  });

  it('is found when a member stands there twice, because readers differ about which counts', () => {
    const twice = json.replace('"type":"report"', '"type":"x","type":"report"');
    expect(verifyReport(twice, digest)).toMatchObject({ ok: false });
  });

  it('is found wherever one letter of it is another', () => {
    for (const whole of [json, html])
      fc.assert(
        fc.property(fc.nat(whole.length - 1), fc.constantFrom('0', 'x', '"', ' '), (at, letter) => {
          fc.pre(whole[at] !== letter);
          const changed = whole.slice(0, at) + letter + whole.slice(at + 1);
          expect(verifyReport(changed, digest).ok).toBe(false);
        }),
        { numRuns: 300 },
      );
  });

  it('is found wherever a letter is added or taken out', () => {
    for (const whole of [json, html])
      fc.assert(
        fc.property(fc.nat(whole.length - 2), fc.constantFrom('', '0', 'x', '"', ' ', '<'), (at, letter) => {
          const behind = letter === '' ? at + 1 : at;
          const changed = whole.slice(0, at) + letter + whole.slice(behind);
          expect(verifyReport(changed, digest).ok).toBe(false);
        }),
        { numRuns: 300 },
      );
  });

  it('is found wherever its end is missing', () => {
    for (let length = 0; length < html.length - 1; length += 7)
      expect(verifyReport(html.slice(0, length), digest).ok).toBe(false);
  });
});

describe('a file that is no report', () => {
  it.each([
    '',
    'no',
    '{',
    '{}',
    '[]',
    '{"format":"rackside-report-1","records":[],"head":""}',
    '<html></html>',
  ])('is refused: %s', file => {
    expect(verifyReport(file, digest).ok).toBe(false);
  });

  it('is refused when it is nested without end, and does not end the program', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const file = `{"format":"rackside-report-1","records":[{"hash":"${'0'.repeat(64)}","record":{"a":${deep}}}],"head":"${'0'.repeat(64)}"}`;
    expect(verifyReport(file, digest)).toMatchObject({ ok: false });
  });
});
