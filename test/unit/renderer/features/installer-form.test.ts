import { expect, it } from 'vitest';
import {
  formOfInstaller,
  installerInput,
  wrongInstallerFields,
} from '#renderer/features/images/installer-form.ts';

const form = {
  ...formOfInstaller(null),
  distribution: 'rocky',
  version: '9.4',
  kernel: '/images/pxeboot/vmlinuz',
  initrd: 'images/pxeboot/initrd.img',
  repository: 'BaseOS/',
};

it('a path may be pasted with the slashes of a mounted disc', () => {
  expect(installerInput(form)).toMatchObject({ kernel: 'images/pxeboot/vmlinuz', repository: 'BaseOS' });
});

it('a path that leaves the disc is wrong, and without a kernel nothing is sent', () => {
  expect([...wrongInstallerFields({ ...form, initrd: 'images/../../etc/passwd' })]).toEqual(['initrd']);
  expect(installerInput({ ...form, repository: '../x' })).toBeNull();
  expect(installerInput({ ...form, kernel: ' ' })).toBeNull();
});

it('the version is needed where what is installed depends on it', () => {
  expect(installerInput({ ...form, version: ' ' })).toBeNull();
  expect(installerInput({ ...form, family: 'subiquity', version: '' })).not.toBeNull();
});
