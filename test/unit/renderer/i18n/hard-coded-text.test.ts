import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const sources: Readonly<Record<string, string>> = import.meta.glob('../../../../renderer/**/*.tsx', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Attributes whose text a person reads or hears. */
const spoken =
  /^(label|title|placeholder|alt|helperText|text|action|aria-label|aria-description|aria-roledescription|aria-valuetext)$/;
const hasLetters = /\p{L}{2,}/u;

interface Tree {
  readonly type?: string;
  readonly [name: string]: unknown;
}

/** Letters that stand in the markup itself instead of in the catalogue. */
function hardCoded(code: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const tree = value as Tree;
    if (tree.type === 'JSXText' && hasLetters.test(String(tree['value'])))
      found.push(String(tree['value']).trim());
    if (tree.type === 'JSXAttribute') found.push(...ofAttribute(tree));
    for (const child of (tree['children'] as Tree[] | undefined) ?? [])
      if (child.type === 'JSXExpressionContainer') found.push(...ofLiteral(child['expression']));
    for (const child of Object.values(tree)) visit(child);
  };
  visit(parseSync('file.tsx', code).program);
  return found;
}

function ofAttribute(attribute: Tree): readonly string[] {
  const name = (attribute['name'] as Tree | undefined)?.['name'];
  if (typeof name !== 'string' || !spoken.test(name)) return [];
  const value = attribute['value'] as Tree | null;
  return ofLiteral(value?.type === 'JSXExpressionContainer' ? value['expression'] : value);
}

/** What a child expression shows by itself: `{'text'}`, `{isOn ? 'On' : ''}`, `{`${n} disks`}`. */
function ofLiteral(expression: unknown): readonly string[] {
  const tree = (expression ?? {}) as Tree;
  switch (tree.type) {
    case 'Literal':
      return hasLetters.test(String(tree['value'])) && typeof tree['value'] === 'string'
        ? [tree['value']]
        : [];
    case 'TemplateLiteral':
      return (tree['quasis'] as Tree[])
        .map(part => String((part['value'] as Tree)['cooked']))
        .filter(text => hasLetters.test(text));
    case 'ConditionalExpression':
      return [...ofLiteral(tree['consequent']), ...ofLiteral(tree['alternate'])];
    case 'LogicalExpression':
      return [...ofLiteral(tree['left']), ...ofLiteral(tree['right'])];
    default:
      return [];
  }
}

describe('text of the page', () => {
  it('comes from the catalogue', () => {
    const found = Object.entries(sources).flatMap(([path, code]) =>
      hardCoded(code).map(text => `${path.replace(/^.*\/renderer\//, '')}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it('is found by this test where it does not', () => {
    expect(hardCoded('const a = <p title="Server">Deploy it</p>;')).toEqual(['Server', 'Deploy it']);
    expect(hardCoded("const a = <b>{isOn ? 'Power' : null}</b>;")).toEqual(['Power']);
    expect(hardCoded(['const a = <b aria-label={`$', '{n} disks`} />;'].join(''))).toEqual([' disks']);
    expect(hardCoded('const a = <b id="power" sx={{ color: "red" }}>{t("x")} · 5 %</b>;')).toEqual([]);
  });
});
