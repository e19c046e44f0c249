import { Box, Button, TextField } from '@mui/material';
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { useConnection } from '../client/client-context.tsx';
import { useConnectionState } from '../client/connection-store.ts';
import { useT } from '../i18n/i18n.ts';
import { ErrorLines } from '../ui/ErrorLines.tsx';
import { durationText } from '../ui/time-text.ts';
import { EngineTrouble } from './EngineTrouble.tsx';

/** A page beside its engine is connected before anybody could read a banner. */
const patienceMs = 1000;

/** Says that what is shown may be old or is not there yet, and how to get on. */
export function ConnectionBanner() {
  const t = useT();
  const { retryNow, host } = useConnection();
  const { state, wasOpen, failedAttempts } = useConnectionState();
  const isLate = useLate(state.is !== 'open');
  switch (state.is) {
    case 'open':
      return null;
    case 'connecting':
    case 'lost':
      if (!wasOpen && failedAttempts === 0 && !isLate) return null;
      return (
        <Banner
          text={t(wasOpen ? 'connection.lost' : 'connection.none')}
          detail={
            state.is === 'lost'
              ? t('connection.next', { wait: durationText(t, state.retryInMs), attempt: failedAttempts + 1 })
              : t('connection.underWay')
          }
        >
          {state.is === 'lost' && (
            <Button variant="outlined" onClick={retryNow}>
              {t('connection.retry')}
            </Button>
          )}
          {host && <EngineTrouble host={host} />}
        </Banner>
      );
    case 'closed':
      return (
        <Banner text={t('connection.closed')}>
          <Reload />
        </Banner>
      );
    case 'incompatible':
      return (
        <Banner text={t('connection.incompatible', { theirs: state.theirs, ours: state.ours })}>
          <Reload />
        </Banner>
      );
    case 'refused':
      return (
        <Box component="section" aria-label={t('connection.signIn')} sx={{ p: 1.5, display: 'grid', gap: 1 }}>
          <ErrorLines error={state.error} />
          <SignIn />
        </Box>
      );
  }
}

/** Whether this has been so for longer than a person would notice. */
function useLate(isSo: boolean): boolean {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isSo) return;
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isSo]);
  return isLate;
}

interface BannerProps {
  readonly text: string;
  /** What changes often: seen, but not read aloud each time. */
  readonly detail?: string;
  readonly children: ReactNode;
}

function Banner({ text, detail, children }: BannerProps) {
  const id = useId();
  return (
    <Box
      component="section"
      aria-labelledby={id}
      sx={theme => ({
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.5,
        px: 2,
        py: 1,
        backgroundColor: theme.colours.waitingGround,
        borderBottom: `2px solid ${theme.colours.waiting}`,
      })}
    >
      <Box sx={{ flex: 1, minWidth: 240, display: 'flex', flexWrap: 'wrap', columnGap: 1.5 }}>
        <Box component="span" id={id} role="alert" sx={{ fontWeight: 600 }}>
          {text}
        </Box>
        {detail && <span>{detail}</span>}
      </Box>
      {children}
    </Box>
  );
}

function Reload() {
  const t = useT();
  return (
    <Button variant="outlined" onClick={() => window.location.reload()}>
      {t('app.reload')}
    </Button>
  );
}

function SignIn() {
  const t = useT();
  const { signIn } = useConnection();
  const [token, setToken] = useState('');
  if (signIn === undefined) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== '') signIn(token.trim());
  };
  return (
    <Box component="form" onSubmit={submit} sx={{ display: 'flex', gap: 1, maxWidth: 520 }}>
      <TextField
        label={t('connection.token')}
        type="password"
        value={token}
        onChange={event => setToken(event.target.value)}
        slotProps={{ htmlInput: { autoComplete: 'off' } }}
      />
      <Button type="submit" variant="contained" disabled={token.trim() === ''}>
        {t('connection.signIn')}
      </Button>
    </Box>
  );
}
