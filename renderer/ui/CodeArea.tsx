import { Box } from '@mui/material';
import { type Ref, useEffect, useRef } from 'react';
import { monoFont } from './fonts.ts';

/** Wanted again and again, also the same line: a new object each time. */
export interface LineJump {
  /** 1-based. */
  readonly line: number;
}

interface Props {
  readonly label: string;
  readonly value: string;
  /** Absent: it can only be read and copied. */
  readonly onChange?: (value: string) => void;
  readonly markedLines: ReadonlySet<number>;
  readonly jump: LineJump | null;
  readonly maxLength?: number;
}

const lineHeightPx = 18;
const paddingPx = 8;

/** Text with line numbers. Tab leaves it as it leaves every field; long lines scroll. */
export function CodeArea({ label, value, onChange, markedLines, jump, maxLength }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = area.current;
    if (jump === null || element === null) return;
    const { start, end } = rangeOfLine(element.value, jump.line);
    element.focus();
    element.setSelectionRange(start, end);
    element.scrollTop = Math.max(0, (jump.line - 4) * lineHeightPx);
  }, [jump]);
  return (
    <Box
      sx={theme => ({
        display: 'flex',
        minWidth: 0,
        minHeight: 0,
        overflow: 'hidden',
        border: `1px solid ${theme.colours.outline}`,
        borderRadius: 1,
        fontFamily: monoFont,
        fontSize: 12,
        lineHeight: `${lineHeightPx}px`,
        '&:focus-within': { borderColor: theme.colours.focus },
      })}
    >
      <Gutter lineCount={value.split('\n').length} markedLines={markedLines} ref={gutter} />
      <Box
        component="textarea"
        ref={area}
        aria-label={label}
        value={value}
        readOnly={onChange === undefined}
        maxLength={maxLength}
        spellCheck={false}
        wrap="off"
        onChange={event => onChange?.(event.target.value)}
        onScroll={() => {
          if (gutter.current && area.current)
            gutter.current.style.transform = `translateY(${-area.current.scrollTop}px)`;
        }}
        sx={theme => ({
          flex: 1,
          minWidth: 0,
          p: `${paddingPx}px`,
          border: 0,
          outline: 0,
          resize: 'none',
          font: 'inherit',
          lineHeight: 'inherit',
          color: theme.colours.text,
          backgroundColor: onChange === undefined ? theme.colours.ground : theme.colours.surface,
        })}
      />
    </Box>
  );
}

interface GutterProps {
  readonly lineCount: number;
  readonly markedLines: ReadonlySet<number>;
  readonly ref: Ref<HTMLDivElement>;
}

/** A reader of the screen hears the line numbers in the list of problems instead. */
function Gutter({ lineCount, markedLines, ref }: GutterProps) {
  return (
    <Box
      aria-hidden="true"
      sx={theme => ({
        flex: 'none',
        overflow: 'hidden',
        textAlign: 'right',
        color: theme.colours.textQuiet,
        backgroundColor: theme.colours.raised,
        userSelect: 'none',
        '& > div': { py: `${paddingPx}px` },
        '& > div > div': { px: 1, height: lineHeightPx },
        '& .marked': { color: theme.colours.onAccent, backgroundColor: theme.colours.failed },
      })}
    >
      <div ref={ref}>
        {Array.from({ length: lineCount }, (_, index) => index + 1).map(line => (
          <div key={line} className={markedLines.has(line) ? 'marked' : undefined}>
            {line}
          </div>
        ))}
      </div>
    </Box>
  );
}

function rangeOfLine(text: string, line: number): { readonly start: number; readonly end: number } {
  const lines = text.split('\n');
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, before) => sum + before.length + 1, 0);
  return { start, end: start + (lines[index]?.length ?? 0) };
}
