import { Box, Button, MenuItem, TextField } from '@mui/material';
import { useId, useState } from 'react';
import type { NetworkPlace, Node } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { EditableList } from '../../ui/EditableList.tsx';
import {
  addressMethods,
  type NetworkField,
  type NetworkRow,
  newNetworkRow,
  placeKey,
  taggings,
  wrongNetworkFields,
} from './network-rows.ts';
import { type Links, networkName, placeText } from './network-text.ts';

interface Props {
  readonly node: Node;
  readonly rows: readonly NetworkRow[];
  /** The NICs and bonds to which they can go. */
  readonly links: Links;
  readonly onChange: (rows: readonly NetworkRow[]) => void;
}

/** As the contract allows in one request. */
const rowsMax = 32;

/** The networks that the machine shall be on, each with its way there and its address. */
export function NetworkList({ node, rows, links, onChange }: Props) {
  const t = useT();
  const networks = useWorld(world => world.networks);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      {rows.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('deployNetwork.none')}</Box>}
      <EditableList<NetworkRow>
        label={t('deploy.networks')}
        rows={rows}
        onChange={onChange}
        rowName={(row, index) => networkName(t, row, index, networks)}
        addLabel={t('deployNetwork.add')}
        newRow={newNetworkRow}
        maxRows={rowsMax}
      >
        {(row, change) => <NetworkFields node={node} row={row} links={links} onChange={change} />}
      </EditableList>
    </Box>
  );
}

interface RowProps {
  readonly node: Node;
  readonly row: NetworkRow;
  readonly links: Links;
  readonly onChange: (change: Partial<NetworkRow>) => void;
}

function NetworkFields({ node, row, links, onChange }: RowProps) {
  const t = useT();
  const networks = useWorld(world => world.networks);
  const hasMore = row.tagging !== 'auto' || row.mtu !== '' || row.routes !== '';
  const [isMore, setMore] = useState(hasMore);
  const moreId = useId();
  return (
    <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: 'repeat(6, minmax(0, 1fr))' }}>
      <TextField
        select
        label={t('deployNetwork.network')}
        value={networks.has(row.networkId) ? row.networkId : ''}
        onChange={event => onChange({ networkId: event.target.value })}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        sx={{ gridColumn: row.networkId === '' ? 'span 2' : 'span 3' }}
      >
        <MenuItem value="">{t('deployNetwork.byTag')}</MenuItem>
        {[...networks.values()].map(({ id, name, segmentationId }) => (
          <MenuItem key={id} value={id}>
            {segmentationId === null
              ? name
              : t('deployNetwork.named', { name, vlan: t('nic.vlan', { id: segmentationId }) })}
          </MenuItem>
        ))}
      </TextField>
      {row.networkId === '' && (
        <Field row={row} name="vlanId" onChange={onChange} help={t('deployNetwork.vlanHelp')} />
      )}
      <PlaceField node={node} row={row} links={links} onChange={onChange} />
      <AddressFields row={row} onChange={onChange} />
      <Button
        aria-expanded={isMore}
        aria-controls={moreId}
        onClick={() => setMore(!isMore)}
        sx={{ gridColumn: 'span 2', justifySelf: 'start', alignSelf: 'start' }}
      >
        {t(isMore ? 'deployNetwork.less' : 'deployNetwork.more')}
      </Button>
      <Box id={moreId} sx={{ display: 'contents' }}>
        {isMore && <MoreFields row={row} onChange={onChange} />}
      </Box>
    </Box>
  );
}

