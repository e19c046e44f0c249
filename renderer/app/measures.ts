import type { Density } from './preferences.ts';

/** Heights and sizes that follow the density, pixels. */
export interface Measures {
  readonly rowHeight: number;
  readonly fontSize: number;
}

export const measuresOf: Readonly<Record<Density, Measures>> = {
  comfortable: { rowHeight: 44, fontSize: 14 },
  compact: { rowHeight: 34, fontSize: 13 },
};
