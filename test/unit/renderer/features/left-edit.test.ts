import { describe, expect, it } from 'vitest';
import { type LeftEdit, left, shownText, textToStore } from '#renderer/features/rack/left-edit.ts';

const typed = (text: string, over: string): LeftEdit => ({ text, over, isLeft: false });

describe('a field that is stored when it is left', () => {
  it('shows what another has stored meanwhile, and stores nothing when it is only passed through', () => {
    expect(shownText(null, '120')).toBe('120');
    expect(textToStore(null, '120')).toBeNull();
  });

  it('stores what was typed, also over what another stored while it was typed', () => {
    expect(textToStore(typed(' 130 ', '100'), '100')).toBe('130');
    expect(textToStore(typed('130', '100'), '120')).toBe('130');
    expect(textToStore(typed('100', '100'), '100'), 'typed back').toBeNull();
  });

  it('does not come back to what it stored once when another has stored something since', () => {
    const edit = left(typed('100', ''), '');
    expect(shownText(edit, ''), 'under way, or refused').toBe('100');
    expect(textToStore(edit, ''), 'once more').toBe('100');
    for (const stored of ['100', '120']) {
      expect(shownText(edit, stored)).toBe(stored);
      expect(textToStore(edit, stored)).toBeNull();
      expect(left(edit, stored)).toBeNull();
    }
  });
});
