import { CodedError, type ErrorDetails } from '#shared/contract/errors.ts';
import type { BatchServer, Deployment, Node } from '#shared/contract/index.ts';
import type { World } from '../client/world.ts';
import { useWorld } from '../client/world-store.ts';
import { notify } from './notifications.ts';
import type { Call } from './person-calls.ts';

type Notice = Call & {
  /** A person who looks elsewhere is called, if they want that. */
  readonly isLoud: boolean;
};

/** What is worth telling a person who looks elsewhere: something long has ended, or a service has failed. */
export function noticesBetween(before: World, after: World): readonly Notice[] {
  if (!before.isLoaded) return [];
  return [
    ...deploymentNotices(before, after),
    ...batchNotices(before, after),
    ...nodeNotices(before, after),
    ...imageNotices(before, after),
    ...serviceNotices(before, after),
  ];
}

/** Tells them as they happen, and calls a person for those that are loud, until the returned function is called. */
export function tellWorldNotices(call: (call: Call) => void): () => void {
  return useWorld.subscribe((after, before) => {
    for (const notice of noticesBetween(before, after)) {
      notify(notice.tone, notice.text, notice.route);
      if (notice.isLoud) call(notice);
    }
  });
}

function deploymentNotices(before: World, after: World): readonly Notice[] {
  if (before.deployments === after.deployments) return [];
  const notices: Notice[] = [];
  for (const deployment of after.deployments.values()) {
    const known = before.deployments.get(deployment.id);
    if (known !== undefined && waitsForPerson(deployment) && !waitsForPerson(known))
      notices.push({
        tone: 'waiting',
        text: { key: 'notice.needsPerson', values: { name: deployment.nodeName } },
        route: ['rack', deployment.nodeId, 'timeline'],
        isLoud: true,
      });
    if (known === deployment || known?.state === deployment.state || deployment.state === 'running') continue;
    // One that was over before we heard of it is history.
    if (known === undefined) continue;
    const words = wordsOf(deployment);
    notices.push({
      tone: deployment.state === 'succeeded' ? 'good' : 'failed',
      text: {
        key: words[deployment.state],
        values: { name: deployment.nodeName, image: deployment.imageName },
      },
      route: ['rack', deployment.nodeId, 'timeline'],
      isLoud: isLoud(deployment, after),
    });
  }
  return notices;
}

/** Whoever cancels one knows it. Of a batch the end is told, and before that only what needs a person. */
function isLoud({ id, state }: Deployment, { batches }: World): boolean {
  if (state !== 'succeeded') return state === 'failed';
  return ![...batches.values()].some(({ servers }) => servers.some(server => server.deploymentId === id));
}

function batchNotices(before: World, after: World): readonly Notice[] {
  if (before.batches === after.batches) return [];
  const notices: Notice[] = [];
  for (const batch of after.batches.values()) {
    const known = before.batches.get(batch.id);
    if (known === undefined || known === batch) continue;
    const route = ['deploy', 'batches', batch.id];
    for (const [index, { nodeName, state }] of batch.servers.entries())
      if (state === 'refused' && known.servers[index]?.state !== 'refused')
        notices.push({
          tone: 'waiting',
          text: { key: 'notice.notDeployed', values: { name: nodeName, batch: batch.name } },
          route,
          isLoud: true,
        });
    if (batch.state !== 'ended' || known.state === 'ended') continue;
    const count = (...states: BatchServer['state'][]) =>
      batch.servers.filter(({ state }) => states.includes(state)).length;
    const [succeeded, failed] = [count('succeeded'), count('failed', 'refused')];
    notices.push({
      tone: failed > 0 ? 'failed' : 'good',
      text: { key: 'notice.batchEnded', values: { name: batch.name, succeeded, failed } },
      route,
      isLoud: succeeded + failed > 0,
    });
  }
  return notices;
}

/** Its installer asks something that no answer file answered. */
function waitsForPerson({ steps }: Deployment): boolean {
  return steps.some(({ phase }) => phase?.trouble === 'needs-person');
}

/** What fails without a deployment, and so without a row that ends. */
function nodeNotices(before: World, after: World): readonly Notice[] {
  if (before.nodes === after.nodes) return [];
  const notices: Notice[] = [];
  for (const { id, name, provisionState } of after.nodes.values()) {
    const known = before.nodes.get(id);
    if (known === undefined || known.provisionState === provisionState) continue;
    const key = failureWords[provisionState];
    if (key === undefined) continue;
    notices.push({ tone: 'waiting', text: { key, values: { name } }, route: ['rack', id], isLoud: true });
  }
  return notices;
}

/** What has no deployment that would tell it. */
const failureWords: Partial<Record<Node['provisionState'], FailureKey>> = {
  'inspect failed': 'notice.inspectFailed',
  'unrescue failed': 'notice.unrescueFailed',
  error: 'notice.releaseFailed',
};
type FailureKey = 'notice.inspectFailed' | 'notice.unrescueFailed' | 'notice.releaseFailed';

function wordsOf({ kind }: Deployment) {
  if (kind === 'cleaning') return cleaningWords;
  return kind === 'rescue' ? rescueWords : deploymentWords;
}

const rescueWords = {
  succeeded: 'notice.rescued',
  failed: 'notice.rescueFailed',
  cancelled: 'notice.rescueCancelled',
} as const;
const deploymentWords = {
  succeeded: 'notice.deployed',
  failed: 'notice.deployFailed',
  cancelled: 'notice.cancelled',
} as const;
const cleaningWords = {
  succeeded: 'notice.cleaned',
  failed: 'notice.cleanFailed',
  cancelled: 'notice.cleanCancelled',
} as const;

function imageNotices(before: World, after: World): readonly Notice[] {
  if (before.images === after.images) return [];
  const notices: Notice[] = [];
  for (const image of after.images.values()) {
    const known = before.images.get(image.id);
    if (known?.state !== 'importing' || image.state === 'importing') continue;
    const isGood = image.state === 'ready';
    notices.push({
      tone: isGood ? 'good' : 'failed',
      text: { key: isGood ? 'notice.imageReady' : 'notice.imageRefused', values: { name: image.name } },
      route: ['images', image.id],
      isLoud: false,
    });
  }
  return notices;
}

function serviceNotices(before: World, after: World): readonly Notice[] {
  if (before.services === after.services) return [];
  const notices: Notice[] = [];
  for (const { name, state, error } of after.services.values()) {
    if (state !== 'failed' || before.services.get(name)?.state === 'failed' || error === null) continue;
    const { code, message, details } = error;
    const coded = new CodedError(code, message, details as ErrorDetails<typeof code>);
    notices.push({ tone: 'failed', text: { error: coded }, route: null, isLoud: false });
  }
  return notices;
}
