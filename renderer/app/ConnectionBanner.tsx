import { Box, Button, TextField } from '@mui/material';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useConnection } from '../client/client-context.tsx';
import { useConnectionState } from '../client/connection-store.ts';
import { useT } from '../i18n/i18n.ts';
import { ErrorLines } from '../ui/ErrorLines.tsx';
import { durationText } from '../ui/time-text.ts';

/** Says that what is shown may be old, and how to get on. Deployments go on without this page. */
export function ConnectionBanner() {
  const t = useT();
  const { retryNow, host } = useConnection();
  const state = useConnectionState(store => store.state);
  switch (state.is) {
    case 'open':
    case 'connecting':
      return null;
    case 'lost':
      return (
        <Banner
          text={t('connection.lost', { wait: durationText(t, state.retryInMs), attempt: state.attempt })}
        >
          <Button variant="outlined" onClick={retryNow}>
            {t('connection.retry')}
          </Button>
          {host && (
            <Button onClick={() => void host.calls.restartEngine({})}>{t('connection.restartEngine')}</Button>
          )}
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
        <Box sx={{ p: 1.5, display: 'grid', gap: 1 }}>
          <ErrorLines error={state.error} />
          <SignIn />
        </Box>
      );
  }
}

function Banner({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <Box
      role="alert"
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
      <Box sx={{ flex: 1, minWidth: 240 }}>{text}</Box>
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
