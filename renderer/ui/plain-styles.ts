import type { Theme } from '@mui/material/styles';
import { monoFont } from './fonts.ts';
import type { Tone } from './tone.ts';

/**
 * Styles of what a table draws by the hundred. These elements are plain and have a class each: a component with styles of its
 * own is most of what a row costs to scroll to.
 */
export function plainStyles(colours: Theme['colours']) {
  return { ...textStyles(colours), ...markStyles(colours), ...rowStyles(colours) };
}

/** Clipped, because what is hidden could be scrolled to, and the browser keeps a scroller for each. */
const cutStyle = { minWidth: 0, overflow: 'clip', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

function textStyles(colours: Theme['colours']) {
  const mono = { fontFamily: monoFont, fontSize: '0.92em' };
  return {
    '.text-strong': { fontWeight: 600 },
    '.text-quiet': { color: colours.textQuiet },
    '.text-cut': cutStyle,
    '.mono': { ...mono, overflowWrap: 'anywhere' },
    '.mono-line': { ...mono, whiteSpace: 'nowrap' },
    '.tone-text': { display: 'inline-flex', alignItems: 'center', gap: 6, minWidth: 0, maxWidth: '100%' },
    '.tone-text > :last-child': cutStyle,
    '.above-bar': { display: 'grid', gap: 3 },
  } as const;
}

/** Each tone has a shape, for those who do not see its colour: ring, turning arc, disc, triangle, diamond. */
function markStyles(colours: Theme['colours']) {
  const colourOf = (tone: Tone) => ({ color: colours[tone] });
  return {
    '.tone-idle': colourOf('idle'),
    '.tone-busy': colourOf('busy'),
    '.tone-good': colourOf('good'),
    '.tone-waiting': colourOf('waiting'),
    '.tone-failed': colourOf('failed'),
    '.tone-mark': { display: 'inline-block', width: 10, height: 10, flex: 'none' },
    '.tone-mark.tone-idle': { border: '1.6px solid currentColor', borderRadius: '50%' },
    '.tone-mark.tone-busy': {
      border: '2px solid currentColor',
      borderLeftColor: 'transparent',
      borderRadius: '50%',
      animation: 'rackside-turn 1.6s linear infinite',
    },
    '.tone-mark.tone-good': {
      width: 8,
      height: 8,
      margin: 1,
      borderRadius: '50%',
      backgroundColor: 'currentColor',
    },
    '.tone-mark.tone-waiting': {
      backgroundColor: 'currentColor',
      clipPath: 'polygon(50% 8%, 96% 90%, 4% 90%)',
    },
    '.tone-mark.tone-failed': {
      backgroundColor: 'currentColor',
      clipPath: 'polygon(50% 3%, 97% 50%, 50% 97%, 3% 50%)',
    },
    '@keyframes rackside-turn': { from: { transform: 'rotate(45deg)' }, to: { transform: 'rotate(405deg)' } },
    '.lamp': {
      position: 'relative',
      display: 'inline-block',
      width: 9,
      height: 9,
      flex: 'none',
      borderRadius: 2,
      border: `1.5px solid ${colours.outline}`,
    },
    '.lamp.is-lit': { borderColor: 'currentColor', backgroundColor: 'currentColor' },
    '.lamp.is-underlined::after': {
      content: '""',
      position: 'absolute',
      insetInline: -1.5,
      bottom: -5.5,
      height: 2,
      backgroundColor: colours.textQuiet,
    },
    '.lamps': { display: 'flex', gap: 4, alignItems: 'center' },
    '.thin-bar': {
      height: 3,
      width: '100%',
      borderRadius: 3,
      overflow: 'hidden',
      backgroundColor: colours.line,
    },
    // Moved and scaled, not widened: no other element has to be laid out anew while it goes on.
    '.thin-bar-part': {
      height: '100%',
      backgroundColor: colours.busy,
      transformOrigin: 'left',
      transition: 'transform 200ms linear',
    },
    '.thin-bar-part.is-uncounted': {
      width: '35%',
      animation: 'rackside-slide 1.4s ease-in-out infinite alternate',
    },
    '@keyframes rackside-slide': { to: { transform: 'translateX(186%)' } },
  } as const;
}

function rowStyles(colours: Theme['colours']) {
  return {
    '.event-line': {
      position: 'absolute',
      insetInline: 0,
      display: 'grid',
      gridTemplateColumns: '96px 72px 1fr',
      columnGap: 8,
      alignItems: 'center',
      paddingInline: 16,
      contain: 'size layout style',
    },
    '.event-line.is-choosable': { cursor: 'pointer' },
    '.event-line.is-marked': {
      backgroundColor: colours.chosen,
      boxShadow: `inset 3px 0 0 ${colours.accent}`,
    },
    '.table-row': {
      position: 'absolute',
      insetInline: 0,
      display: 'grid',
      alignItems: 'center',
      cursor: 'pointer',
      borderBottom: `1px solid ${colours.line}`,
      contain: 'size layout style',
    },
    // What moves is a layer of its own, and so is all that lies over it: a list of hundreds could not be scrolled.
    '.table-row .tone-mark, .table-row .thin-bar-part': { animation: 'none', transition: 'none' },
    '.table-row > .text': { ...cutStyle, paddingInline: 8 },
    '.table-row > .check': {
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'center',
      height: '100%',
    },
    '.table-row.is-chosen': { backgroundColor: colours.chosen },
    '.table-row:hover': { backgroundColor: colours.hover },
    '.table-row.is-active': { boxShadow: `inset 3px 0 0 ${colours.accent}` },
    '[role$=grid]:focus-visible .table-row.is-active': { boxShadow: `inset 0 0 0 2px ${colours.focus}` },
    '.table-row.is-new': { animation: 'rackside-arrive 2.4s ease-out' },
    '@keyframes rackside-arrive': { from: { backgroundColor: colours.goodGround } },
    '.name-cell': { display: 'flex', alignItems: 'center', gap: 8, minWidth: 0 },
    // As large as a finger or a pointer needs it (WCAG 2.2, 2.5.8).
    '.row-link': {
      flex: 'none',
      marginLeft: 'auto',
      minWidth: 28,
      lineHeight: '24px',
      textAlign: 'center',
      borderRadius: 3,
      textDecoration: 'none',
      color: colours.textQuiet,
    },
    '.row-link:hover': { color: colours.accent, backgroundColor: colours.chosen },
    '.table-check': { width: 16, height: 16, margin: 0, accentColor: colours.accent, cursor: 'pointer' },
  } as const;
}
