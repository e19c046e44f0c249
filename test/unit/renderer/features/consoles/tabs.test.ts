import { describe, expect, it } from 'vitest';
import { patchStates } from '#renderer/features/consoles/console-states.ts';
import { broadcastTo, endBroadcast, startBroadcast } from '#renderer/features/consoles/deck/broadcast.ts';
import { serverRows } from '#renderer/features/consoles/deck/server-rows.ts';
import {
  noTabs,
  openMax,
  parseTabs,
  shownOf,
  withClosed,
  withMoved,
  withOpened,
} from '#renderer/features/consoles/deck/tabs.ts';
import { fontThatFits, lockedSize } from '#renderer/features/consoles/session/arrange.ts';
import { parseViewSettings } from '#renderer/features/consoles/session/view-settings.ts';
import { mayType, othersOf, windowName, writerName } from '#renderer/features/consoles/session/writers.ts';
import type { ServerConsole } from '#shared/contract/index.ts';
import type { ConsoleViewId } from '#shared/model/ids.ts';
import { aNode } from '#test/fakes/rows.ts';
import { nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import { server } from '#test/fakes/scripted-engine/servers.ts';

const [first, second, third] = [nodeIdOf(1), nodeIdOf(2), nodeIdOf(3)];
const three = [first, second, third].reduce(withOpened, noTabs);

describe('open consoles', () => {
  it('are tabs once each, and the one that was asked for is the active one', () => {
    expect(withOpened(three, first)).toEqual({ open: [first, second, third], activeId: first, tiles: 1 });
  });

  it('give the place of a closed one to its neighbour', () => {
    expect(withClosed(three, third).activeId).toBe(second);
    expect(withClosed({ ...three, activeId: first }, first).activeId).toBe(second);
    expect(withClosed({ ...three, activeId: first }, third).activeId).toBe(first);
    expect(withClosed(withOpened(noTabs, first), first)).toEqual(noTabs);
  });

  it('are as many at most as a page can hold', () => {
    const many = Array.from({ length: openMax + 3 }, (_, index) => nodeIdOf(index)).reduce(
      withOpened,
      noTabs,
    );
    expect(many.open).toHaveLength(openMax);
    expect(many.open[0]).toBe(nodeIdOf(3));
  });

  it('are shown in groups as large as there are tiles, that of the active one', () => {
    expect(shownOf({ ...three, tiles: 1 })).toEqual([third]);
    expect(shownOf({ ...three, tiles: 2 })).toEqual([third]);
    expect(shownOf({ ...three, tiles: 2, activeId: second })).toEqual([first, second]);
    expect(shownOf({ ...three, tiles: 4 })).toEqual([first, second, third]);
  });

  it('change places, and stay at an end', () => {
    expect(withMoved(three, third, -1).open).toEqual([first, third, second]);
    expect(withMoved(three, third, 1)).toEqual(three);
  });

  it('come back after a reload, but not from what is no list of tabs', () => {
    expect(parseTabs(JSON.stringify(three))).toEqual(three);
    for (const text of [null, '', '{', '{"open":["x"],"activeId":null,"tiles":1}', '{"open":[],"tiles":3}'])
      expect(parseTabs(text)).toEqual(noTabs);
  });
});

describe('what is typed to several', () => {
  it('goes to those that were chosen, from one of them alone, until it ends', () => {
    startBroadcast([first, second]);
    expect(broadcastTo(second)).toEqual([first, second]);
    expect(broadcastTo(third)).toEqual([third]);
    endBroadcast();
    expect(broadcastTo(second)).toEqual([second]);
  });
});

describe('the list of servers', () => {
  const row: ServerConsole = {
    nodeId: first,
    state: 'connected',
    since: 1,
    retryAt: null,
    error: null,
    writer: null,
    watchers: [],
    recordingId: null,
  };

  it('has those with a BMC, by name or address and by the state of their console', () => {
    const nodes = [server(1, 0, {}), server(2, 0, {}), aNode({ name: 'r4u99' })];
    const states = patchStates(null, [{ op: 'put', row }]);
    const names = (text: string, state: '' | 'connected' | 'off' = '') =>
      serverRows(nodes, states, { text, state }).map(({ name }) => name);
    expect(names('')).toEqual(['r4u01', 'r4u02']);
    expect(names('10.78.0.12')).toEqual(['r4u02']);
    expect(names('R4', 'connected')).toEqual(['r4u01']);
    expect(names('', 'off')).toEqual(['r4u02']);
    expect(patchStates(states, [{ op: 'remove', nodeIds: [first] }]).size).toBe(0);
  });
});

describe('who types', () => {
  const [mine, other] = ['a', 'b'] as ConsoleViewId[];
  const watchers = [
    { viewId: mine ?? ('' as ConsoleViewId), name: 'here', since: 1 },
    { viewId: other ?? ('' as ConsoleViewId), name: 'there', since: 1 },
  ];

  it('is the first who does, or the one who took it', () => {
    if (mine === undefined || other === undefined) throw new Error('two views');
    expect(mayType({ writer: null }, mine)).toBe(true);
    expect(mayType({ writer: other }, mine)).toBe(false);
    expect(writerName({ writer: other, watchers })).toBe('there');
    expect(othersOf({ watchers }, mine)).toEqual(['there']);
  });

  it('is called by browser, system, and letters that tell two windows apart', () => {
    const edge = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/138.0 Safari/537.36 Edg/138.0';
    expect(windowName(edge, '7K')).toBe('Edge, Windows (7K)');
    expect(windowName('curl', '7K')).toBe('(7K)');
  });
});

describe('the size of a terminal', () => {
  it('that is locked fills its room with the largest font that fits', () => {
    const cell = { widthPx: 7.2, heightPx: 15 };
    const size = lockedSize('80x24');
    if (size === null) throw new Error('80x24 is locked');
    const fontPx = fontThatFits(size, { widthPx: 960, heightPx: 480 }, cell, 12);
    expect(fontPx).toBe(16);
    expect(fontThatFits(size, { widthPx: 100, heightPx: 100 }, cell, 12)).toBe(6);
    expect(lockedSize('fit')).toBeNull();
  });

  it('and all else a person chose comes back, or the first choice where it is damaged', () => {
    const kept = {
      fontFamily: 'courier',
      fontSize: 14,
      readsAloud: true,
      servers: [[first, { codePage: 'cp437', keyMap: 'vt100+', geometry: '100x31' }]],
    };
    expect(parseViewSettings(JSON.stringify(kept)).servers.get(first)?.keyMap).toBe('vt100+');
    expect(parseViewSettings('{"fontSize":900}').fontSize).toBe('auto');
  });
});
