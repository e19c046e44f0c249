import type { Page } from '@playwright/test';
import { profileOf } from '#test/fakes/scripted-engine/ids.ts';
import { emptyWorld, scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { expect, scriptedEngine, test } from './page.ts';

async function openProfile(page: Page) {
  await page.evaluate(id => {
    window.location.hash = `#/profiles/${id}`;
  }, profileOf(1));
  return page.getByRole('complementary', { name: 'Web servers' });
}

test('a profile with LVM is made with the keyboard alone', async ({ page, open }) => {
  const engine = scriptedEngine(emptyWorld(), []);
  await open(engine);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('Control+k');
  await page.keyboard.type('create a profile');
  await press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Create a profile' });
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('db servers');
  await dialog.getByRole('tab', { name: 'General' }).focus();
  await press('ArrowDown', 'Enter');
  await expect(dialog.getByRole('combobox', { name: 'Layout' })).toHaveText('LVM with rootvg (recommended)');
  const volumes = dialog.getByRole('list', { name: 'Volumes' });
  await dialog.getByRole('button', { name: 'Add a volume' }).press('Enter');
  await expect(volumes.getByRole('listitem')).toHaveCount(3);
  await expect(volumes.getByRole('textbox', { name: 'Volume' }).last()).toBeFocused();
  await dialog.getByRole('button', { name: 'Move /var up' }).press('Enter');
  await expect(dialog.getByRole('button', { name: 'Move /var up' })).toBeFocused();
  await press('Enter');
  await dialog.getByRole('button', { name: 'Remove swap' }).press('Enter');
  await expect(volumes.getByRole('listitem')).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Undo' }).press('Enter');
  await expect(volumes.getByRole('listitem')).toHaveCount(3);
  await dialog.getByRole('button', { name: 'Save' }).press('Enter');
  await expect(dialog).toBeHidden();
  const gib = 2 ** 30;
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'profiles.create',
    input: {
      name: 'db servers',
      storage: {
        partitions: [{ mountPoint: '/boot', fileSystem: 'ext4', size: gib }],
        volumeGroup: {
          name: 'rootvg',
          volumes: [
            { name: 'var', mountPoint: '/var', size: 10 * gib },
            { name: 'root', mountPoint: '/', size: 'rest' },
            { name: 'swap', mountPoint: '', fileSystem: 'swap', size: 4 * gib },
          ],
        },
      },
    },
  });
  await expect(page.getByRole('complementary', { name: 'db servers' })).toBeVisible();
});

test('a mistake in a layout is shown at its row, and the form leads to it', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  await open(scriptedEngine(snapshot, events));
  const sheet = await openProfile(page);
  await sheet.getByRole('button', { name: 'Edit…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit Web servers' });
  await dialog.getByRole('tab', { name: 'Disk layout' }).click();
  const partition = dialog.getByRole('list', { name: 'Partitions' }).getByRole('listitem');
  await partition.getByRole('textbox', { name: 'Mount point' }).fill('/var');
  const second = dialog.getByRole('list', { name: 'Volumes' }).getByRole('listitem').nth(1);
  await expect(second.getByText('/var is there twice')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog.getByRole('tab', { name: 'Users' }).click();
  await expect(dialog.getByText('One is stored; empty keeps it')).toBeVisible();
  await dialog.getByRole('button', { name: '1 thing to correct: Disk layout' }).click();
  await expect(partition.getByRole('textbox', { name: 'Mount point' })).toHaveValue('/var');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(dialog).toBeHidden();
});

