/** Marks in what the engine tells (`probe-17-`), and when the page had them on the screen. */
import type { Page } from '@playwright/test';

declare global {
  interface Window {
    /** When each mark was drawn, ms since 1970. */
    benchSeen?: Map<string, number>;
  }
}

let probes = 0;

/** Nothing has shown it yet. */
export function nextProbe(): string {
  probes += 1;
  return `probe-${probes}-`;
}

export async function watchProbes(page: Page): Promise<void> {
  await page.evaluate(() => {
    if (window.benchSeen !== undefined) {
      window.benchSeen.clear();
      return;
    }
    const seen = new Map<string, number>();
    window.benchSeen = seen;
    const afterFrame = new MessageChannel();
    let drawn: string[] = [];
    afterFrame.port1.onmessage = () => {
      const at = performance.timeOrigin + performance.now();
      for (const name of drawn) if (!seen.has(name)) seen.set(name, at);
      drawn = [];
    };
    const note = (text: string | null) => {
      const found = text?.match(/probe-\d+-/g) ?? [];
      if (found.length === 0) return;
      requestAnimationFrame(() => {
        drawn.push(...found);
        // A task that is posted while a frame is made runs when that frame is done.
        afterFrame.port2.postMessage(null);
      });
    };
    new MutationObserver(records => {
      for (const { target, addedNodes } of records) {
        if (target instanceof CharacterData) note(target.data);
        for (const node of addedNodes) note(node.textContent);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

export async function takeSeen(page: Page): Promise<ReadonlyMap<string, number>> {
  return new Map(await page.evaluate(() => [...(window.benchSeen ?? [])]));
}

/** Until the mark is on the screen. */
export async function seeProbe(page: Page, name: string): Promise<void> {
  await page.waitForFunction(wanted => window.benchSeen?.has(wanted) === true, name);
}
