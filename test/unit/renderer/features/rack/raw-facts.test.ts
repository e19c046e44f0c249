import { describe, expect, it } from 'vitest';
import { factLines, matchingFacts, rawFacts } from '#renderer/features/rack/raw-facts.ts';
import { aNode, aPort } from '#test/fakes/rows.ts';
import { anInventory } from '../../rows.ts';

describe('the raw facts of a server', () => {
  it('are one line a value, with the way to it', () => {
    expect(factLines({ a: [{ b: 1 }, 'x'], c: null, d: [], e: {}, f: '' })).toEqual([
      { path: 'a[0].b', text: '1' },
      { path: 'a[1]', text: 'x' },
      { path: 'c', text: 'null' },
      { path: 'd', text: '[]' },
      { path: 'e', text: '{}' },
      { path: 'f', text: '' },
    ]);
  });

  it('are found by words of path and value, in any order', () => {
    const port = aPort();
    const facts = factLines(rawFacts(aNode({ inventory: anInventory() }), [port], []));
    expect(matchingFacts(facts, ` ${port.address.toUpperCase()} ports `)).toEqual([
      { path: 'ports[0].address', text: port.address },
    ]);
    expect(matchingFacts(facts, ' ')).toEqual(facts);
    expect(matchingFacts(facts, 'inventory.cpu').length).toBeGreaterThan(0);
  });
});
