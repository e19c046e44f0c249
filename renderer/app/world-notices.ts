import { CodedError, type ErrorDetails } from '#shared/contract/errors.ts';
import type { World } from '../client/world.ts';
import { useWorld } from '../client/world-store.ts';
import { type Notification, notify } from './notifications.ts';

type Notice = Pick<Notification, 'tone' | 'text' | 'route'>;

/** What is worth telling a person who looks elsewhere: something long has ended, or a service has failed. */
export function noticesBetween(before: World, after: World): readonly Notice[] {
  if (!before.isLoaded) return [];
  return [
    ...deploymentNotices(before, after),
    ...imageNotices(before, after),
    ...serviceNotices(before, after),
  ];
}

/** Tells them as they happen, until the returned function is called. */
export function tellWorldNotices(): () => void {
  return useWorld.subscribe((after, before) => {
    for (const { tone, text, route } of noticesBetween(before, after)) notify(tone, text, route);
  });
}

function deploymentNotices(before: World, after: World): readonly Notice[] {
  if (before.deployments === after.deployments) return [];
  const notices: Notice[] = [];
  for (const deployment of after.deployments.values()) {
    const known = before.deployments.get(deployment.id);
    if (known === deployment || known?.state === deployment.state || deployment.state === 'running') continue;
    // One that was over before we heard of it is history.
    if (known === undefined) continue;
    const words = deployment.kind === 'cleaning' ? cleaningWords : deploymentWords;
    notices.push({
      tone: deployment.state === 'succeeded' ? 'good' : 'failed',
      text: {
        key: words[deployment.state],
        values: { name: deployment.nodeName, image: deployment.imageName },
      },
      route: ['rack', deployment.nodeId, 'timeline'],
    });
  }
  return notices;
}

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
    notices.push({ tone: 'failed', text: { error: coded }, route: null });
  }
  return notices;
}