test('a template that has an error is not saved, and the error leads to its line', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  const sheet = await openProfile(page);
  await sheet.getByRole('button', { name: 'Answer files…' }).click();
  const editor = page.getByRole('dialog', { name: 'Answer files of Web servers' });
  const template = editor.getByRole('textbox', { name: 'Template' });
  const preview = editor.getByRole('textbox', { name: 'Answer file', exact: true });
  const save = editor.getByRole('button', { name: 'Save the template' });
  await template.fill('text\nnetwork --hostname={{ host.name }}\n');
  await editor.getByRole('combobox', { name: 'Preview for' }).click();
  await page.getByRole('option', { name: 'r4u04' }).click();
  await expect(preview).toHaveValue('text\nnetwork --hostname=r4u04\n');
  await template.fill('text\n\nnetwork --hostname={{ host.name\n');
  const problem = editor.getByRole('list', { name: 'What is wrong' }).getByRole('button');
  await expect(problem).toContainText('template, line 3');
  await expect(save).toBeDisabled();
  await problem.click();
  await expect(template).toBeFocused();
  expect(await page.evaluate(() => window.getSelection()?.toString())).toBe(
    'network --hostname={{ host.name',
  );
  await editor.getByRole('tab', { name: 'Preseed' }).click();
  await expect(template).toHaveValue(/netcfg/);
  await editor.getByRole('tab', { name: 'Kickstart' }).click();
  await template.fill('text\nnetwork --hostname={{ host.name }}\n');
  await save.click();
  await expect(editor.getByText('Differs from ours')).toBeVisible();
  expect(engine.calls).toMatchObject([{ path: 'profiles.setTemplate', input: { family: 'anaconda' } }]);
  await editor.getByRole('button', { name: 'Back to ours' }).click();
  await page
    .getByRole('dialog', { name: 'Back to ours?' })
    .getByRole('button', { name: 'Back to ours' })
    .click();
  await expect(template).toHaveValue(/^# \{\{ profile.name/);
  await expect(editor.getByText('As Rackside has it')).toBeVisible();
});

test('phrases of an installer are changed, and a row that is not whole is not saved', async ({
  page,
  open,
}) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  const sheet = await openProfile(page);
  await sheet.getByRole('button', { name: 'Answer files…' }).click();
  const editor = page.getByRole('dialog', { name: 'Answer files of Web servers' });
  await editor.getByRole('button', { name: 'Progress' }).click();
  const save = editor.getByRole('button', { name: 'Save the phrases' });
  await editor.getByRole('textbox', { name: 'Percent, row 2' }).fill('120');
  await expect(save).toBeDisabled();
  await editor.getByRole('textbox', { name: 'Percent, row 2' }).fill('20');
  await save.click();
  await expect(editor.getByText('Differs from ours')).toBeVisible();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'profiles.setPhrases',
    input: { phrases: [{ percent: 2 }, { words: 'creating partition', percent: 20 }, {}, {}, {}] },
  });
});

test('what is typed while a template is saved stays', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events);
  const { profiles } = engine.handlers;
  const answer = Promise.withResolvers<undefined>();
  const setTemplate: typeof profiles.setTemplate = async (input, signal) => {
    const row = await profiles.setTemplate(input, signal);
    await answer.promise;
    return row;
  };
  await open({ ...engine, handlers: { ...engine.handlers, profiles: { ...profiles, setTemplate } } });
  const sheet = await openProfile(page);
  await sheet.getByRole('button', { name: 'Answer files…' }).click();
  const editor = page.getByRole('dialog', { name: 'Answer files of Web servers' });
  const template = editor.getByRole('textbox', { name: 'Template' });
  await template.fill('text\n');
  await expect(editor.getByText('Nothing wrong found')).toBeVisible();
  await editor.getByRole('button', { name: 'Save the template' }).click();
  await template.fill('text\nreboot\n');
  answer.resolve(undefined);
  await expect(editor.getByRole('button', { name: 'Back to ours' })).toBeEnabled();
  await expect(template).toHaveValue('text\nreboot\n');
  await expect(editor.getByText('Not saved yet')).toBeVisible();
  await editor.getByRole('button', { name: 'Discard changes' }).click();
  await expect(template).toHaveValue('text\n');
});

test('a profile that somebody else changes or deletes while it is edited is said before a save', async ({
  page,
  open,
}) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  const sheet = await openProfile(page);
  await sheet.getByRole('button', { name: 'Edit…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit Web servers' });
  await dialog.getByLabel('Description').fill('mine');
  const row = engine.world.profiles.find(({ id }) => id === profileOf(1));
  if (row === undefined) throw new Error('no profile');
  engine.patch({ op: 'put', table: 'profiles', row: { ...row, packages: ['theirs'] } });
  await expect(dialog.getByRole('status')).toContainText('meanwhile: Software');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const question = page.getByRole('dialog', { name: 'Overwrite what somebody else has changed?' });
  await question.getByRole('button', { name: 'Go on editing' }).click();
  expect(engine.calls).toEqual([]);
  await dialog.getByRole('button', { name: 'Take over their changes' }).click();
  await expect(dialog.getByRole('status')).toHaveCount(0);
  engine.patch({ op: 'remove', table: 'profiles', ids: [row.id] });
  await expect(dialog.getByRole('status')).toContainText('Somebody has deleted this profile');
  await expect(dialog.getByLabel('Description')).toHaveValue('mine');
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
});
