import { Box, Button } from '@mui/material';
import { useStore } from 'zustand';
import { useClient } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';
import { useT } from '../../../i18n/i18n.ts';
import { functionKeys, type NamedKey } from '../keys/key-maps.ts';
import type { ConsoleSession } from '../session/console-session.ts';

/** Names that stand on every keyboard are not translated. */
const otherKeys = [
  ['Escape', 'Esc'],
  ['Delete', 'Del'],
  ['Insert', 'Ins'],
  ['Home', 'Home'],
  ['End', 'End'],
  ['PageUp', 'PgUp'],
  ['PageDown', 'PgDn'],
] as const satisfies readonly (readonly [NamedKey, string])[];

/** Keys that a browser or a desktop keeps for itself, in the sequences that were chosen for this server. */
export function KeyBar({ session }: { readonly session: ConsoleSession }) {
  const t = useT();
  const { consoles } = useClient();
  const viewId = useStore(session.state, state => state.viewId);
  const press = (key: NamedKey) => {
    session.pressKey(key);
    session.focus();
  };
  const sendBreak = async () => {
    session.focus();
    try {
      if (viewId !== null) await consoles.sendBreak({ viewId });
    } catch (thrown) {
      session.state.setState({ notice: { is: 'failed', error: toCodedError(thrown) } });
    }
  };
  return (
    <Box
      role="toolbar"
      aria-label={t('console.keys')}
      sx={theme => ({
        flex: 'none',
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 0.5,
        p: 0.5,
        borderTop: `1px solid ${theme.colours.line}`,
      })}
    >
      {functionKeys.map(key => (
        <KeyButton key={key} label={key} onClick={() => press(key)} />
      ))}
      {otherKeys.map(([key, label]) => (
        <KeyButton key={key} label={label} onClick={() => press(key)} />
      ))}
      <KeyButton label={t('console.break')} onClick={() => void sendBreak()} />
      <Box component="span" sx={{ color: 'text.secondary', px: 0.5 }}>
        {t('console.noCtrlAltDel')}
      </Box>
    </Box>
  );
}

function KeyButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <Button variant="outlined" onClick={onClick} sx={{ minWidth: 0, px: 1, py: 0 }}>
      {label}
    </Button>
  );
}
