import MonitorHeartOutlinedIcon from '@mui/icons-material/MonitorHeartOutlined';
import { Badge, Box, type SvgIconProps } from '@mui/material';
import { openCount, useAlarms } from '../../client/alarms.ts';
import { useT } from '../../i18n/i18n.ts';
import { hiddenText } from '../../ui/hidden-text.ts';

/** With the number of alarms that wait for a person. */
export function HealthIcon(props: SvgIconProps) {
  const t = useT();
  const count = useAlarms(openCount);
  return (
    <Badge badgeContent={count} color="error" max={99} slotProps={{ badge: { 'aria-hidden': true } }}>
      <MonitorHeartOutlinedIcon {...props} />
      {count > 0 && (
        <Box component="span" sx={hiddenText}>
          {t('alarms.waiting', { count })}
        </Box>
      )}
    </Badge>
  );
}
