import { Box, ButtonBase } from '@mui/material';
import { useMemo, useState } from 'react';
import {
  type DhcpMode,
  type Network,
  type Service,
  type ServiceName,
  serviceNames,
} from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { ageText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { dhcpPlaces, dhcpWord } from './dhcp-word.ts';
import { ServicePopover } from './ServicePopover.tsx';
import { serviceStateKey, serviceTone } from './service-tone.ts';

/** Every service with its state, what it serves and the last packet's age; a click says why and mends. */
export function StatusBar() {
  const t = useT();
  const services = useWorld(world => world.services);
  const [open, setOpen] = useState<{ readonly name: ServiceName; readonly anchor: HTMLElement } | null>(null);
  const shown = open === null ? undefined : services.get(open.name);
  return (
    <Box
      component="footer"
      aria-label={t('services.title')}
      sx={theme => ({
        display: 'flex',
        minHeight: 28,
        borderTop: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.raised,
        fontSize: 12,
        overflow: 'hidden',
      })}
    >
      {serviceNames.map(name => {
        const service = services.get(name);
        // The database is no service that anybody starts: it has a place here only while it fails.
        if (service === undefined || (name === 'database' && service.state === 'on')) return null;
        return (
          <ServiceItem
            key={name}
            service={service}
            isOpen={open?.name === name}
            onOpen={anchor => setOpen({ name, anchor })}
          />
        );
      })}
      {shown && open && <ServicePopover service={shown} anchor={open.anchor} onClose={() => setOpen(null)} />}
    </Box>
  );
}

interface ItemProps {
  readonly service: Service;
  readonly isOpen: boolean;
  readonly onOpen: (anchor: HTMLElement) => void;
}

function ServiceItem({ service, isOpen, onOpen }: ItemProps) {
  const t = useT();
  const now = useNow();
  const networks = useWorld(world => world.networks);
  const mode = useMemo(() => dhcpWord(networks.values()), [networks]);
  const isFine = service.state === 'on' || service.state === 'off';
  const word = service.name === 'dhcp' && isFine ? t(`dhcpMode.${mode}`) : t(serviceStateKey(service));
  const place = placeOf(service, networks.values(), mode);
  const age = service.lastPacketAt === null ? '' : ageText(t, service.lastPacketAt, now);
  const title = [`${t(`service.${service.name}`)}: ${word}`, service.detail, age].filter(Boolean).join(' · ');
  return (
    <ButtonBase
      title={title}
      aria-label={title}
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      onClick={event => onOpen(event.currentTarget)}
      sx={theme => ({
        // In a narrow window the place gives way, and nothing else.
        display: 'grid',
        gridTemplateColumns: 'auto auto minmax(0, max-content) auto',
        alignItems: 'center',
        columnGap: 0.75,
        px: 1,
        minWidth: 'min-content',
        flex: '0 1 auto',
        font: 'inherit',
        borderRight: `1px solid ${theme.colours.line}`,
        '&:hover': { backgroundColor: theme.colours.hover },
        '&.Mui-focusVisible': { outlineOffset: -2 },
        ...(service.state === 'failed' && { color: theme.colours.failed }),
      })}
    >
      <ToneMark tone={serviceTone[service.state]} />
      <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
        <strong>{t(`service.${service.name}`)}</strong>
        {(service.name === 'dhcp' || service.state !== 'on') && ` ${word}`}
      </Box>
      <Box
        component="span"
        sx={{ color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
      >
        {service.state === 'on' && (place || word)}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
        {age}
      </Box>
    </ButtonBase>
  );
}

/** Where it serves; the parts that serve no wire have nothing to say here. */
function placeOf(service: Service, networks: Iterable<Network>, mode: DhcpMode): string {
  switch (service.name) {
    case 'dhcp':
      return dhcpPlaces(networks, mode);
    case 'tftp':
    case 'http':
    case 'syslog':
    case 'ipmi':
      return service.detail;
    case 'ramdisk':
    case 'boot-programs':
    case 'virtual-rack':
    case 'database':
      return '';
    default:
      return assertNever(service.name);
  }
}
