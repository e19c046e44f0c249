import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useId, useState } from 'react';
import type { ConsolePort, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useWorld } from '../../../client/world-store.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { useT } from '../../../i18n/i18n.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { Mono } from '../../../ui/Mono.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { Choice } from './Choice.tsx';
import { placeOf, terminalCommand, useConsolePorts, webSocketAddress } from './console-ports.ts';

interface Props {
  readonly node: Node;
  readonly onClose: () => void;
}

const reaches: readonly string[] = ['127.0.0.1', '0.0.0.0'];
const rights = ['write', 'read'] as const;

/** A console's port for other programs: off until it is opened here; its token is shown once. */
export function PortDialog({ node, onClose }: Props) {
  const t = useT();
  const { consoles } = useClient();
  const titleId = useId();
  const ports = useConsolePorts();
  /** Null: as it is. */
  const [newAddress, setAddress] = useState<string | null>(null);
  const [newRight, setRight] = useState<(typeof rights)[number] | null>(null);
  const [token, setToken] = useState<string | null>(null);
  const own = ports?.find(({ nodeId }) => nodeId === node.id);
  const address = newAddress ?? own?.address ?? '127.0.0.1';
  const right = newRight ?? (own?.mayWrite === false ? 'read' : 'write');
  const open = useCommand(async () => {
    const input = { nodeId: node.id, address, mayWrite: right === 'write' };
    setToken((await consoles.openPort(input)).token);
  });
  const close = useCommand(async (nodeId: NodeId) => {
    await consoles.closePort({ nodeId });
    if (nodeId === node.id) setToken(null);
  });
  const error = open.error ?? close.error;
  const others = (ports ?? []).filter(({ nodeId }) => nodeId !== node.id);
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>{t('port.title', { name: node.name })}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        {t('port.text')}
        <Choice
          label={t('port.reach')}
          value={address}
          options={reaches.includes(address) ? reaches : [address, ...reaches]}
          textOf={choice => reachText(t, choice)}
          onChange={setAddress}
        />
        <Choice
          label={t('port.rights')}
          value={right}
          options={rights}
          textOf={choice => t(`port.${choice}`)}
          onChange={setRight}
        />
        {address !== '127.0.0.1' && <Notice>{t('port.notEncrypted')}</Notice>}
        {own && <OpenPort port={own} token={token} />}
        {error && <ErrorLines error={error} />}
        {others.length > 0 && <OtherPorts ports={others} onClosePort={nodeId => void close.run(nodeId)} />}
      </DialogContent>
      <DialogActions>
        {own && (
          <Button
            color="error"
            disabled={close.isPending}
            onClick={() => void close.run(node.id)}
            sx={{ mr: 'auto' }}
          >
            {t('port.close')}
          </Button>
        )}
        <Button onClick={onClose}>{t('action.close')}</Button>
        <Button
          variant="contained"
          disabled={open.isPending || ports === null}
          onClick={() => void open.run()}
        >
          {t(own ? 'port.newToken' : 'port.open')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function reachText(t: Translate, address: string): string {
  if (address === '127.0.0.1') return t('port.thisComputer');
  return address === '0.0.0.0' ? t('port.everyone') : address;
}

function OpenPort({ port, token }: { readonly port: ConsolePort; readonly token: string | null }) {
  const t = useT();
  const place = placeOf(port, window.location.hostname);
  const access = t(port.mayWrite ? 'port.write' : 'port.read');
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <div role="status">{t('port.listens', { place, access, count: port.clients })}</div>
      {port.error && <ErrorLines error={port.error} />}
      {token === null ? (
        <Box sx={{ color: 'text.secondary' }}>{t('port.tokenGone')}</Box>
      ) : (
        <>
          <Notice>{t('port.tokenOnce')}</Notice>
          <Line label={t('port.token')} text={token} />
        </>
      )}
      <Line label={t('port.terminal')} text={terminalCommand(place)} />
      <Line label={t('port.webSocket')} text={webSocketAddress(place)} />
      <Box sx={{ color: 'text.secondary' }}>{t('port.howWeb')}</Box>
      <Box sx={{ color: 'text.secondary' }}>{t('port.howProxy')}</Box>
    </Box>
  );
}

function Line({ label, text }: { readonly label: string; readonly text: string }) {
  const t = useT();
  return (
    <Box
      sx={{ display: 'grid', gridTemplateColumns: '130px minmax(0, 1fr) auto', alignItems: 'center', gap: 1 }}
    >
      <span>{label}</span>
      <Box sx={{ overflowWrap: 'anywhere' }}>
        <Mono>{text}</Mono>
      </Box>
      <CopyButton text={text} label={t('port.copy', { what: label })} />
    </Box>
  );
}

interface OtherPortsProps {
  readonly ports: readonly ConsolePort[];
  readonly onClosePort: (nodeId: NodeId) => void;
}

function OtherPorts({ ports, onClosePort }: OtherPortsProps) {
  const t = useT();
  const nodes = useWorld(world => world.nodes);
  return (
    <Box component="section" aria-label={t('port.others')} sx={{ display: 'grid', gap: 0.5 }}>
      <Box sx={{ color: 'text.secondary' }}>{t('port.others')}</Box>
      {ports.map(port => {
        const name = nodes.get(port.nodeId)?.name ?? port.nodeId;
        return (
          <Box key={port.nodeId} sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
            <Box sx={{ flex: 1 }}>
              {name} <Mono>{placeOf(port, window.location.hostname)}</Mono>
            </Box>
            <Button aria-label={t('port.closeOf', { name })} onClick={() => onClosePort(port.nodeId)}>
              {t('port.close')}
            </Button>
          </Box>
        );
      })}
    </Box>
  );
}
