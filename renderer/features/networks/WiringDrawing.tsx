import { Box as Frame } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import { type KeyboardEvent, useMemo, useRef } from 'react';
import { goTo } from '../../app/route.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { toneColour } from '../../ui/tone.ts';
import { useElementWidth } from '../../ui/use-element-width.ts';
import { networkHeadingId } from './NetworkCard.tsx';
import type { Wire } from './wiring.ts';
import { type Box, boxHeight, drawWiring, type Goal, type Line } from './wiring-drawing.ts';

/** Interface, VLAN, network and the servers' NICs seen there, as a picture. Its boxes lead to what they name. */
export function WiringDrawing({ wires }: { readonly wires: readonly Wire[] }) {
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const width = Math.max(760, useElementWidth(frame));
  const { boxes, lines, height } = useMemo(() => drawWiring(wires), [wires]);
  return (
    <Frame ref={frame} component="section" aria-label={t('wiring.label')} sx={{ overflowX: 'auto' }}>
      <Frame
        component="svg"
        sx={{ display: 'block' }}
        width={width}
        height={height}
        viewBox={`0 -1 ${width} ${height}`}
      >
        {lines.map(line => (
          <WireLine key={`${line.from.key} ${line.to.key}`} line={line} width={width} />
        ))}
        {boxes.map(box => (
          <WireBox key={box.key} box={box} width={width} />
        ))}
      </Frame>
    </Frame>
  );
}

/** Four columns with a gap between them for the lines. */
function columnOf(column: Box['column'], width: number): { readonly x: number; readonly width: number } {
  const gap = 40;
  const boxWidth = (width - 3 * gap - 2) / 4;
  return { x: 1 + column * (boxWidth + gap), width: boxWidth };
}

function WireLine({ line: { from, to, tone }, width }: { readonly line: Line; readonly width: number }) {
  const theme = useTheme();
  const start = columnOf(from.column, width);
  const [x1, y1] = [start.x + start.width, from.y + boxHeight / 2];
  const [x2, y2] = [columnOf(to.column, width).x, to.y + boxHeight / 2];
  // Down in the gap before the box: a line over a column that is empty there stays straight.
  const bend = x2 - 20;
  return (
    <path
      d={`M${x1} ${y1} H${bend} V${y2} H${x2}`}
      fill="none"
      stroke={tone === 'idle' ? theme.colours.outline : toneColour(theme, tone)}
      strokeWidth={1.5}
      strokeDasharray={tone === 'idle' || tone === 'failed' ? '4 3' : 'none'}
    />
  );
}

function WireBox({ box, width }: { readonly box: Box; readonly width: number }) {
  const t = useT();
  const theme = useTheme();
  const place = columnOf(box.column, width);
  const [title, detail] = wordsOf(t, box);
  const isLink = box.goal.is !== 'none';
  const open = () => follow(box.goal);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    open();
  };
  const letters = Math.floor((place.width - 24) / 7.2);
  return (
    <Frame
      component="g"
      transform={`translate(${place.x} ${box.y})`}
      {...(isLink && {
        role: 'link',
        tabIndex: 0,
        'aria-label': [title, detail].filter(Boolean).join(', '),
        onClick: open,
        onKeyDown,
      })}
      sx={{
        cursor: isLink ? 'pointer' : 'default',
        outline: 'none',
        '&:focus-visible > rect:first-of-type': { stroke: theme.colours.focus, strokeWidth: 3 },
      }}
    >
      <title>{[title, detail].filter(Boolean).join(', ')}</title>
      <rect
        width={place.width}
        height={boxHeight}
        rx={4}
        fill={theme.colours.surface}
        stroke={theme.colours.outline}
      />
      <rect width={4} height={boxHeight} rx={2} fill={toneColour(theme, box.tone)} />
      <text x={12} y={detail === '' ? 24 : 16} fill={theme.colours.text} fontSize={13} fontWeight={600}>
        {cut(title, letters)}
      </text>
      <text x={12} y={31} fill={theme.colours.textQuiet} fontSize={12}>
        {cut(detail, letters)}
      </text>
    </Frame>
  );
}

function wordsOf(t: Translate, { kind, title, detail, count, tone }: Box): readonly [string, string] {
  switch (kind) {
    case 'interface':
      return [title, tone === 'failed' ? t('wiring.missing') : detail || t('networks.withoutAddress')];
    case 'virtual-rack':
      return [title, t('wiring.virtualRack')];
    case 'vlan':
      return [title, t('wiring.tag', { vlanId: count })];
    case 'network':
    case 'nic':
      return [title, detail];
    case 'more':
      return [t('wiring.more', { count }), ''];
    case 'strangers':
      return [t('wiring.strangers', { count }), ''];
  }
}

function follow(goal: Goal): void {
  if (goal.is === 'node') goTo('rack', goal.id);
  if (goal.is === 'network') {
    const heading = document.getElementById(networkHeadingId(goal.id));
    heading?.scrollIntoView({ block: 'start' });
    heading?.focus();
  }
}

/** SVG text does not end in an ellipsis by itself. A Chinese letter is as wide as two. */
function cut(text: string, most: number): string {
  let width = 0;
  let kept = '';
  for (const letter of text) {
    width += letter > '\u2e80' ? 2 : 1;
    if (width > most) return `${kept}…`;
    kept += letter;
  }
  return kept;
}
