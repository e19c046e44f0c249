import { CodedError, type Disk, type DiskIdentity, erasedDisks } from '#shared/contract/index.ts';
import { findAgain, identityOf, isSameDisk } from '#shared/model/disk-identity.ts';
import { usableByAll } from '#shared/placement/disk-rules.ts';
import { changeNode, requireNode } from '../../node-state.ts';
import { requireKnown } from '../../reviewed-disks.ts';
import { cleaningRules } from '../../rules-of-node.ts';
import type { DeployStep, Evidence, StepContext } from '../step.ts';
import { closeDoor, openDoor } from '../steps/door.ts';
import { diskLines, onAgent } from '../steps/on-agent.ts';
import { powerOn, waitCallBack } from '../steps/power.ts';

const prepare: DeployStep = {
  name: 'prepare',
  run({ services, node }) {
    openDoor(services, node);
    return Promise.resolve({});
  },
  undo: closeDoor,
};

/**
 * Those that a person named and no others; or all that no rule leaves alone, in what the ramdisk sees now. A named disk
 * that is not there is a stop: somebody believes that it is erased.
 */
export const chooseDisks: DeployStep = {
  name: 'choose-disks',
  run(context) {
    const { services, deployment } = context;
    const { usable, filtered, missing } = chosenDisks(context);
    const [lost] = missing;
    if (lost !== undefined) {
      throw new CodedError('deploy.no_disk', `${lost.name} is not there or must not be touched`, {
        wanted: `${lost.model} ${lost.serial || lost.wwn || lost.byPath}`.trim(),
        disks: usable.map(identityOf),
      });
    }
    requireKnown(services.store.deployments.cleanRequest(deployment.id).knownDisks, usable);
    return Promise.resolve({
      disks: usable.map(identityOf),
      filtered: filtered.map(({ disk, reason }) => ({ disk: identityOf(disk), reason })),
    });
  },
};

function chosenDisks({ services, node, deployment }: StepContext) {
  const request = services.store.deployments.cleanRequest(deployment.id);
  const disks = requireNode(services.store, node.id).inventory?.disks ?? [];
  const { usable, filtered } = usableByAll(disks, cleaningRules(request));
  const wanted = request.disks;
  if (wanted === null) return { usable, filtered, missing: [] };
  const found = (identity: DiskIdentity) => findAgain(identity, usable);
  const named = wanted.flatMap(found);
  return {
    usable: usable.filter(disk => named.includes(disk)),
    filtered,
    missing: wanted.filter(identity => found(identity).length !== 1),
  };
}

/** Named `erase-disks` on both sides. Nothing to erase is an end too: every disk is somebody else's. */
const eraseDisks: DeployStep = {
  name: 'erase-disks',
  skip: context => (chosenDisks(context).usable.length === 0 ? { reason: 'no-disks' } : undefined),
  async run(context) {
    const { method } = context.services.store.deployments.cleanRequest(context.deployment.id);
    const disks = chosenDisks(context).usable.map(identityOf);
    const parameters = { method, disks: diskLines(disks, context.node) };
    const mark = (evidence: Evidence) => markErased(context, evidence);
    const evidence = await onAgent(context, 'erase-disks', parameters, mark);
    mark(evidence);
    return evidence;
  },
};

/**
 * Only what the ramdisk says is erased counts as blank: the next person is asked for no confirmation. It names disks by this
 * boot's names, as the inventory does.
 */
function markErased({ services, node }: StepContext, evidence: Evidence): void {
  const told = erasedDisks.safeParse(evidence['disks']);
  const { inventory } = requireNode(services.store, node.id);
  if (!told.success || inventory === null) return;
  const isErased = (disk: Disk) =>
    told.data.some(
      ({ disk: found, erased }) =>
        erased && found.name === disk.name && isSameDisk({ ...found, model: '', byPath: '' }, disk),
    );
  const disks = inventory.disks.map(disk =>
    isErased(disk) ? { ...disk, contents: [], signatures: [], groups: [] } : disk,
  );
  changeNode(services.store, node.id, { inventory: { ...inventory, disks } }, services.clock.now());
}

const powerOff: DeployStep = {
  name: 'power-off',
  async run(context) {
    const { services, node } = context;
    await onAgent(context, 'power-off', {});
    services.agent.retireSession(node.id);
    changeNode(
      services.store,
      node.id,
      { bootTarget: 'nothing', powerState: 'power off' },
      services.clock.now(),
    );
    return {};
  },
};

/** Disks erased by the ramdisk, then the machine is switched off. */
export const cleaningSteps: readonly DeployStep[] = [
  prepare,
  powerOn,
  waitCallBack,
  chooseDisks,
  eraseDisks,
  powerOff,
];