function PlaceField({ node, row, links: { ports, portgroups }, onChange }: RowProps) {
  const t = useT();
  const places: readonly NetworkPlace[] = [
    { by: 'match' },
    { by: 'provisioning' },
    ...[...portgroups.values()]
      .filter(({ nodeId }) => nodeId === node.id)
      .map(({ id }) => ({ by: 'portgroup' as const, portgroupId: id })),
    ...[...ports.values()]
      .filter(({ nodeId, portgroupId }) => nodeId === node.id && portgroupId === null)
      .map(({ id }) => ({ by: 'port' as const, portId: id })),
  ];
  // A place that is gone meanwhile stays to be seen: the engine says what is wrong with it.
  const isKnown = places.some(place => placeKey(place) === placeKey(row.place));
  return (
    <TextField
      select
      label={t('deployNetwork.place')}
      value={placeKey(row.place)}
      onChange={event => {
        const place = places.find(candidate => placeKey(candidate) === event.target.value);
        if (place !== undefined) onChange({ place });
      }}
      sx={{ gridColumn: 'span 3' }}
    >
      {(isKnown ? places : [row.place, ...places]).map(place => (
        <MenuItem key={placeKey(place)} value={placeKey(place)}>
          {placeText(t, place, { ports, portgroups })}
        </MenuItem>
      ))}
    </TextField>
  );
}

function AddressFields({ row, onChange }: Omit<RowProps, 'node' | 'links'>) {
  const t = useT();
  const isStatic = row.method === 'static';
  return (
    <>
      <TextField
        select
        label={t('deployNetwork.method')}
        value={row.method}
        onChange={event =>
          onChange({ method: addressMethods.find(method => method === event.target.value) ?? 'dhcp' })
        }
        sx={{ gridColumn: isStatic ? 'span 3' : 'span 4' }}
      >
        {addressMethods.map(method => (
          <MenuItem key={method} value={method}>
            {t(`deployNetwork.method.${method}`)}
          </MenuItem>
        ))}
      </TextField>
      {isStatic && (
        <>
          <Field
            row={row}
            name="address"
            onChange={onChange}
            help={t('deployNetwork.addressHelp')}
            span={3}
            isRequired
          />
          <Field row={row} name="gateway" onChange={onChange} span={2} />
          <Field row={row} name="dns" onChange={onChange} span={2} />
        </>
      )}
    </>
  );
}

function MoreFields({ row, onChange }: Omit<RowProps, 'node' | 'links'>) {
  const t = useT();
  return (
    <>
      <TextField
        select
        label={t('deployNetwork.tagging')}
        value={row.tagging}
        onChange={event =>
          onChange({ tagging: taggings.find(tagging => tagging === event.target.value) ?? 'auto' })
        }
        sx={{ gridColumn: 'span 4' }}
      >
        {taggings.map(tagging => (
          <MenuItem key={tagging} value={tagging}>
            {t(`deployNetwork.tagging.${tagging}`)}
          </MenuItem>
        ))}
      </TextField>
      <Field row={row} name="mtu" onChange={onChange} span={2} />
      {row.method !== 'none' && (
        <Field row={row} name="routes" onChange={onChange} help={t('deployNetwork.routesHelp')} span={6} />
      )}
    </>
  );
}

interface FieldProps {
  readonly row: NetworkRow;
  readonly name: NetworkField;
  readonly onChange: (change: Partial<NetworkRow>) => void;
  readonly help?: string;
  readonly span?: number;
  readonly isRequired?: boolean;
}

function Field({ row, name, onChange, help, span = 1, isRequired = false }: FieldProps) {
  const t = useT();
  const isWrong = wrongNetworkFields(row).has(name);
  const isText = name === 'routes' || name === 'dns';
  return (
    <TextField
      required={isRequired}
      label={t(`deployNetwork.${name}`)}
      value={row[name]}
      error={isWrong}
      helperText={isWrong ? t(`deployNetwork.wrong.${name}`) : help}
      multiline={name === 'routes'}
      {...(name === 'routes' && { minRows: 1, maxRows: 4 })}
      onChange={event => onChange({ [name]: isText ? event.target.value : event.target.value.trim() })}
      slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
      sx={{ gridColumn: `span ${span}` }}
    />
  );
}
