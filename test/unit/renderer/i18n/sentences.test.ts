import { beforeEach, describe, expect, it } from 'vitest';
import { findingKey, findingText } from '#renderer/features/deploy/finding-text.ts';
import { problemSentence } from '#renderer/features/profiles/answer-files/problem-place.ts';
import { eventText } from '#renderer/features/timeline/event-text.ts';
import { errorText } from '#renderer/i18n/error-text.ts';
import { i18nInstance, startI18n, translate } from '#renderer/i18n/i18n.ts';
import { type AnswerFileProblemCode, answerFileProblemCodes } from '#shared/contract/answer-file-problems.ts';
import { CodedError, errorKinds } from '#shared/contract/errors.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import { aDisk } from '#test/fakes/rows.ts';
import { anEvent } from '../rows.ts';

const sizeBytes = 8e9;
beforeEach(() => startI18n('en'));

describe('an event', () => {
  it('is told with units, states and steps in words', () => {
    const text = ({ message, details = {} }: ToldEvent) =>
      eventText(translate, anEvent({ message, details }));
    const transfer = { path: 'snponly.efi', bytes: 284_160, seconds: 0.4 };
    expect(text({ message: 'tftp.done', details: transfer })).toBe('snponly.efi read: 284 kB in 400 ms');
    const change = { from: 'deploying', to: 'wait call-back', event: 'wait' } as const;
    expect(text({ message: 'state.changed', details: change })).toBe('Deploying → Waiting for call-back');
    const power = { from: 'power off', to: 'power on' } as const;
    expect(text({ message: 'power.changed', details: power })).toBe('Power Off → On');
    const step = { step: 'write-image' };
    expect(text({ message: 'step.started', details: step })).toBe('Write the image: started');
    expect(text({ message: 'deployment.retried', details: { from: 'failed-step' } })).toBe(
      'Deployment retried from the step that failed',
    );
    const silence = { reason: 'watching', detail: '', mac: 'aa:bb:cc:dd:ee:ff' } as const;
    expect(text({ message: 'dhcp.ignored', details: silence })).toBe('Not answered: DHCP only watches here');
    expect(text({ message: 'boot.ramdisk_given' })).toBe('Told to boot the ramdisk');
    const withheld = {
      address: '10.77.0.5',
      reason: 'http-does-not-run',
      architecture: 'bios',
      mac: 'aa:bb:cc:dd:ee:ff',
    };
    expect(text({ message: 'dhcp.no_boot_file', details: withheld })).toBe(
      'Gave 10.77.0.5 without a boot file (bios): the HTTP server does not run',
    );
  });

  it('of an erasure is not told as a deployment', () => {
    const error = new CodedError('deploy.cancelled', '', {}).toData();
    const text = (message: string, details: object, isOfCleaning: boolean) =>
      eventText(translate, anEvent({ message, details: { ...details } }), isOfCleaning);
    expect(text('deployment.cancelled', { error }, false)).toBe(
      'Deployment cancelled: Somebody pressed Abort',
    );
    expect(text('deployment.cancelled', { error }, true)).toBe(
      'Erasing of disks cancelled: Somebody pressed Abort',
    );
    expect(text('deployment.retried', { from: 'failed-step' }, true)).toBe(
      'Erasing of disks retried from the step that failed',
    );
    expect(text('deployment.succeeded', { host: '' }, false)).toBe('Disks erased');
    expect(text('step.started', { step: 'erase-disks' }, true)).toBe('Erase the disks: started');
    expect(errorText(translate, new CodedError('deploy.cancelled', '', {})).next).not.toContain('eploy');
  });

  it('of a newer engine is told by its key and details, so that nothing is lost', () => {
    const event = anEvent({
      message: 'raid.disk_lost',
      details: { bay: 3, sizeBytes: 4e12 },
    });
    expect(eventText(translate, event)).toBe('disk lost, bay 3, sizeBytes 4 TB');
  });

  it('follows the language', async () => {
    await i18nInstance.changeLanguage('zh-CN');
    const event = anEvent({ message: 'step.started', details: { step: 'write-image' } });
    expect(eventText(translate, event)).toBe('写入镜像：开始');
  });
});

describe('what is wrong with an answer file', () => {
  const values = {
    where: 'disks.0',
    character: '";"',
    needed: 2,
    have: 1,
    neededBytes: 9e9,
    sizeBytes: 8e9,
    reason: 'output not closed',
    namespace: 'http://www.suse.com/1.0/yast2ns',
    question: 'partman/confirm',
    word: 'txet',
    section: '%post',
    start: 2,
    commands: 'url / nfs',
    id: 'first',
    name: 'ops',
  };
  const sentence = (code: AnswerFileProblemCode) =>
    problemSentence(translate, { severity: 'error', line: 1, code, values, text: 'English' });

  it('is said in every language, with its values', async () => {
    expect(sentence('plan.disk_too_small')).toBe('The layout needs 9 GB, the disk has 8 GB (disks.0)');
    await i18nInstance.changeLanguage('zh-CN');
    expect(sentence('unknown_word.kickstart_command')).toBe('“txet”不是 kickstart 命令');
    for (const code of answerFileProblemCodes) {
      expect(sentence(code), code).toMatch(/[\u4e00-\u9fff]/);
      expect(sentence(code), code).not.toContain('{{');
    }
  });
});

