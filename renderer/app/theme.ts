import { createTheme, type Theme } from '@mui/material/styles';
import { sansFont } from '../ui/fonts.ts';
import { type Colours, darkColours, lightColours } from './colours.ts';
import { componentStyles } from './component-styles.ts';
import { type Measures, measuresOf } from './measures.ts';
import type { Density } from './preferences.ts';

declare module '@mui/material/styles' {
  interface Theme {
    readonly colours: Colours;
    /** Heights and paddings that follow the density. */
    readonly measures: Measures;
  }
  interface ThemeOptions {
    colours?: Colours;
    measures?: Measures;
  }
}

export function rackTheme(mode: 'light' | 'dark', density: Density, muiLocale: object): Theme {
  const colours = mode === 'light' ? lightColours : darkColours;
  const measures = measuresOf[density];
  const base = createTheme({
    colours,
    measures,
    palette: {
      mode,
      primary: { main: colours.accent, contrastText: colours.onAccent },
      secondary: { main: colours.textQuiet },
      error: { main: colours.failed },
      warning: { main: colours.waiting },
      success: { main: colours.good },
      info: { main: colours.accent },
      background: { default: colours.ground, paper: colours.surface },
      text: { primary: colours.text, secondary: colours.textQuiet, disabled: colours.textOff },
      divider: colours.line,
    },
    shape: { borderRadius: 5 },
    typography: {
      fontFamily: sansFont,
      fontSize: measures.fontSize,
      htmlFontSize: 16,
      h1: { fontSize: '1.25rem', fontWeight: 650, letterSpacing: '-0.01em', lineHeight: 1.3 },
      h2: { fontSize: '1rem', fontWeight: 650, lineHeight: 1.4 },
      h3: { fontSize: `${measures.fontSize}px`, fontWeight: 650, lineHeight: 1.4 },
      body1: { fontSize: `${measures.fontSize}px`, lineHeight: 1.5 },
      body2: { fontSize: `${measures.fontSize}px`, lineHeight: 1.45 },
      caption: { fontSize: `${measures.fontSize - 1}px`, lineHeight: 1.4 },
      button: { fontSize: `${measures.fontSize}px`, fontWeight: 600, textTransform: 'none' },
    },
    transitions: {
      duration: {
        shortest: 60,
        shorter: 80,
        short: 100,
        standard: 120,
        complex: 140,
        enteringScreen: 120,
        leavingScreen: 80,
      },
    },
  });
  return createTheme(base, { components: componentStyles(colours, measures) }, muiLocale);
}
