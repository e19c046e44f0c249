import { describe, expect, it } from 'vitest';
import { en } from '#renderer/i18n/en.ts';
import { zhCN } from '#renderer/i18n/zh-CN.ts';

const english: Readonly<Record<string, string>> = en;
const chinese: Readonly<Record<string, string>> = zhCN;
const sources: Readonly<Record<string, string>> = import.meta.glob('../../../../renderer/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const code = Object.entries(sources)
  .filter(([path]) => !/\/i18n\/(en|zh-CN)\//.test(path))
  .map(([, text]) => text)
  .join('\n');

const placeholders = (sentence: string) =>
  [...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1] ?? '').sort((a, b) => a.localeCompare(b));

/** Lists of words that `event-text.ts` and `error-text.ts` name without the dot. */
const wordLists = [
  'thing',
  'step',
  'state',
  'verb',
  'power',
  'powerAction',
  'dhcpMode',
  'service',
  'bootMode',
  'withheld',
  'stepError',
  'imageRefusal',
  'fileReason',
  'dhcpSilence',
  'retryFrom',
  'diskFilter',
  'backupRefusal',
  'timeoutHint',
  'noNic',
];

describe('the catalogues', () => {
  it('use the same values in every language', () => {
    const different = Object.keys(chinese).filter(key => {
      const counterpart = english[key] ?? '';
      return placeholders(counterpart).join() !== placeholders(chinese[key] ?? '').join();
    });
    expect(different).toEqual([]);
  });

  it('leave no sentence empty or untranslated', () => {
    for (const [key, sentence] of Object.entries(chinese)) expect(sentence.trim(), key).not.toBe('');
    // A Chinese sentence without any Chinese letter is a name, a unit or only values.
    const same = Object.keys(chinese).filter(
      key => !/[\u4e00-\u9fff]/.test(chinese[key] ?? '') && (chinese[key] ?? '').split(/\s+/).length > 3,
    );
    expect(same).toEqual([]);
  });

  it('shout nowhere', () => {
    const shouting = [...Object.entries(english), ...Object.entries(chinese)].filter(([, sentence]) =>
      /[!！]/.test(sentence),
    );
    expect(shouting).toEqual([]);
  });

  it('have no sentence that nothing uses', () => {
    const dynamic = [...code.matchAll(/[`'"]([a-zA-Z][\w.-]*\.)\$\{/g)].map(match => match[1] ?? '');
    const given = wordLists.map(list => `${list}.`);
    const prefixes = [...new Set([...dynamic, ...given])];
    const unused = Object.keys(english).filter(key => {
      const base = key.replace(/_(one|other)$/, '');
      if (code.includes(`'${base}'`) || code.includes(`\`${base}\``)) return false;
      return !prefixes.some(prefix => base.startsWith(prefix));
    });
    expect(unused).toEqual([]);
  });
});
