import { expect, it } from 'vitest';
import { rateOf } from '#renderer/features/images/use-import-rate.ts';
import {
  changedSettings,
  formOfSettings,
  numberSettings,
  rangeOf,
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
