import DnsOutlinedIcon from '@mui/icons-material/DnsOutlined';
import type { CommandContext, Feature, PaletteCommand } from '../../app/feature.ts';
import { notify } from '../../app/notifications.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { toCodedError } from '../../client/coded-error.ts';
import { allowedActions, nodeActions } from './node-actions.ts';
import { startAction } from './perform-action.ts';
import { RackScreen } from './RackScreen.tsx';
import { searchTexts } from './rack-rows.ts';
import { virtualRackSize } from './use-virtual-rack.ts';

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
      await client.virtualRack.start({ nodes: virtualRackSize });
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) });
    }
  };
  return [
    { id: 'rack.add', label: t('rack.add'), group, run: () => openOverlay({ is: 'add-server' }) },
    { id: 'rack.virtual', label: t('virtualRack.start'), group, run: () => void startRack() },
    ...[...world.discovered.values()].map(({ mac }) => ({
      id: `discovered.${mac}`,
      label: `${t('discovered.enroll')}: ${mac}`,
      group,
      run: () => openOverlay({ is: 'add-server', mac }),
    })),
  ];
}

/** Each server, and each thing that may be done to it now. */
function serverCommands({ t, client, world }: CommandContext): readonly PaletteCommand[] {
  const portsOf = Map.groupBy(world.ports.values(), port => port.nodeId);
  return [...world.nodes.values()].flatMap(node => {
    const ports = portsOf.get(node.id) ?? [];
    const deployment = node.deploymentId === null ? undefined : world.deployments.get(node.deploymentId);
    const allowed = allowedActions(node, deployment);
    const keywords = searchTexts({ node, ports }).join(' ');
    const group = t('palette.servers');
    return [
      { id: `node.${node.id}`, label: node.name, group, keywords, run: () => goTo('rack', node.id) },
      {
        id: `node.${node.id}.timeline`,
        label: `${node.name}: ${t('sheet.timeline')}`,
        group,
        keywords,
        run: () => goTo('rack', node.id, 'timeline'),
      },
      ...nodeActions
        .filter(action => allowed.has(action))
        .map(action => ({
          id: `node.${node.id}.${action}`,
          label: `${node.name}: ${t(`action.${action}`)}`,
          group,
          keywords,
          run: () => {
            goTo('rack', node.id);
            startAction(client, node, action);
          },
        })),
    ];
  });
}