it('a network that goes to its NIC on a guess is told with the reasons and what a person can do', async () => {
  const reasons = ['pxe_enabled', 'only_one_left'].map(code => ({ code, values: {} }));
  const finding = { code: 'network.guessed', details: { network: 'front', nic: 'eno1', reasons } };
  expect(findingText(translate, finding)).toMatchObject({
    text: 'It is a guess that front goes to eno1: nothing is known of its VLANs. It was taken because it may boot from the network; no other one is possible',
    next: expect.stringContaining('LLDP'),
  });
  await i18nInstance.changeLanguage('zh-CN');
  expect(findingText(translate, finding).text).toBe(
    'front 接到 eno1 只是推测：不知道其 VLAN。选择它的理由：它可以从网络启动; 没有其他选择',
  );
});

it('what a review finds of two disks is told of each by its name', () => {
  const findings = [aDisk({ sizeBytes }), aDisk({ name: 'sdb', serial: 'SER-2', sizeBytes })].map(disk => ({
    code: 'disk.has_data',
    details: { disk, contents: ['sda1 ext4'] },
  }));
  expect(findings.map(finding => findingText(translate, finding).text)).toEqual([
    'There are data on sda ST1000 SER-1 8 GB; they will be lost',
    'There are data on sdb ST1000 SER-2 8 GB; they will be lost',
  ]);
  expect(new Set(findings.map(findingKey)).size).toBe(2);
});

