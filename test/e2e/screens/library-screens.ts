import { expect } from '@playwright/test';
import type { PlainKey } from '#renderer/i18n/catalogue.ts';
import { debianId, profileOf, rockyId, uuid } from '#test/fakes/scripted-engine/ids.ts';
import { pressButton, type Screen, topDialog, type Way } from './screen.ts';

const profileRoute = `#/profiles/${profileOf(1)}`;

/** A part of the dialog in which a profile is edited. */
function profilePart(name: string, section: PlainKey): Screen {
  return {
    name: `profile-${name}`,
    route: profileRoute,
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(page.getByRole('complementary'), say('profiles.edit'));
      await topDialog(page)
        .getByRole('tab', { name: say(section) })
        .click();
    },
  };
}

async function openAnswerFiles({ page, say }: Way) {
  await pressButton(page.getByRole('complementary'), say('profiles.answerFiles'));
  const dialog = topDialog(page);
  await expect(dialog.getByRole('textbox', { name: say('answerFile.preview') })).not.toHaveValue('');
  return dialog;
}

const imageScreens: readonly Screen[] = [
  { name: 'images', route: '#/images' },
  { name: 'image', route: `#/images/${debianId}` },
  { name: 'image-refused', route: `#/images/${uuid('b', 4)}` },
  { name: 'installer', route: `#/images/${rockyId}` },
  {
    name: 'import-image',
    route: '#/images',
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(page, say('images.import'));
      await expect(topDialog(page)).toContainText('debian-12-generic-amd64.qcow2');
    },
  },
  {
    name: 'correct-installer',
    route: `#/images/${rockyId}`,
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(page.getByRole('complementary'), say('installer.correct'));
      await expect(topDialog(page)).toBeVisible();
    },
  },
];

const profileScreens: readonly Screen[] = [
  { name: 'profiles', route: '#/profiles' },
  { name: 'profile', route: profileRoute },
  profilePart('general', 'profile.section.general'),
  profilePart('storage', 'profile.section.storage'),
  profilePart('disk-rules', 'profile.section.diskRules'),
  profilePart('system', 'profile.section.system'),
  profilePart('users', 'profile.section.users'),
  profilePart('software', 'profile.section.software'),
  profilePart('scripts', 'profile.section.scripts'),
  {
    name: 'answer-files',
    route: profileRoute,
    isOnlyOpened: true,
    reach: async way => void (await openAnswerFiles(way)),
  },
  {
    name: 'answer-files-error',
    route: profileRoute,
    reach: async way => {
      const dialog = await openAnswerFiles(way);
      const template = dialog.getByRole('textbox', { name: way.say('answerFile.template') });
      await template.fill('text\nlang {{ host.name\n');
      await expect(dialog.getByRole('list', { name: way.say('answerFile.problems') })).toBeVisible();
    },
  },
  {
    name: 'progress-phrases',
    route: profileRoute,
    isOnlyOpened: true,
    reach: async way => {
      const dialog = await openAnswerFiles(way);
      await pressButton(dialog, way.say('answerFile.part.phrases'));
      await expect(dialog.getByRole('table', { name: way.say('answerFile.phrases') })).toBeVisible();
    },
  },
];

const networkScreens: readonly Screen[] = [
  { name: 'networks', route: '#/networks' },
  {
    name: 'edit-network',
    route: '#/networks',
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await page
        .getByRole('main')
        .getByRole('button', { name: say('networks.edit') })
        .first()
        .click();
      await expect(topDialog(page)).toBeVisible();
    },
  },
  {
    name: 'create-network',
    route: '#/networks',
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(page, say('networks.create'));
      await expect(topDialog(page)).toBeVisible();
    },
  },
  {
    name: 'make-vlan',
    route: '#/networks',
    reach: async ({ page, say }) => {
      await pressButton(page, say('vlan.makeOn', { name: 'enp3s0' }));
      await topDialog(page)
        .getByRole('textbox', { name: say('vlan.tag') })
        .fill('100');
      await topDialog(page)
        .getByRole('textbox', { name: say('vlan.address') })
        .fill('10.100.0.1/24');
    },
  },
];

export const libraryScreens: readonly Screen[] = [...imageScreens, ...profileScreens, ...networkScreens];
