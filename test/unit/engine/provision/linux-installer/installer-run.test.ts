import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import {
  aDisk,
  aNetwork,
  anImage,
  anInstaller,
  aPort,
  imageId,
  networkId,
  nodeId,
} from '#test/fakes/rows.ts';

const medium = anInstaller();
const surroundings = { baseUrl: 'http://10.77.0.1:8088', syslog: null };

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments({ inventory: anInventory({ disks: [aDisk()] }) });
  rig.store.images.save({ ...anImage({ kind: 'installer', installer: medium }), sourcePath: '/x' });
});
afterEach(() => rig.close());

const stepState = (wanted: string) => rig.deployment().steps.find(({ name }) => name === wanted)?.state;
const boots = () => {
  const subject = rig.store.nodes.bootSubject('52:54:00:aa:00:01' as never);
  if (subject === undefined) throw new Error('nobody has this MAC');
  return rig.installer.boot(subject, surroundings);
};
const asksForAnswers = () =>
  rig.installer.file(nodeId, rig.deployment().id, 'preseed.cfg', surroundings)?.text;
const says = (word: string, text = '') => rig.installer.hook(nodeId, rig.deployment().id, word, text);

const installPhase = () => rig.deployment().steps.find(({ name }) => name === 'install')?.phase;
const asked = (what: string) => rig.power.asked.filter(each => each === what).length;
const messages = () => rig.store.timeline.list({}, 0, 1000).map(({ message }) => message);

async function cancelled(): Promise<void> {
  rig.deployer.cancel(rig.deployment().id);
  await rig.until(() => rig.deployment().state === 'cancelled');
}

async function started(): Promise<void> {
  rig.create();
  await rig.until(() => stepState('wait-installer') === 'running');
}

async function installing(): Promise<void> {
  await started();
  boots();
  asksForAnswers();
  await rig.until(() => stepState('install') === 'running');
}

describe('an installation from an ISO', () => {
  it('gives its machine the installer until that asks for its answers, and then no more', async () => {
    await started();
    expect(rig.node().bootTarget).toBe('installer');
    expect(boots()).toMatchObject({ kernelUrl: 'http://10.77.0.1/vmlinuz' });
    expect(boots(), 'a firmware that asks twice').toBeDefined();
    expect(asksForAnswers()).toBe('d-i x');
    expect(boots()).toBeUndefined();
  });

  it('puts what was asked for on the booting NIC on the one by which its machine boots now', async () => {
    const second = aPort({
      id: '55555555-5555-4555-8555-555555555556' as PortId,
      address: '52:54:00:aa:00:02' as Mac,
    });
    rig.store.networks.save(aNetwork());
    rig.store.ports.save(second);
    const lease = (mac: Mac, address: string, expiresAtMs: number) =>
      rig.store.leases.save({ networkId, mac, address: address as Ipv4, expiresAtMs, hostName: '' });
    lease(aPort().address, '10.77.0.100', 1000);
    await started();
    const place = () =>
      rig.deployment().steps.find(({ name }) => name === 'match-networks')?.evidence['assignments'];
    expect(place()).toMatchObject([{ portId: aPort().id }]);
    lease(second.address, '10.77.0.101', 2000);
    boots();
    expect(place()).toMatchObject([{ portId: second.id }]);
  });

  it('waits in the state of Ironic for it, and goes on when it speaks', async () => {
    await started();
    expect(rig.node().provisionState).toBe('wait call-back');
    boots();
    asksForAnswers();
    await rig.until(() => stepState('install') === 'running');
    expect(rig.node().provisionState).toBe('deploying');
  });

  it('ends in `active` when the installer says that it is done, and has sent the machine to its disk before it is answered', async () => {
    await installing();
    expect(says('finished')).toBe(true);
    expect(rig.node().bootTarget).toBe('disk');
    await rig.until(() => rig.deployment().state === 'succeeded');
    expect(rig.node().provisionState).toBe('active');
  });

  it('fails when the machine boots from the network again in the middle, instead of installing for ever', async () => {
    await installing();
    expect(boots()).toBeUndefined();
    await rig.until(() => rig.deployment().state === 'failed');
    expect(rig.deployment().error?.code).toBe('deploy.installer_failed');
    expect(rig.node()).toMatchObject({ provisionState: 'deploy failed', bootTarget: 'nothing' });
    expect(boots(), 'after its end').toBeUndefined();
  });

  it('fails with the last words of a script that failed', async () => {
    await installing();
    says('failed', 'post-install: exit 3');
    await rig.until(() => rig.deployment().state === 'failed');
    expect(rig.deployment().error).toMatchObject({
      code: 'deploy.installer_failed',
      details: { text: 'post-install: exit 3' },
    });
  });

  it('is told by its log, phase by phase', async () => {
    await installing();
    rig.installer.log(nodeId, "main-menu[321]: INFO: Menu item 'bootstrap-base' selected");
    const phase = rig.deployment().steps.find(({ name }) => name === 'install')?.phase;
    expect(phase?.percent).toBeGreaterThan(10);
    expect(phase?.percent).toBeLessThan(100);
    expect(phase?.lines.at(-1)).toContain('bootstrap-base');
  });

  it('goes on where it was when the engine was killed and started again', async () => {
    await installing();
    says('partitioned');
    rig.restart().resumeAll();
    expect(installPhase()?.percent).toBe(25);
    says('post');
    expect(installPhase()?.percent).toBe(90);
    says('finished');
    await rig.until(() => rig.deployment().state === 'succeeded');
  });

  it('that had ended when the engine was killed is not begun again', async () => {
    await installing();
    const [step] = rig.store.deployments.steps(rig.deployment().id).filter(({ name }) => name === 'install');
    if (step?.phase == null) throw new Error('nothing was heard of it');
    rig.store.deployments.saveStep({ ...step, phase: { ...step.phase, percent: 100 } });
    rig.restart().resumeAll();
    await rig.until(() => rig.deployment().state === 'succeeded');
    expect(boots()).toBeUndefined();
  });

  it('that has failed is not waited for when the engine was killed right after it was told so', async () => {
    await installing();
    says('failed', 'no space');
    rig.restart();
    expect(rig.installer.failure(rig.deployment())?.details).toMatchObject({ text: 'no space' });
  });

  it('begins anew when it is tried again', async () => {
    await installing();
    says('failed', 'no space');
    await rig.until(() => rig.deployment().state === 'failed');
    rig.deployer.retry(rig.deployment().id);
    await rig.until(() => stepState('wait-installer') === 'running');
    expect(rig.deployment().steps.every(({ phase }) => phase === null)).toBe(true);
    expect(boots()).toBeDefined();
  });
});

