/** The page's own colours. Every pair that carries text has a contrast of at least 4.5:1 (`colours.test.ts`). */
export interface Colours {
  readonly ground: string;
  readonly surface: string;
  readonly raised: string;
  readonly text: string;
  readonly textQuiet: string;
  readonly textOff: string;
  readonly line: string;
  /** Outlines of fields and buttons: 3:1 against the surface. */
  readonly outline: string;
  readonly accent: string;
  readonly onAccent: string;
  /** The row or item in hand. */
  readonly chosen: string;
  readonly hover: string;
  readonly focus: string;
  readonly good: string;
  readonly waiting: string;
  readonly failed: string;
  readonly busy: string;
  readonly idle: string;
  readonly failedGround: string;
  readonly waitingGround: string;
  readonly goodGround: string;
  readonly rail: string;
  readonly railText: string;
  readonly railChosen: string;
  readonly railMark: string;
}

export const lightColours: Colours = {
  ground: '#eef0f3',
  surface: '#ffffff',
  raised: '#f7f8fa',
  text: '#14181e',
  textQuiet: '#4a535f',
  textOff: '#646d79',
  line: '#d5dae1',
  outline: '#7d8794',
  accent: '#0b5a9e',
  onAccent: '#ffffff',
  chosen: '#dbe9f7',
  hover: '#eef3f8',
  focus: '#0b5a9e',
  good: '#17703a',
  waiting: '#8a5200',
  failed: '#b3241c',
  busy: '#0b5a9e',
  idle: '#5d6672',
  failedGround: '#fdeeed',
  waitingGround: '#fdf3e1',
  goodGround: '#e8f5ec',
  rail: '#1c222b',
  railText: '#c3cad4',
  railChosen: '#303a47',
  railMark: '#7cc0ff',
};

export const darkColours: Colours = {
  ground: '#0f1216',
  surface: '#171b21',
  raised: '#1d222a',
  text: '#e9ecf1',
  textQuiet: '#aab3bf',
  textOff: '#8a94a1',
  line: '#2c333d',
  outline: '#727d8b',
  accent: '#7cc0ff',
  onAccent: '#06192b',
  chosen: '#20354a',
  hover: '#1f262f',
  focus: '#7cc0ff',
  good: '#62d08d',
  waiting: '#f2b84b',
  failed: '#ff8f87',
  busy: '#7cc0ff',
  idle: '#9aa4b1',
  failedGround: '#34191a',
  waitingGround: '#332710',
  goodGround: '#142b1d',
  rail: '#0a0c0f',
  railText: '#aeb7c3',
  railChosen: '#222a34',
  railMark: '#7cc0ff',
};
