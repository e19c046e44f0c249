import { describe, expect, test } from 'vitest';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import type { InstallerFamily } from '#shared/contract/index.ts';
import { assets, families, plainPlan } from './plans.ts';

const owner = 'O\'Hara "ops" <x> & $(reboot)';

function render(family: InstallerFamily, template: string) {
  const plain = plainPlan(family);
  const users = [{ name: 'ops', fullName: owner, passwordHash: null, keys: [], sudo: false }];
  return renderAnswerFile({ plan: { ...plain, users }, assets, template });
}

/** The template problem, or what came out. */
function outcome(family: InstallerFamily, template: string) {
  const { text, problems } = render(family, template);
  return text ?? problems[0];
}

describe('a forgotten filter', () => {
  test.each(['anaconda', 'debian-installer', 'subiquity'] as const)(
    'is refused with its place in %s',
    family => {
      expect(outcome(family, 'x\n  {{ users[0].fullName }}')).toMatchObject({
        severity: 'error',
        code: 'template',
        line: 2,
        column: 3,
        reason: expect.stringContaining('needs a filter'),
      });
    },
  );

  test('is made good in XML, which has one way to escape', () => {
    expect(outcome('autoyast', '<a>{{ users[0].fullName }}</a>')).toBe(
      '<a>O&apos;Hara &quot;ops&quot; &lt;x&gt; &amp; $(reboot)</a>\n',
    );
  });

  test('does not hurt where the value means itself everywhere', () => {
    for (const family of families)
      expect(outcome(family, '{{ host.name }}')).toBe('web-001.rack7.example.com\n');
  });

  test('is refused for a word that YAML would take for something else', () => {
    const plan = { ...plainPlan('subiquity'), keyboard: 'no' };
    const { problems } = renderAnswerFile({ plan, assets, template: 'layout: {{ keyboard.layout }}' });
    expect(problems[0]?.reason).toContain('"no" needs a filter: | yaml');
  });
});

describe('a template of a person', () => {
  test.each([
    ['a word that there is not', '{{ host.nmae }}', 'undefined variable: host.nmae'],
    ['a filter that there is not', '{{ host.name | upcased }}', 'undefined filter: upcased'],
    ['what would take values as they are', '{{ users[0].fullName | raw }}', 'undefined filter: raw'],
    ['an open tag', '{% if firmware %}', 'not closed'],
    ['a file', '{% include "/etc/passwd" %}', 'tag "include" not found'],
    ['another file', '{% render "/etc/passwd" %}', 'tag "render" not found'],
    ['a layout', '{% layout "/etc/passwd" %}', 'tag "layout" not found'],
    ['the inside of an object', '{{ host.constructor }}', 'undefined variable'],
    ['a list', '{{ users }}', 'is no text'],
    ['more memory than there is', '{% for i in (1..999999999) %}x{% endfor %}', 'limit exceeded'],
    // An empty loop has no node between whose ends the time would be looked at: half a gigabyte, and seconds.
    [
      'a loop over what could be held',
      '{% for i in (1..15000000) %}{% endfor %}',
      'memory alloc limit exceeded',
    ],
    ['a book', 'x'.repeat(300_000), 'limit exceeded'],
  ])('is refused for %s', (_, template, reason) => {
    for (const family of families)
      expect(outcome(family, template)).toMatchObject({
        code: 'template',
        reason: expect.stringContaining(reason),
      });
  });

  test('is stopped when it counts for too long', () => {
    const loops = '{% for i in (1..30000) %}{% for j in (1..30000) %}{% endfor %}{% endfor %}';
    expect(outcome('anaconda', loops)).toMatchObject({ reason: expect.stringContaining('limit exceeded') });
  });

  test('sees what is ready, and may put it where it wants', () => {
    const template = '{% if firmware == "uefi" %}{{ scripts.report | prefix: "#| " }}{% endif %}';
    const { text } = render('debian-installer', template);
    expect(text?.split('\n').filter(line => line !== '' && !line.startsWith('#|'))).toEqual([]);
  });
});