describe('what the installer of an attempt before says', () => {
  const lastWords = () => {
    rig.installer.log(nodeId, 'finish-install: info: Running /usr/lib/finish-install.d/95umount');
    says('finished');
    says('failed', 'no space');
    rig.installer.log(nodeId, 'debootstrap: Unpacking libc6');
  };

  it.each([
    ['a retry', () => rig.deployer.retry(rig.deployment().id)],
    ['a new deployment', () => rig.create({ hostName: 'other' })],
  ])('counts for nothing after %s, until the machine is given the new one', async (_of, again) => {
    await installing();
    await cancelled();
    again();
    await rig.until(() => stepState('wait-installer') === 'running');
    lastWords();
    expect(asksForAnswers()).toBeUndefined();
    expect(rig.installer.mayRead(nodeId, imageId)).toBe(false);
    expect(installPhase()).toBeNull();
    expect(rig.node().bootTarget).toBe('installer');
    expect(boots()).toBeDefined();
    asksForAnswers();
    await rig.until(() => stepState('install') === 'running');
    says('finished');
    await rig.until(() => rig.deployment().state === 'succeeded');
  });

  it('is still nothing after a kill, and what was given is still given', async () => {
    await started();
    rig.restart().resumeAll();
    expect(says('finished')).toBe(false);
    boots();
    rig.restart().resumeAll();
    expect(says('started')).toBe(true);
  });
});

describe('an abort', () => {
  it('switches a machine off whose installer would go on writing', async () => {
    await installing();
    const before = asked('control off');
    await cancelled();
    expect(asked('control off')).toBe(before + 1);
    expect(rig.node().powerState).toBe('power off');
    expect(messages()).toContain('installer.switched_off');
  });

  it('does so too when the engine was killed in between', async () => {
    await installing();
    rig.power.hold('control off');
    const before = asked('control off');
    rig.deployer.cancel(rig.deployment().id);
    await rig.until(() => asked('control off') === before + 1);
    rig.power.hold('');
    rig.restart().resumeAll();
    await rig.until(() => rig.deployment().state === 'cancelled');
    expect(asked('control off')).toBe(before + 2);
  });

  it('is over although the BMC says nothing, and a person is told', async () => {
    await installing();
    rig.power.hold('control off');
    const before = asked('control off');
    rig.deployer.cancel(rig.deployment().id);
    await rig.until(() => asked('control off') === before + 1);
    await rig.clock.advance(30_000);
    await rig.until(() => rig.deployment().state === 'cancelled');
    expect(messages()).toContain('installer.still_writes');
  });

  it('tells a person to do it where there is no BMC', async () => {
    rig.store.nodes.save({ ...rig.node(), bmc: null });
    await installing();
    await cancelled();
    expect(rig.power.asked).toEqual([]);
    expect(messages()).toContain('installer.still_writes');
  });

  it('leaves the power alone before the installer was given', async () => {
    await started();
    const before = asked('control off');
    await cancelled();
    expect(asked('control off')).toBe(before);
  });
});

