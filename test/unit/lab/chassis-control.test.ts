import { expect, test } from 'vitest';
import { answerChassis, type Chassis } from '#test/lab/chassis-control.ts';
import type { BootOverride } from '#test/lab/qemu-arguments.ts';

function fakeChassis(): { readonly chassis: Chassis; readonly done: string[] } {
  const done: string[] = [];
  let isOn = false;
  let override: BootOverride = 'none';
  const chassis: Chassis = {
    isOn: () => isOn,
    override: () => override,
    setOverride: next => {
      override = next;
    },
    powerOn: () => {
      isOn = true;
      done.push('on');
    },
    powerOff: () => {
      isOn = false;
      done.push('off');
    },
    reset: () => done.push('reset'),
    pressPowerButton: () => done.push('button'),
  };
  return { chassis, done };
}

test('power is told in ipmi_sim’s words and follows what was set', () => {
  const { chassis, done } = fakeChassis();
  expect(answerChassis('get power', chassis)).toBe('power:0');
  expect(answerChassis('set power 1', chassis)).toBe('');
  expect(answerChassis('get power', chassis)).toBe('power:1');
  expect(answerChassis('set reset 1 shutdown 1', chassis)).toBe('');
  expect(done).toEqual(['on', 'reset', 'button']);
});

test('the boot device is read back by the name it was set with', () => {
  const { chassis } = fakeChassis();
  answerChassis('set boot default', chassis);
  expect(chassis.override()).toBe('disk');
  expect(answerChassis('get boot', chassis)).toBe('boot:default');
  answerChassis('set boot none', chassis);
  expect(answerChassis('get boot power', chassis)).toBe('boot:none\npower:0');
});

test('the values of identify do not shift what follows', () => {
  const { chassis, done } = fakeChassis();
  expect(answerChassis('set identify 15 0 power 1', chassis)).toBe('');
  expect(done).toEqual(['on']);
});

test('what the lab does not know is an error, as ipmi_sim needs it to refuse the request', () => {
  const { chassis } = fakeChassis();
  expect(answerChassis('set boot toaster', chassis)).toMatch(/^error/);
  expect(answerChassis('set fan 3', chassis)).toMatch(/^error/);
  expect(answerChassis('get fan', chassis)).toMatch(/^error/);
});
