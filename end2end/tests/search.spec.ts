import { AxeBuilder } from '@axe-core/playwright';
import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('anything of the account is found from any page, with the keyboard alone', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const finance = (await entra.createGroup('Finance')).body.id;
  const globex = rollcall.cli('account', 'create', '--name', 'Globex');
  rollcall.cli('user', 'create', '--account', globex, '--user-name', 'adam@globex.test');
  const base = `${rollcall.url}/accounts/${acme}`;
  await page.goto(`${base}/roles`);

  await page.keyboard.press('/');
  const dialog = page.getByRole('dialog', { name: 'Search' });
  const found = dialog.getByRole('list', { name: 'What was found' });
  await expect(found.getByRole('link', { name: 'Overview' })).toBeVisible();
  await expect(dialog.getByRole('searchbox')).toBeFocused();
  /** Types, and waits until what is shown is the answer to it. */
  const type = async (text: string): Promise<void> => {
    await page.keyboard.type(text);
    await expect(found.getByRole('link', { name: `Look for “${text}” in the activity` })).toBeVisible();
  };
  await type('lovel');
  await expect(found.getByRole('link').first()).toHaveText(/ada@acme\.test.*Ada Lovelace.*User/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${base}/users/${ada}`);
  await expect(dialog).toBeHidden();

  await page.keyboard.press('Control+k');
  await type('adam');
  await expect(dialog.getByRole('status')).toHaveText('Nothing here is called “adam”.');
  await expect(found.getByRole('link')).toHaveText([/Look for “adam” in the activity/]);
  await page.keyboard.press('Control+a');
  await type('fin');
  await expect(found.getByRole('link', { name: /^Finance/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(found.getByRole('link').first()).toBeFocused();
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${base}/groups/${finance}`);

  await page.keyboard.press('Control+k');
  await type('okta saml');
  await expect(found.getByRole('link', { name: /Okta/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^Step by step in Okta/ })).toBeVisible();

  await page.keyboard.press('Control+k');
  await type('quarantine four weeks');
  await found.getByRole('link', { name: /Known problem/ }).click();
  await expect(page.getByRole('article', { name: 'Entra keeps quiet for days' })).toBeInViewport();
});

test('the one key that searches is turned off, and typing it is typing', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test');
  await page.goto(`${rollcall.url}/accounts/${acme}/users`);
  const dialog = page.getByRole('dialog', { name: 'Search' });
  await page.getByRole('searchbox', { name: 'Search users' }).fill('');
  await page.getByRole('searchbox', { name: 'Search users' }).press('/');
  await expect(page.getByRole('searchbox', { name: 'Search users' })).toHaveValue('/');
  await expect(dialog).toBeHidden();

  await page.getByRole('link', { name: 'Search', exact: true }).click();
  await dialog.getByRole('checkbox', { name: 'The / key opens this too' }).uncheck();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.reload();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('/');
  await page.keyboard.press('Control+k');
  await expect(dialog.getByRole('searchbox')).toHaveValue('');
  await expect(dialog.getByRole('checkbox')).not.toBeChecked();
});
