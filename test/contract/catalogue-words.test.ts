import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UnavailableReason } from '#engine/net/ipmi/sensors/sensor-reading.ts';
import { allSensorTypeKeys, allStateKeys } from '#engine/net/ipmi/sensors/sensor-types.ts';
import { readUnit } from '#engine/net/ipmi/sensors/units.ts';
import { stepsOfKind } from '#engine/provision/deploy/kinds.ts';
import { hookPhases } from '#engine/provision/deploy/linux-installer/progress/hook-words.ts';
import { progressTables } from '#engine/provision/deploy/linux-installer/progress/phrases-of.ts';
import { en } from '#renderer/i18n/en.ts';
import { zhCN } from '#renderer/i18n/zh-CN.ts';
import { backupRefusals, errorKinds, rightsRepairs } from '#shared/contract/errors.ts';
import { consoleMeanings, dhcpSilences, eventDetails } from '#shared/contract/event-messages.ts';
import { identityProblems } from '#shared/contract/identity-problems.ts';
import {
  compressionProblems,
  imageFindings,
  imageParts,
  imageRefusals,
  qcow2Needs,
} from '#shared/contract/image-codes.ts';
import {
  alarmKinds,
  bondModes,
  deploymentKinds,
  dhcpModes,
  diskFilterReasons,
  eraseMethods,
  eventKinds,
  flavorParts,
  hardwareTroubleKinds,
  healthEvent,
  healthStates,
  networkReasons,
  serviceNames,
  stepStates,
} from '#shared/contract/index.ts';
import { powerStates, provisionStates, provisionVerbs } from '#shared/model/provision-state.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Every word that the engine may say must be in the page's catalogue, in each language. */
function expectWords(keys: readonly string[]): void {
  for (const catalogue of [en, zhCN]) {
    const missing = keys.filter(key => !(key in catalogue));
    expect(missing).toEqual([]);
  }
}

