import { useTheme } from '@mui/material/styles';
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
  const { colours } = useTheme();
  const nics = nicViews(inventory, ports);
  return (
    <div style={{ display: 'flex', gap: '4px', alignItems: 'center' }}>
      {nics.slice(0, shownLamps).map(nic => (
        <span
          key={nic.mac}
          style={{
            display: 'inline-flex',
            // As much above as the line takes below, so that lamps stay in the middle.
            paddingTop: '4px',
            paddingBottom: '2px',
            borderBottom: `2px solid ${vlanOf(nic) === null ? 'transparent' : colours.textQuiet}`,
          }}
        >
          <Lamp
            isLit={nic.hasLink === true}
            tone={nic.port?.pxeEnabled ? 'busy' : 'good'}
            label={nicText(t, nic)}
          />
        </span>
      ))}
      {nics.length > shownLamps && <span>+{nics.length - shownLamps}</span>}
    </div>
  );
}
