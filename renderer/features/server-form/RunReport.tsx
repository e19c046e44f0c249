import { Box, Button } from '@mui/material';
import type { ManyState } from '../../client/use-many.ts';
import { errorText } from '../../i18n/error-text.ts';
import { useT } from '../../i18n/i18n.ts';
import { LiveText } from '../../ui/LiveText.tsx';
import { fraction } from '../../ui/measure-text.ts';
import { ThinBar } from '../../ui/ThinBar.tsx';
import { ToneText } from '../../ui/ToneText.tsx';

interface Props<Item> {
  /** What is done: `Changing servers`. */
  readonly label: string;
  readonly state: ManyState<Item>;
  readonly nameOf: (item: Item) => string;
  readonly onStop: () => void;
  readonly onRetry: () => void;
}

/** Nobody reads more lines; the counts say how many there are. */
const longestList = 200;

/** How far a row of commands has come, what failed and why, and the way to try those again. */
export function RunReport<Item>({ label, state, nameOf, onStop, onRetry }: Props<Item>) {
  const t = useT();
  const { total, done, failed } = state;
  const left = total - done.length - failed.length;
  const counts = [
    t('many.done', { count: done.length, total }),
    failed.length > 0 ? t('many.failed', { count: failed.length }) : '',
    state.is === 'ended' && left > 0 ? t('many.left', { count: left }) : '',
  ].filter(part => part !== '');
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        <Box component="span" sx={{ fontWeight: 600, flex: 1 }}>
          {counts.join(' · ')}
        </Box>
        {state.is === 'running' && (
          <Button variant="outlined" onClick={onStop}>
            {t('many.stop')}
          </Button>
        )}
        {state.is === 'ended' && failed.length + left > 0 && (
          <Button variant="outlined" onClick={onRetry}>
            {t(left > 0 ? 'many.goOn' : 'many.retry')}
          </Button>
        )}
      </Box>
      <ThinBar value={fraction(done.length + failed.length, total)} label={label} height={6} />
      <LiveText text={state.is === 'ended' ? counts.join(' · ') : label} />
      <Box
        component="ul"
        aria-label={t('many.results')}
        tabIndex={0}
        sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 0.5, maxHeight: 280, overflow: 'auto' }}
      >
        {failed.slice(0, longestList).map(({ item, error }) => {
          const { what, evidence } = errorText(t, error);
          return (
            <Box component="li" key={nameOf(item)} sx={{ overflowWrap: 'anywhere' }}>
              <ToneText tone="failed">{nameOf(item)}</ToneText>
              <Box sx={{ pl: 2.25 }}>
                {what}
                <Box sx={{ color: 'text.secondary' }}>{evidence}</Box>
              </Box>
            </Box>
          );
        })}
        {done.slice(0, Math.max(0, longestList - failed.length)).map(item => (
          <li key={nameOf(item)}>
            <ToneText tone="good">{nameOf(item)}</ToneText>
          </li>
        ))}
      </Box>
    </Box>
  );
}
