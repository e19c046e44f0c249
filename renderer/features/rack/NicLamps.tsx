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
    <div className="lamps">
      {nics.slice(0, shownLamps).map(nic => (
        <Lamp
          key={nic.mac}
          isLit={nic.hasLink === true}
          tone={nic.port?.pxeEnabled ? 'busy' : 'good'}
          isUnderlined={vlanOf(nic) !== null}
          label={nicText(t, nic)}
        />
      ))}
      {nics.length > shownLamps && <span>+{nics.length - shownLamps}</span>}
    </div>
  );
}
