/** The two trees of the image: ISO names with Rock Ridge behind them, and Joliet's. */
export type NameSpace = 'rock-ridge' | 'joliet';

/** ECMA-119 §6.1.2: the unit of every place on the image. */
export const sectorSize = 2048;