describe('an error', () => {
  it('of what nobody answered says where to look, in every language', async () => {
    const evidence = (hint: string) =>
      errorText(
        translate,
        new CodedError('deploy.timed_out', '', { step: 'wait-call-back', afterSeconds: 1800, hint }),
      ).evidence;
    expect(evidence('no-call-back')).toBe(
      'Nothing came for 30 min. The server was switched on, but its ramdisk did not call: look at its boot order, then at cable and VLAN of the NIC',
    );
    await i18nInstance.changeLanguage('zh-CN');
    for (const hint of ['no-call-back', 'agent-silent', 'installer-silent'])
      expect(evidence(hint), hint).not.toMatch(/-|\{\{/);
  });

  it('has three lines with the evidence in words', () => {
    const error = new CodedError('net.port_in_use', '', {
      proto: 'udp',
      port: 69,
      owner: { pid: 812, name: 'in.tftpd' },
    });
    expect(errorText(translate, error)).toEqual({
      what: 'Port 69/udp is taken by another program',
      evidence: 'in.tftpd (process 812) holds it',
      next: 'Stop that program, then try again',
      nextStep: 'retry',
    });
  });

  it('gives the command that allows what the system refused, where there is one', () => {
    const refused = (command?: string) =>
      new CodedError('net.permission_denied', '', {
        what: 'bind',
        port: 67,
        ...(command === undefined ? {} : { command }),
      });
    expect(errorText(translate, refused()).evidence).toBe('bind 67');
    expect(errorText(translate, refused('sudo setcap x /node')).evidence).toBe(
      'bind 67 (allowed, from the next start of Rackside on, by: sudo setcap x /node)',
    );
  });

  it('lists disks, servers and fields', () => {
    const disks = [aDisk({ sizeBytes }), aDisk({ name: 'sdb', model: '', serial: 'X', sizeBytes })];
    const noDisk = new CodedError('deploy.no_disk', '', { wanted: 'serial = Y', disks });
    expect(errorText(translate, noDisk).evidence).toBe(
      'Wanted serial = Y. There are: sda ST1000 SER-1 8 GB; sdb X 8 GB',
    );
    const other = new CodedError('dhcp.other_server', '', {
      interfaceName: 'eth0',
      servers: [{ server: '10.0.0.1', offered: '10.0.0.77' }],
    });
    expect(errorText(translate, other).evidence).toBe('On eth0: 10.0.0.1 (10.0.0.77)');
    const invalid = new CodedError('input.invalid', '', { issues: [{ path: 'name', message: 'too long' }] });
    expect(errorText(translate, invalid).evidence).toBe('name: too long');
  });

  it('tells why a disk is left alone, and which of the networks has no NIC, counted as a person counts', () => {
    const disk = { name: 'sdc', model: 'LUN', serial: '', wwn: '', sizeBytes: 1e12 };
    const leftAlone = new CodedError('deploy.disk_left_alone', '', { disk, reason: 'fibre-channel' });
    expect(errorText(translate, leftAlone).evidence).toBe(
      'sdc LUN 1 TB: a Fibre Channel LUN may belong to other servers too',
    );
    const found = { ...disk, name: 'sda', model: 'SSD' };
    const changed = new CodedError('deploy.disk_changed', '', {
      reviewed: [disk],
      disk: found,
      contents: [],
    });
    expect(errorText(translate, changed).evidence).toBe(
      'Reviewed: sdc LUN 1 TB. Found: sda SSD 1 TB; on it: none',
    );
    const unconfirmed = new CodedError('deploy.not_confirmed', '', { hostName: 'web-01', disks: [disk] });
    expect(errorText(translate, unconfirmed).evidence).toBe('For web-01: sdc LUN 1 TB');
    const noNic = new CodedError('deploy.no_nic', '', { request: 0, why: 'ambiguous', candidates: [] });
    expect(errorText(translate, noNic).evidence).toBe('Network 1: several NICs fit alike');
  });

  it('says why an image was refused and what is wrong with an identity, in the language of the page', async () => {
    const refused = new CodedError('image.refused', 'English for the log', {
      reason: 'image.truncated',
      values: { part: 'gpt', offset: 512, reason: 'English for the log' },
    });
    const invalid = new CodedError('input.invalid', '', {
      issues: [
        {
          path: 'networks[0].address',
          message: 'English',
          code: 'network.bad_address',
          values: { found: 'x' },
        },
        {
          path: 'userData',
          message: 'English',
          code: 'user_data.too_large',
          values: { sizeBytes: 7e4, limitBytes: 65_536 },
        },
      ],
    });
    expect(errorText(translate, refused).evidence).toBe(
      'The file is not whole, it ends at byte 512: GPT partition table',
    );
    expect(errorText(translate, invalid).evidence).toBe(
      'Network: “x” is no address that a machine can have; User data: 70 kB; 65.5 kB are allowed',
    );
    const event = anEvent({ message: 'image.refused', details: { name: 'a', error: refused.toData() } });
    await i18nInstance.changeLanguage('zh-CN');
    for (const text of [errorText(translate, refused).evidence, errorText(translate, invalid).evidence])
      expect(text).not.toMatch(/English|whole|allowed/);
    expect(eventText(translate, event)).toBe('a 被拒绝：文件不完整，在第 512 字节处结束：GPT 分区表');
  });

  it('says what is wrong with an answer file in the language of the page', async () => {
    const error = new CodedError('deploy.answer_file', 'lang is missing: Anaconda would ask', {
      line: 0,
      reason: 'lang is missing: Anaconda would ask',
      code: 'missing.kickstart_command',
      values: { commands: 'lang' },
    });
    expect(errorText(translate, error).evidence).toContain('lang is missing: Anaconda would ask');
    await i18nInstance.changeLanguage('zh-CN');
    expect(errorText(translate, error).evidence).toContain('缺少 lang');
  });

  it('says of a disk that is too small what may be changed, the layout too', () => {
    const details = { neededBytes: 9e9, disk: aDisk({ sizeBytes }) };
    const { what, evidence, next } = errorText(
      translate,
      new CodedError('deploy.disk_too_small', '', details),
    );
    expect([what, evidence]).toEqual([
      'The disk is too small',
      'It must have at least 9 GB; there is sda ST1000 SER-1 8 GB',
    ]);
    expect(next).toContain('layout');
  });

  it('names the network that is not in full mode, and the purposes where none can be named', () => {
    const evidence = (network: string) =>
      errorText(translate, new CodedError('dhcp.not_full', '', { network })).evidence;
    expect(evidence('prov')).toBe('DHCP of the network prov is not in the mode "full"');
    expect(evidence('')).toContain('purpose');
  });

  it('tells what the ramdisk could not do', () => {
    const details = { step: 'write-image', code: 'write-failed', message: 'sda: I/O error' };
    const { what, evidence } = errorText(translate, { code: 'deploy.step_failed', details, message: '' });
    expect(what).toBe('The step "Write the image" failed');
    expect(evidence).toBe('The disk answered with an error: sda: I/O error');
    const withDisk = { ...details, message: 'I/O error', disks: [aDisk({ sizeBytes })] };
    const named = errorText(translate, { code: 'deploy.step_failed', details: withDisk, message: '' });
    expect(named.evidence).toBe('The disk answered with an error: I/O error (sda ST1000 SER-1 8 GB)');
    const event = anEvent({ message: 'agent.step_refused', details: { ...withDisk, text: 'I/O error' } });
    expect(eventText(translate, event)).toContain('I/O error (sda ST1000 SER-1 8 GB)');
  });

  it('of any kind never shows an empty line or an open brace, even without details', () => {
    for (const code of Object.keys(errorKinds) as (keyof typeof errorKinds)[]) {
      const text = errorText(translate, { code, details: {}, message: 'a line for the log' });
      for (const line of [text.what, text.evidence, text.next]) {
        expect(line.trim(), code).not.toBe('');
        expect(line, code).not.toMatch(/[{}]/);
      }
    }
  });
});

describe('a finding of a review', () => {
  it('that is an error keeps its three lines, a warning is a sentence', () => {
    const blocker = findingText(translate, { code: 'dhcp.not_full', details: { network: 'lab' } });
    expect(blocker.asError?.code).toBe('dhcp.not_full');
    const warning = findingText(translate, { code: 'image.other_firmware', details: { firmware: 'uefi' } });
    expect(warning).toEqual({
      text: 'The image does not boot on UEFI, which this server uses',
      asError: undefined,
    });
  });
});
