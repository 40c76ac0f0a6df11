import { Entra } from '../helpers/entra.ts';
import { addRole, connect, expect, test } from '../helpers/test.ts';

test('an own role is added, given by a group and by hand, changed, and deleted with what it takes', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const finance = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(finance, ada);
  await page.goto(`${rollcall.url}/accounts/${acme}`);
  await page.getByRole('link', { name: 'Roles', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Roles' }).getByRole('row')).toHaveCount(4);
  await page.getByRole('link', { name: 'Add role' }).click();
  await page.getByLabel('Name', { exact: true }).fill('auditor');
  await page.getByRole('button', { name: 'Add role' }).click();
  await expect(page.getByText('Another role has this name.')).toBeVisible();
  const billing = await addRole(page, rollcall, acme, 'Billing');

  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'billing');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test', '--role', 'Billing');
  await page.reload();
  await expect(page.getByText('1 active user holds it directly. 1 holds it through a group.')).toBeVisible();
  const holders = page.getByRole('table', { name: 'Who holds it' });
  await expect(holders.getByRole('row', { name: /ada@acme.test/ })).toContainText('Finance');
  await expect(holders.getByRole('row', { name: /grace@acme.test/ })).toContainText('command line');
  await expect(page.getByRole('region', { name: 'Groups that give it' })).toContainText('Finance');

  await page.getByRole('link', { name: 'Change role' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Invoices');
  await page.getByLabel('What it may do in the console').selectOption({ label: 'Opens the console to read, and changes nothing.' });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { name: 'Invoices', level: 1 })).toBeVisible();
  await page.goto(`${rollcall.url}/accounts/${acme}/users/${ada}`);
  await expect(page.getByRole('region', { name: /^Roles/ })).toContainText('Invoices');

  await page.goto(`${rollcall.url}/accounts/${acme}/roles/${billing}`);
  await page.getByRole('link', { name: 'Delete role' }).click();
  await expect(page.getByText('1 active user to whom it was given by hand loses it.')).toBeVisible();
  await expect(page.getByText('1 group no longer gives it.')).toBeVisible();
  await page.getByRole('button', { name: 'Delete role Invoices' }).click();
  await expect(page.getByRole('table', { name: 'Roles' }).getByRole('row')).toHaveCount(4);
  await page.goto(`${rollcall.url}/accounts/${acme}/users/${ada}`);
  await expect(page.getByRole('region', { name: /^Roles/ })).not.toContainText('Invoices');
  await expect(page.getByRole('main')).toContainText('no role');
});
