import DnsOutlinedIcon from '@mui/icons-material/DnsOutlined';
import type { CommandContext, Feature, PaletteCommand } from '../../app/feature.ts';
import { notify } from '../../app/notifications.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { toCodedError } from '../../client/coded-error.ts';
import { useWorld } from '../../client/world-store.ts';
import { openConsole } from '../consoles/open-console.ts';
import { allowedActions, nodeActions } from './node-actions.ts';
import { startAction } from './perform-action.ts';
import { RackScreen } from './RackScreen.tsx';
import { searchTexts } from './rack-rows.ts';
import { startVirtualRack } from './use-virtual-rack.ts';

export const rackFeature: Feature = {
  id: 'rack',
  title: 'rack.title',
  Icon: DnsOutlinedIcon,
  Screen: RackScreen,
  commands: context => [...rackCommands(context), ...serverCommands(context)],
};

function rackCommands({ t, client, world }: CommandContext): readonly PaletteCommand[] {
  const group = t('rack.title');
  const startRack = async () => {
    try {
      await startVirtualRack(client, t);
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) });
    }
  };
  return [
    { id: 'rack.add', label: t('rack.add'), group, run: () => openOverlay({ is: 'add-server' }) },
    { id: 'rack.scan', label: t('scan.open'), group, run: () => openOverlay({ is: 'scan' }) },
    { id: 'rack.import', label: t('import.open'), group, run: () => openOverlay({ is: 'import-servers' }) },
    { id: 'rack.virtual', label: t('virtualRack.start'), group, run: () => void startRack() },
    ...[...world.discovered.values()].map(({ mac }) => ({
      id: `discovered.${mac}`,
      label: `${t('discovered.enroll')}: ${mac}`,
      group,
      run: () => openOverlay({ is: 'add-server', mac }),
    })),
  ];
}

/** Each server; its timeline and what may be done to it follow when it is found. */
function serverCommands({ t, client, world }: CommandContext): readonly PaletteCommand[] {
  const portsOf = Map.groupBy(world.ports.values(), port => port.nodeId);
  const group = t('palette.servers');
  const words = [
    t('sheet.timeline'),
    t('sheet.console'),
    ...nodeActions.map(action => t(`action.${action}`)),
  ].join(' ');
  return [...world.nodes.values()].map(node => {
    const ports = portsOf.get(node.id) ?? [];
    const keywords = searchTexts({ node, ports }).join(' ');
    const deployment = node.deploymentId === null ? undefined : world.deployments.get(node.deploymentId);
    const line = (id: string, label: string, run: () => void) => ({
      id: `node.${node.id}.${id}`,
      label: `${node.name}: ${label}`,
      group,
      keywords,
      run,
    });
    const lines = () => {
      const allowed = allowedActions(node, deployment);
      return [
        line('timeline', t('sheet.timeline'), () => goTo('rack', node.id, 'timeline')),
        ...(node.bmc === null ? [] : [line('console', t('sheet.console'), () => openConsole(node.id))]),
        ...nodeActions
          .filter(action => allowed.has(action))
          .map(action =>
            line(action, t(`action.${action}`), () => {
              goTo('rack', node.id);
              // Its power may have changed since the palette was opened.
              startAction(client, useWorld.getState().nodes.get(node.id) ?? node, action);
            }),
          ),
      ];
    };
    return {
      id: `node.${node.id}`,
      label: node.name,
      group,
      keywords,
      run: () => goTo('rack', node.id),
      more: { words, commands: lines },
    };
  });
}
