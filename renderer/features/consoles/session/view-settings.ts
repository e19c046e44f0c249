import { z } from 'zod';
import { create } from 'zustand';
import type { NodeId } from '#shared/model/ids.ts';
import { keyMapNames } from '../keys/key-maps.ts';
import { codePages } from '../text/code-page.ts';

/** Serial over LAN has no size: what the machine draws for is known to a person alone. `fit` is what there is room for. */
export const geometries = ['80x24', '80x25', '100x31', 'fit'] as const;
export type Geometry = (typeof geometries)[number];

export const fontFamilies = ['system', 'dejavu', 'courier', 'consolas'] as const;
export type FontFamily = (typeof fontFamilies)[number];

/** Pixels. `auto` is as large as there is room for. */
export const fontSizes = ['auto', 11, 12, 13, 14, 16, 18, 20, 24] as const;
export type FontSize = (typeof fontSizes)[number];

const serverSettings = z.object({
  codePage: z.enum(codePages),
  keyMap: z.enum(keyMapNames),
  geometry: z.enum(geometries),
});
export type ServerSettings = z.infer<typeof serverSettings>;

const stored = z.object({
  fontFamily: z.enum(fontFamilies),
  fontSize: z.literal(fontSizes),
  readsAloud: z.boolean(),
  /** Newest last. */
  servers: z.array(z.tuple([z.string(), serverSettings])),
});

/** How this person at this page likes consoles; kept by the browser, as `preferences.ts` is. */
export interface ViewSettings {
  readonly fontFamily: FontFamily;
  readonly fontSize: FontSize;
  /** For a screen reader: lines are spoken as they come. */
  readonly readsAloud: boolean;
  readonly servers: ReadonlyMap<string, ServerSettings>;
}

/** xterm's keys are a shell's; a firmware that wants others says so on its *Terminal Type* page. */
export const firstServerSettings: ServerSettings = { codePage: 'auto', keyMap: 'xterm', geometry: '80x24' };

const storageKey = 'rackside.consoles';
const keptServers = 500;

export const useViewSettings = create<ViewSettings>(() => readStored());

export function setViewSettings(change: Partial<Omit<ViewSettings, 'servers'>>): void {
  useViewSettings.setState(change);
  keep();
}

export function settingsOf({ servers }: ViewSettings, nodeId: NodeId): ServerSettings {
  return servers.get(nodeId) ?? firstServerSettings;
}

export function setServerSettings(nodeId: NodeId, change: Partial<ServerSettings>): void {
  useViewSettings.setState(state => {
    const servers = new Map(state.servers);
    const before = settingsOf(state, nodeId);
    servers.delete(nodeId);
    servers.set(nodeId, { ...before, ...change });
    return { servers: new Map([...servers].slice(-keptServers)) };
  });
  keep();
}

function keep(): void {
  try {
    const state = useViewSettings.getState();
    localStorage.setItem(storageKey, JSON.stringify({ ...state, servers: [...state.servers] }));
  } catch {
    // A browser that keeps nothing still shows what was chosen until it closes.
  }
}

/** What a page before this one kept; the first settings where it is not of this form. */
export function parseViewSettings(text: string | null): ViewSettings {
  try {
    const parsed = stored.safeParse(JSON.parse(text ?? 'null'));
    if (parsed.success) return { ...parsed.data, servers: new Map(parsed.data.servers) };
  } catch {
    // As good as none.
  }
  return { fontFamily: 'system', fontSize: 'auto', readsAloud: false, servers: new Map() };
}

function readStored(): ViewSettings {
  try {
    return parseViewSettings(localStorage.getItem(storageKey));
  } catch {
    return parseViewSettings(null); // storage is forbidden
  }
}
