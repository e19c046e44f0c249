import { Box } from '@mui/material';
import type { Inventory, Port } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Lamp } from '../../ui/Lamp.tsx';
import { nicText, nicViews, vlanOf } from './hardware-text.ts';

interface Props {
  readonly inventory: Inventory | null;
  readonly ports: readonly Port[];
}

const shownLamps = 6;

/** One lamp a NIC: lit with a link, blue where it may boot from the network, underlined where it has a VLAN. */
export function NicLamps({ inventory, ports }: Props) {
  const t = useT();
  const nics = nicViews(inventory, ports);
  return (
    <Box sx={{ display: 'flex', gap: '4px', alignItems: 'center' }}>
      {nics.slice(0, shownLamps).map(nic => (
        <Box
          key={nic.mac}
          component="span"
          sx={theme => ({
            display: 'inline-flex',
            // As much above as the line takes below, so that lamps stay in the middle.
            pt: '4px',
            pb: '2px',
            borderBottom: `2px solid ${vlanOf(nic) === null ? 'transparent' : theme.colours.textQuiet}`,
          })}
        >
          <Lamp
            isLit={nic.hasLink === true}
            tone={nic.port?.pxeEnabled ? 'busy' : 'good'}
            label={nicText(t, nic)}
          />
        </Box>
      ))}
      {nics.length > shownLamps && <span>+{nics.length - shownLamps}</span>}
    </Box>
  );
}