describe('a machine that is already installing keeps its power', () => {
  it('when the engine was killed while its BMC had not answered yet', async () => {
    rig.power.hold('control on');
    rig.create();
    await rig.until(() => asked('control on') === 1);
    boots();
    asksForAnswers();
    const before = rig.power.asked.length;
    rig.restart().resumeAll();
    await rig.until(() => stepState('install') === 'running');
    expect(stepState('power-on')).toBe('skipped');
    expect(rig.power.asked.length).toBe(before);
  });

  it('when it came while its BMC was asked', async () => {
    rig.power.hold('read');
    rig.create();
    await rig.until(() => asked('read') === 1);
    boots();
    rig.power.answer('read');
    await rig.until(() => stepState('wait-installer') === 'running');
    expect(asked('control off')).toBe(0);
  });
});

describe('the time in which an installer has to ask for its answers', () => {
  const limitMs = () => rig.store.settings.get().callBackTimeoutSeconds * 1000;

  it('ends when nothing happens', async () => {
    await started();
    boots();
    await rig.clock.advance(limitMs() + 10_000);
    await rig.until(() => rig.deployment().state === 'failed');
    expect(rig.deployment().error?.code).toBe('deploy.timed_out');
  });

  it('begins anew as long as its ISO is on its way', async () => {
    await started();
    boots();
    for (let part = 0; part < 6; part += 1) {
      await rig.clock.advance(limitMs() / 2);
      rig.installer.fetches(nodeId);
    }
    expect(stepState('wait-installer')).toBe('running');
  });
});

describe('a store that cannot write', () => {
  const failing = (times: number) => {
    const { saveStep } = rig.store.deployments;
    let left = times;
    rig.store.deployments.saveStep = step => {
      left -= 1;
      if (left >= 0) throw new Error('no room');
      saveStep(step);
    };
  };

  it('does not make us believe a word that is not stored', async () => {
    await installing();
    failing(2);
    expect(() => says('finished')).toThrow('no room');
    expect(() => says('finished'), 'again').toThrow('no room');
    expect(says('finished')).toBe(true);
    expect(rig.node().bootTarget).toBe('disk');
  });

  it('keeps what a log said with the next look', async () => {
    await installing();
    failing(1);
    expect(() =>
      rig.installer.log(nodeId, "main-menu[321]: INFO: Menu item 'bootstrap-base' selected"),
    ).toThrow();
    await rig.clock.advance(5000);
    await rig.until(() => (installPhase()?.percent ?? 0) > 10);
  });
});

it('ten thousand lines of a log ask the store for next to nothing', async () => {
  await installing();
  const { runningOf, request } = rig.store.deployments;
  let questions = 0;
  const counted =
    <A extends unknown[], R>(ask: (...args: A) => R) =>
    (...args: A): R => {
      questions += 1;
      return ask(...args);
    };
  Object.assign(rig.store.deployments, { runningOf: counted(runningOf), request: counted(request) });
  for (let line = 0; line < 10_000; line += 1) rig.installer.log(nodeId, `in-target: Unpacking ${line}`);
  expect(questions).toBeLessThan(10);
});

describe('the end', () => {
  const umount = 'finish-install: info: Running /usr/lib/finish-install.d/95umount';

  it('is not said by a log alone, which anybody on the wire can forge', async () => {
    await installing();
    rig.installer.log(nodeId, umount);
    expect(installPhase()?.percent).toBe(99);
    expect(rig.node().bootTarget).toBe('installer');
  });

  it('is believed of a log when the machine then starts anew, though the last word was lost', async () => {
    await installing();
    rig.installer.log(nodeId, umount);
    expect(boots()).toBeUndefined();
    await rig.until(() => rig.deployment().state === 'succeeded');
  });

  it('may have been missed by us: a person is told so before a retry erases it', async () => {
    await installing();
    says('post');
    boots();
    await rig.until(() => rig.deployment().state === 'failed');
    expect(rig.deployment().error?.message).toContain('may have finished');
  });

  it('keeps the words of a failure among the last lines', async () => {
    await installing();
    says('failed', 'exit 3');
    expect(installPhase()?.lines.at(-1)).toContain('exit 3');
  });
});

describe('what an installer may have', () => {
  it('is nothing of another deployment, and no ISO but its own', async () => {
    await installing();
    const other = '99999999-9999-4999-8999-999999999999';
    expect(rig.installer.file(nodeId, other as never, 'preseed.cfg', surroundings)).toBeUndefined();
    expect(rig.installer.hook(nodeId, other as never, 'finished', '')).toBe(false);
    expect(rig.installer.mayRead(nodeId, imageId)).toBe(true);
    expect(rig.installer.mayRead(nodeId, other as ImageId)).toBe(false);
  });

  it('is nothing at all when nothing is installed', () => {
    expect(rig.installer.mayRead(nodeId, imageId)).toBe(false);
    expect(boots()).toBeUndefined();
  });
});

it('a server of whose disks nothing is known is not installed from an ISO', async () => {
  rig.store.nodes.save({ ...rig.node(), inventory: null });
  rig.create();
  await rig.until(() => rig.deployment().state === 'failed');
  expect(rig.deployment().error?.code).toBe('deploy.not_inspected');
});
