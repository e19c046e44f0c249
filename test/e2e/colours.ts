import type { Page } from '@playwright/test';

/** Of what axe shall look at; taken away afterwards. */
const mark = 'data-colours-not-seen';

/** What stood on what, of all pages of this process: a colour on the same grounds has the same contrast on every screen. */
const seen = new Set<string>();

/**
 * Marks the texts whose colours nobody looked at yet and gives the selector of them; undefined when there are none. Contrast
 * (WCAG 2.2, 1.4.3) depends on a text's colour, size and weight and on all that is painted below it, and on nothing else:
 * a table of a hundred rows has a dozen of such pairs.
 */
export async function markColours(page: Page, within: string): Promise<string | undefined> {
  const keys = await page.evaluate(keysOfColours, { mark, within });
  const fresh = keys.flatMap((key, index) => (seen.has(key) ? [] : [index]));
  await page.evaluate(keepMarks, { mark, fresh });
  for (const index of fresh) seen.add(keys[index] ?? '');
  return fresh.length === 0 ? undefined : `[${mark}]`;
}

export async function unmarkColours(page: Page): Promise<void> {
  await page.evaluate(keepMarks, { mark, fresh: [] });
}

/** In the page. Three elements stand for all that have their key (one may be covered); the mark's value is the key's number. */
function keysOfColours({ mark, within }: { readonly mark: string; readonly within: string }): string[] {
  const isOwnText = (element: Element) =>
    element.matches('input, textarea, select') ||
    [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim() !== '');
  const grounds = new Map<Element, string>();
  const groundOf = (element: Element): string => {
    const known = grounds.get(element);
    if (known !== undefined) return known;
    const { backgroundColor, backgroundImage, opacity, filter, position } = getComputedStyle(element);
    const own = [
      backgroundColor === 'rgba(0, 0, 0, 0)' ? '' : backgroundColor,
      backgroundImage === 'none' ? '' : backgroundImage,
      opacity === '1' ? '' : opacity,
      filter === 'none' ? '' : filter,
      position === 'static' || position === 'relative' ? '' : position,
      element.matches('[aria-disabled=true], :disabled') ? 'disabled' : '',
    ].join('');
    const below = element.parentElement === null ? '' : groundOf(element.parentElement);
    const ground = own === '' ? below : `${below}/${own}`;
    grounds.set(element, ground);
    return ground;
  };
  const keyOf = (element: Element) => {
    const { color, fontSize, fontWeight, textShadow, textDecorationLine } = getComputedStyle(element);
    // Of a link also what it stands in (1.4.1).
    const around =
      element.tagName === 'A' && element.parentElement ? getComputedStyle(element.parentElement).color : '';
    return [color, fontSize, fontWeight, textShadow, textDecorationLine, around, groundOf(element)].join('|');
  };
  const keys: string[] = [];
  const found = new Map<string, { readonly index: number; count: number }>();
  for (const root of document.querySelectorAll(within)) {
    for (const element of [root, ...root.querySelectorAll('*')]) {
      if (!isOwnText(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
      const key = keyOf(element);
      const same = found.get(key) ?? { index: keys.push(key) - 1, count: 0 };
      found.set(key, same);
      same.count += 1;
      if (same.count <= 3) element.setAttribute(mark, String(same.index));
    }
  }
  return keys;
}

/** In the page. */
function keepMarks({ mark, fresh }: { readonly mark: string; readonly fresh: readonly number[] }): void {
  for (const element of document.querySelectorAll(`[${mark}]`))
    if (!fresh.includes(Number(element.getAttribute(mark)))) element.removeAttribute(mark);
}
