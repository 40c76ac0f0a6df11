import { Entra } from '../helpers/entra.ts';
import { OWNER, connect, expect, signIn, test } from '../helpers/test.ts';

test('users are searched, narrowed, sorted, shown otherwise and exported, without JavaScript', async ({ rollcall, acme, page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test', '--role', 'auditor');
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await signIn(page, rollcall, OWNER.email, OWNER.password);
  await page.goto(`${rollcall.url}/accounts/${acme}/users`);
  const names = page.getByRole('table', { name: 'Users' }).getByRole('rowheader');
  await page.getByText('More filters').click();
  await page.getByLabel('Sort by').selectOption({ label: 'Username, turned round' });
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(names).toHaveText(['grace@acme.test', 'ada@acme.test']);
  await page.getByRole('searchbox', { name: 'Search users' }).fill('lovelace');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(names).toHaveText(['ada@acme.test']);
  await page.getByText('Columns', { exact: true }).first().click();
  await page.getByLabel('Email', { exact: true }).check();
  await page.getByRole('button', { name: 'Show these columns' }).click();
  await expect(page.getByRole('columnheader', { name: 'Email' })).toBeVisible();
  await expect(names).toHaveText(['ada@acme.test']);
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  expect((await waiting).suggestedFilename()).toBe('users.csv');
});

test('a role is taken, and a user managed by hand again, without JavaScript', async ({ rollcall, acme, page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'ada@acme.test', '--role', 'member', '--role', 'auditor');
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  rollcall.cli('provisioning', 'disable', '--account', acme);
  await signIn(page, rollcall, OWNER.email, OWNER.password);
  await page.goto(`${rollcall.url}/accounts/${acme}/users/${ada}`);
  await page.getByText('Remove Auditor …').click();
  await expect(page.getByText('Auditor goes: nothing else gives it.')).toBeVisible();
  await page.getByRole('button', { name: 'Remove Auditor' }).click();
  await expect(page.getByText('Remove Auditor …')).toHaveCount(0);
  await page.getByText('Manage by hand again …').click();
  await page.getByRole('button', { name: 'Manage by hand again' }).click();
  await expect(page.getByRole('button', { name: 'Deactivate' })).toBeVisible();
});