describe('the page has words for', () => {
  it('every error: what, evidence, next step', () => {
    expectWords(
      Object.keys(errorKinds).flatMap(code =>
        ['what', 'evidence', 'next'].map(line => `error.${code}.${line}`),
      ),
    );
  });

  it('every reason to refuse a backup, and every way to a right of the network', () => {
    expectWords(backupRefusals.map(reason => `backupRefusal.${reason}`));
    expectWords(rightsRepairs.map(repair => `rightsRepair.${repair}`));
  });

  it('every event, with values that are told with it and no others', () => {
    expectWords(Object.keys(eventDetails).map(message => `event.${message}`));
    expectWords(eventKinds.map(kind => `eventKind.${kind}`));
    const named = Object.values(eventDetails).flatMap(({ shape }) => Object.keys(shape));
    expectWords(named.map(name => `detail.${name}`));
    expectWords(dhcpSilences.map(reason => `dhcpSilence.${reason}`));
    expectWords(consoleMeanings.map(meaning => `consoleMeaning.${meaning}`));
    for (const catalogue of [en, zhCN]) {
      const sentences: Readonly<Record<string, string>> = catalogue;
      const unknown = Object.entries(eventDetails).flatMap(([message, { shape }]) =>
        [...(sentences[`event.${message}`] ?? '').matchAll(/\{\{(\w+)\}\}/g)]
          .map(([, name]) => name ?? '')
          .filter(name => !(name in shape) && !((madeByPage[name] ?? '') in shape))
          .map(name => `${message}: ${name}`),
      );
      expect(unknown).toEqual([]);
    }
  });

  it('every state, verb and step', () => {
    expectWords(provisionStates.map(state => `state.${state}`));
    expectWords(powerStates.map(state => `power.${state}`));
    expectWords(provisionVerbs.map(verb => `verb.${verb}`));
    expectWords(stepStates.map(state => `stepState.${state}`));
  });

  it('every service and DHCP mode', () => {
    expectWords(serviceNames.map(name => `service.${name}`));
    expectWords(serviceNames.map(name => `services.what.${name}`));
    expectWords(dhcpModes.map(mode => `dhcpMode.${mode}`));
  });

  it("every reason of the ramdisk's agent", () => {
    const [, table = ''] =
      /^\| `code` \|.*\n\|---.*\n((?:\|.*\n)+)/m.exec(read('assets/ramdisk/protocol.md')) ?? [];
    const reasons = table
      .split('\n')
      .flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(match => match[1] ?? ''));
    expect(reasons).toContain('wrong-disk');
    expectWords(reasons.map(code => `stepError.${code}`));
  });

  it('everything that is found in an image, and every reason to refuse one', () => {
    const plural = (code: string) => (code === 'qcow2.snapshots' ? `${code}_other` : code);
    expectWords(imageFindings.map(code => `imageFinding.${plural(code)}`));
    expectWords(imageRefusals.map(code => `imageRefusal.${code}`));
    expectWords(imageParts.map(part => `imagePart.${part}`));
    expectWords(compressionProblems.map(why => `imageCompression.${why}`));
    expectWords(qcow2Needs.map(feature => `imageQcow2.${feature}`));
    const formats = read('electron/engine/images/classify-head.ts').matchAll(/^ {2}\| '([a-z0-9]+)'/gm);
    const names = [...formats].map(match => match[1] ?? '');
    expect(names).toContain('iso9660');
    expectWords(names.map(format => `imageFormat.${format}`));
  });

  it('every way to install, its steps, and the phases of the installers', () => {
    expectWords(deploymentKinds.map(kind => `deploymentKind.${kind}`));
    for (const part of ['step', 'slowNow', 'slowCheck'])
      expectWords(Object.values(stepsOfKind).flatMap(steps => steps.map(({ name }) => `${part}.${name}`)));
    const words = Object.values(progressTables).flatMap(({ phrases }) => phrases.map(({ phase }) => phase));
    const hooks = [...hookPhases.values()].map(({ phase }) => phase);
    expectWords([...words, ...hooks].map(phase => `installerPhase.${phase}`));
  });

  it('every reason for a NIC, for leaving a disk alone, and every difference from a flavor', () => {
    expectWords(networkReasons.map(code => `networkReason.${code}`));
    expectWords(diskFilterReasons.map(reason => `diskFilter.${reason}`));
    expectWords(flavorParts.map(part => `flavorPart.${part}`));
    expectWords(['ambiguous', 'none', 'conflict'].map(why => `noNic.${why}`));
    expectWords(eraseMethods.map(method => `eraseMethod.${method}`));
    expectWords(eraseMethods.map(method => `settings.cleanMethodEffect.${method}`));
    expectWords(bondModes.map(mode => `bondMode.${mode}`));
  });

  it('everything that can be wrong with an identity', () => {
    expectWords(identityProblems.map(code => `identityProblem.${code}`));
  });

  it('every type of sensor, its states and units, and every reason for none', () => {
    expectWords(allSensorTypeKeys().map(type => `sensorType.${type}`));
    expectWords(allStateKeys().map(state => `sensorState.${state}`));
    const units = Array.from({ length: 256 }, (_, code) => readUnit(0, code, 0).base);
    const told = units.filter(unit => unit !== 'unspecified' && unit !== 'reserved');
    expect(told).toContain('degrees-c');
    expectWords([...new Set(told), 'percent'].map(unit => `sensorUnit.${unit}`));
    expectWords(Object.keys(unavailableReasons).map(reason => `sensorReason.${reason}`));
  });

  it('every state of health, kind of alarm and direction of an event', () => {
    expectWords(healthStates.map(state => `healthState.${state}`));
    expectWords(alarmKinds.map(kind => `alarmKind.${kind}`));
    expectWords(hardwareTroubleKinds.map(kind => `trouble.${kind}`));
    expectWords(healthEvent.shape.direction.options.map(direction => `eventDirection.${direction}`));
  });

  it('every warning of a review', () => {
    const codes = read('electron/engine/provision/review.ts').matchAll(/\{ code: '([a-z_.]+)'/g);
    const warnings = [...codes].map(match => match[1] ?? '');
    expect(warnings).toContain('disk.has_data');
    expect(read('electron/engine/provision/hardware-review.ts')).toContain("code: 'hardware.trouble'");
    expectWords([...warnings, 'hardware.trouble'].map(code => `review.${code}`));
  });
});

/** The compiler finds one that is left out. */
const unavailableReasons: Readonly<Record<UnavailableReason, true>> = {
  absent: true,
  not_now: true,
  not_scanned: true,
  no_reading: true,
  silent: true,
  busy: true,
  refused: true,
  malformed: true,
  other_controller: true,
  software: true,
};

/** Values that the page makes of another one (`event-text.ts`). */
const madeByPage: Readonly<Record<string, string>> = {
  withBootFile: 'bootFile',
  ofDisks: 'disks',
  text: 'error',
};
