import type { SvgIconProps } from '@mui/material';
import type { ComponentType } from 'react';
import type { RacksideClient } from '#shared/contract/index.ts';
import type { World } from '../client/world.ts';
import type { PlainKey, Translate } from '../i18n/catalogue.ts';
import type { Route } from './route.ts';

/** A screen of the left rail. Adding one is adding its folder and a line in `features.ts`. */
export interface Feature {
  /** The first part of its addresses. */
  readonly id: string;
  readonly title: PlainKey;
  readonly Icon: ComponentType<SvgIconProps>;
  readonly Screen: ComponentType<ScreenProps>;
  readonly commands: (context: CommandContext) => readonly PaletteCommand[];
}

export interface ScreenProps {
  /** The address behind the feature's id. */
  readonly path: Route;
}

export interface CommandContext {
  readonly t: Translate;
  readonly client: RacksideClient;
  readonly world: World;
}

/** A line of the command palette. */
export interface PaletteCommand {
  readonly id: string;
  readonly label: string;
  /** Where it belongs: `Rack`, the server's name … */
  readonly group: string;
  /** Not shown, but found: addresses, MACs, serial numbers. */
  readonly keywords?: string;
  readonly run: () => void;
  /** Further lines that are only made when this one may be meant. */
  readonly more?: {
    /** All that is in the labels of any of them. */
    readonly words: string;
    readonly commands: () => readonly PaletteCommand[];
  };
}
