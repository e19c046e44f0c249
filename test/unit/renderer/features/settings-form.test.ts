import { expect, it } from 'vitest';
import { rateOf } from '#renderer/features/images/use-import-rate.ts';
import {
  changedSettings,
  formOfSettings,
  numberSettings,
  rangeOf,
  rebased,
  wrongSettings,
} from '#renderer/features/settings/settings-form.ts';
import { settings as settingsSchema } from '#shared/contract/index.ts';
import { aSnapshot } from '../rows.ts';

const { settings } = aSnapshot();
const form = formOfSettings(settings);

it('only what was changed is sent', () => {
  expect(changedSettings(form, settings)).toEqual({});
  expect(changedSettings({ ...form, tftpPort: '6969' }, settings)).toEqual({ tftpPort: 6969 });
  expect(changedSettings({ ...form, cleanOnRelease: true, cleanMethod: 'overwrite' }, settings)).toEqual({
    cleanOnRelease: true,
    cleanMethod: 'overwrite',
  });
});

it('nothing is sent while a field is wrong', () => {
  expect(changedSettings({ ...form, tftpPort: '70000' }, settings)).toBeNull();
  expect([...wrongSettings({ ...form, powerPollSeconds: '9', kernelConsole: 'ü' })]).toEqual([
    'powerPollSeconds',
    'kernelConsole',
  ]);
});

it('what somebody else saves comes in, and what is typed stays', () => {
  const key = `ssh-ed25519 ${'A'.repeat(68)} ops`;
  const typed = { ...form, defaultSshKeys: `${key}\n`, tftpPort: '70000' };
  const elsewhere = { ...settings, tftpPort: 6969, powerPollSeconds: 30, cleanOnRelease: true };
  expect(rebased(typed, settings, elsewhere)).toEqual({
    ...form,
    ...typed,
    powerPollSeconds: '30',
    cleanOnRelease: true,
  });
  expect(rebased(typed, settings, settings)).toBe(typed);
});

it('what was saved is not typed any more', () => {
  const saved = { ...settings, tftpPort: 6969 };
  const form6969 = rebased({ ...form, tftpPort: '06969' }, settings, saved);
  expect(changedSettings(form6969, saved)).toEqual({});
  expect(rebased(form6969, saved, { ...saved, tftpPort: 69 }).tftpPort).toBe('69');
});

it('the ranges are those that the engine accepts', () => {
  for (const name of numberSettings) {
    const { least, most } = rangeOf(name);
    const accepts = (value: number) => settingsSchema.shape[name].safeParse(value).success;
    expect([accepts(least), accepts(most), accepts(least - 1), accepts(most + 1)], name).toEqual([
      true,
      true,
      false,
      false,
    ]);
  }
});

it('the rate of an import comes from samples that are apart', () => {
  expect(rateOf([])).toBe(0);
  expect(
    rateOf([
      { at: 0, bytes: 0 },
      { at: 100, bytes: 1e6 },
    ]),
  ).toBe(0);
  expect(
    rateOf([
      { at: 0, bytes: 1e6 },
      { at: 1000, bytes: 3e6 },
      { at: 2000, bytes: 5e6 },
    ]),
  ).toBe(2e6);
});
