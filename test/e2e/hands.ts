import { expect, type Locator, type Page } from '@playwright/test';

/** How a person does things on the page: each way by what that person has at hand, and by nothing else. */
export interface Hands {
  readonly press: (control: Locator) => Promise<void>;
  /** Takes a thing of the board and puts it where it belongs. */
  readonly put: (thing: Locator, place: Locator) => Promise<void>;
  /** Clicks and drags, or keys, so far. */
  readonly acts: () => number;
}

/** A pointer: real moves with the button down, as far as the browser is concerned. */
export function mouse(page: Page): Hands {
  let acts = 0;
  return {
    async press(control) {
      acts += 1;
      await control.click();
    },
    async put(thing, place) {
      acts += 1;
      await thing.hover();
      await page.mouse.down();
      await place.hover();
      // The browser tells a place of the pointer above it only with a further move.
      await place.hover({ position: { x: 8, y: 8 } });
      await page.mouse.up();
    },
    acts: () => acts,
  };
}

/** More controls than any screen has. */
const tabsMax = 120;

/** Tab, Space and Enter: what cannot be reached by them does not exist. */
export function keyboard(page: Page): Hands {
  let acts = 0;
  const key = async (name: string) => {
    acts += 1;
    await page.keyboard.press(name);
  };
  const goTo = async (control: Locator) => {
    await expect(control).toBeEnabled();
    for (let tabs = 0; tabs < tabsMax; tabs += 1) {
      if (await control.evaluate(element => element === document.activeElement)) return;
      await key('Tab');
    }
    throw new Error(`Tab does not come to ${String(control)}`);
  };
  return {
    async press(control) {
      await goTo(control);
      await key('Enter');
    },
    /** What is selected is the first place that is offered. */
    async put(thing) {
      await goTo(thing);
      await key('Space');
      await expect(thing).toHaveAttribute('aria-pressed', 'true');
      await key('Enter');
    },
    acts: () => acts,
  };
}
