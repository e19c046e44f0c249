import { Box, Button, Typography } from '@mui/material';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { useVirtualRack, virtualRackSize } from './use-virtual-rack.ts';

/** The first minute: the ways to get servers on this screen. */
export function RackEmpty() {
  const t = useT();
  const { start } = useVirtualRack();
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <ScreenHeader title={t('rack.title')} detail={t('rack.servers', { count: 0 })} />
      <Box sx={{ p: 3, display: 'grid', gap: 2, maxWidth: 1040, mx: 'auto' }}>
        <Typography variant="h2">{t('rackEmpty.title')}</Typography>
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fit, minmax(380px, 1fr))' }}>
          <Way
            title={t('rackEmpty.addTitle')}
            text={t('rackEmpty.addText')}
            action={t('rack.add')}
            onClick={() => openOverlay({ is: 'add-server' })}
          />
          <Way
            title={t('rackEmpty.scanTitle')}
            text={t('rackEmpty.scanText')}
            action={t('scan.open')}
            onClick={() => openOverlay({ is: 'scan' })}
          />
          <Way
            title={t('rackEmpty.listTitle')}
            text={t('rackEmpty.listText')}
            action={t('import.open')}
            onClick={() => openOverlay({ is: 'import-servers' })}
          />
          <Way
            title={t('rackEmpty.watchTitle')}
            text={t('rackEmpty.watchText')}
            action={t('rackEmpty.watchAction')}
            onClick={() => goTo('networks')}
          />
          <Way
            title={t('rackEmpty.tryTitle')}
            text={t('rackEmpty.tryText', { count: virtualRackSize })}
            action={start.isPending ? t('virtualRack.starting') : t('virtualRack.start')}
            isPending={start.isPending}
            onClick={() => void start.run()}
          />
        </Box>
        {start.error && <ErrorLines error={start.error} actions={{ retry: () => void start.run() }} />}
      </Box>
    </Box>
  );
}

interface WayProps {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly isPending?: boolean;
  readonly onClick: () => void;
}

function Way({ title, text, action, isPending = false, onClick }: WayProps) {
  return (
    <Box
      component="section"
      sx={theme => ({
        display: 'flex',
        flexDirection: 'column',
        alignItems: 'flex-start',
        gap: 1,
        p: 2,
        border: `1px solid ${theme.colours.line}`,
        borderRadius: 1,
        backgroundColor: theme.colours.surface,
      })}
    >
      <Typography variant="h3">{title}</Typography>
      <Box sx={{ color: 'text.secondary', flex: 1 }}>{text}</Box>
      <Button variant="contained" disabled={isPending} onClick={onClick}>
        {action}
      </Button>
    </Box>
  );
}
