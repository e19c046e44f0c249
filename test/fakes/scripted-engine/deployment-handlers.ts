import { randomUUID } from 'node:crypto';
import {
  CodedError,
  type RacksideHandlers,
  type RackView,
  withoutView,
  withView,
} from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { aDeployment, aReview, aStep } from '#test/fakes/rows.ts';
import { putNode } from './node-handlers.ts';
import { find, given, type Play } from './play.ts';

type DeploymentHandlers = RacksideHandlers['deployments'];

export function deploymentHandlers(
  play: Play,
  review: DeploymentHandlers['review'] | undefined,
): DeploymentHandlers {
  const { world, patch, note } = play;
  return {
    list: async () => world.deployments,
    get: async ({ id }) => find(world.deployments, id, 'deployment'),
    review: review ?? (async () => aReview()),
    create: async input => {
      note('deployments.create', input);
      const node = find(world.nodes, input.nodeId, 'node');
      const row = aDeployment({
        id: randomUUID() as DeploymentId,
        nodeId: node.id,
        nodeName: node.name,
        hostName: input.hostName,
        createdAt: Date.now(),
        steps: [aStep('power-on', { state: 'running', startedAt: Date.now() }), aStep('write-image')],
      });
      patch({ op: 'put', table: 'deployments', row });
      putNode(play, node.id, { provisionState: 'deploying', deploymentId: row.id });
      return row;
    },
    cancel: async input => {
      note('deployments.cancel', input);
      return {};
    },
    retry: async input => {
      note('deployments.retry', input);
      return find(world.deployments, input.id, 'deployment');
    },
    retryFrom: async () => ({ from: 'failed-step' }),
  };
}

export function serviceHandlers({
  world,
  patch,
  note,
}: Play): Pick<RacksideHandlers, 'services' | 'settings' | 'rackViews'> {
  const keepViews = (rackViews: RackView[]) => {
    patch({ op: 'put', table: 'settings', row: { ...world.settings, rackViews } });
    return rackViews;
  };
  return {
    services: {
      list: async () => world.services,
      restart: async ({ name }) => {
        note('services.restart', { name });
        const service = world.services.find(candidate => candidate.name === name);
        if (service === undefined)
          throw new CodedError('input.not_found', 'no such service', { what: 'service', id: name });
        const row = { ...service, state: 'on' as const, error: null };
        patch({ op: 'put', table: 'services', row });
        return row;
      },
    },
    settings: {
      get: async () => world.settings,
      update: async change => {
        note('settings.update', change);
        const row = { ...world.settings, ...given(change) } as typeof world.settings;
        patch({ op: 'put', table: 'settings', row });
        return row;
      },
    },
    rackViews: {
      save: async view => keepViews(withView(world.settings.rackViews, view)),
      remove: async ({ name }) => keepViews(withoutView(world.settings.rackViews, name)),
    },
  };
}

export function virtualRackHandlers({ note }: Play): RacksideHandlers['virtualRack'] {
  return {
    start: async input => {
      note('virtualRack.start', input);
      return { nodes: input.nodes };
    },
    stop: async () => ({}),
    setFault: async input => {
      note('virtualRack.setFault', input);
      return {};
    },
  };
}
