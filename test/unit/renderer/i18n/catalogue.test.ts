import { describe, expect, it } from 'vitest';
import { en } from '#renderer/i18n/en.ts';
import { hasMessage, translate } from '#renderer/i18n/i18n.ts';
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
  'severity',
  'rescueExit',
  'part',
  'consoleMeaning',
];

describe('the catalogues', () => {
  it('have every sentence that is asked for: the compiler refuses others, and values that are missing', () => {
    const asked = [
      // @ts-expect-error there is no such sentence
      () => translate('rack.noSuchSentence'),
      // @ts-expect-error its {{count}} is missing
      () => translate('rack.servers'),
      // @ts-expect-error it has no {{name}}
      () => translate('rack.servers', { name: 'r4u01' }),
    ];
    expect(asked).toHaveLength(3);
    expect(hasMessage('rack.noSuchSentence')).toBe(false);
  });

  it('have the same sentences in every language; a plural has no singular where the language has none', () => {
    const keys = Object.keys(english).filter(key => !key.endsWith('_one'));
    expect(Object.keys(chinese).toSorted()).toEqual(keys.toSorted());
  });

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
    expect(unusedIn(code, Object.keys(english))).toEqual([]);
  });

  it('are searched for such a sentence as it would be used: by its key, or by how its key begins', () => {
    const keys = ['rack.title', 'rack.servers_one', 'state.active', 'rack.old'];
    const used = ["t('rack.title')", "t('rack.servers', { count })", ['t(`state.', '{state}`)'].join('$')];
    expect(unusedIn(used.join('\n'), keys)).toEqual(['rack.old']);
  });
});

function unusedIn(source: string, keys: readonly string[]): readonly string[] {
  const dynamic = [...source.matchAll(/[`'"]([a-zA-Z][\w.-]*\.)\$\{/g)].map(match => match[1] ?? '');
  const prefixes = [...new Set([...dynamic, ...wordLists.map(list => `${list}.`)])];
  const quoted = new Set([...source.matchAll(/['`]([\w.-]+)(?=['`])/g)].map(match => match[1]));
  return keys.filter(key => {
    const base = key.replace(/_(one|other)$/, '');
    return !quoted.has(base) && !prefixes.some(prefix => base.startsWith(prefix));
  });
}
