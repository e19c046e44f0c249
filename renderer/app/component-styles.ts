import type { Components, Theme } from '@mui/material/styles';
import { sansFont } from '../ui/fonts.ts';
import { plainStyles } from '../ui/plain-styles.ts';
import type { Colours } from './colours.ts';
import type { Measures } from './measures.ts';

const focusRing = (colour: string) => ({ outline: `2px solid ${colour}`, outlineOffset: 2 });

/** Flat surfaces with lines instead of shadows, no ripples, no capitals, a focus ring everywhere. */
export function componentStyles(colours: Colours, measures: Measures): Components<Theme> {
  return {
    MuiCssBaseline: {
      styleOverrides: {
        'html, body, #root': { height: '100%' },
        body: { fontVariantNumeric: 'tabular-nums', overflow: 'hidden' },
        ':focus-visible': focusRing(colours.focus),
        ...plainStyles(colours),
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            animationIterationCount: '1 !important',
            // Were it not zero, a colour that is inherited would come a frame later at each level.
            transitionDuration: '0s !important',
          },
        },
      },
    },
    MuiButtonBase: {
      defaultProps: { disableRipple: true },
      styleOverrides: {
        root: { fontFamily: sansFont, '&.Mui-focusVisible': focusRing(colours.focus) },
      },
    },
    MuiButton: {
      defaultProps: { disableElevation: true, size: 'small' },
      styleOverrides: {
        root: { minWidth: 0, paddingInline: 12, whiteSpace: 'nowrap' },
        outlined: { borderColor: colours.outline, color: colours.text },
      },
    },
    MuiIconButton: { defaultProps: { size: 'small' } },
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: { root: { backgroundImage: 'none' } },
    },
    MuiDialog: {
      styleOverrides: {
        paper: { border: `1px solid ${colours.line}`, boxShadow: '0 12px 48px rgb(0 0 0 / 0.35)' },
      },
    },
    MuiDialogTitle: {
      styleOverrides: { root: { padding: '16px 20px 8px', fontSize: 17, fontWeight: 650 } },
    },
    MuiDialogContent: { styleOverrides: { root: { padding: '8px 20px' } } },
    MuiDialogActions: { styleOverrides: { root: { padding: '12px 20px 16px', gap: 4 } } },
    MuiMenu: { styleOverrides: { paper: { border: `1px solid ${colours.outline}` } } },
    MuiPopover: {
      styleOverrides: {
        paper: { border: `1px solid ${colours.outline}`, boxShadow: '0 6px 24px rgb(0 0 0 / 0.25)' },
      },
    },
    MuiMenuItem: {
      styleOverrides: { root: { fontSize: measures.fontSize, minHeight: measures.rowHeight - 2 } },
    },
    MuiTextField: { defaultProps: { size: 'small', fullWidth: true } },
    MuiFormControl: { defaultProps: { size: 'small' } },
    MuiSelect: { defaultProps: { size: 'small' } },
    MuiOutlinedInput: {
      styleOverrides: {
        root: { backgroundColor: colours.surface },
        notchedOutline: { borderColor: colours.outline },
      },
    },
    MuiFormHelperText: { styleOverrides: { root: { marginInline: 2 } } },
    MuiCheckbox: { defaultProps: { size: 'small' } },
    MuiRadio: { defaultProps: { size: 'small' } },
    MuiSwitch: { defaultProps: { size: 'small' } },
    MuiTooltip: {
      defaultProps: { arrow: false, enterDelay: 300 },
      styleOverrides: {
        tooltip: { fontSize: 12, backgroundColor: colours.text, color: colours.surface, maxWidth: 420 },
      },
    },
    MuiTab: { styleOverrides: { root: { minHeight: 40, minWidth: 0, padding: '8px 12px' } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 40 } } },
    MuiToggleButton: {
      defaultProps: { size: 'small' },
      styleOverrides: {
        root: {
          borderColor: colours.outline,
          color: colours.text,
          padding: '3px 12px',
          '&.Mui-selected, &.Mui-selected:hover': {
            backgroundColor: colours.accent,
            color: colours.onAccent,
          },
        },
      },
    },
    MuiAccordion: {
      defaultProps: { disableGutters: true, square: true },
      styleOverrides: {
        root: { border: `1px solid ${colours.line}`, borderRadius: 5, '&::before': { display: 'none' } },
      },
    },
    MuiLink: { defaultProps: { underline: 'always' } },
    MuiChip: { defaultProps: { size: 'small' }, styleOverrides: { root: { borderRadius: 4 } } },
  };
}
