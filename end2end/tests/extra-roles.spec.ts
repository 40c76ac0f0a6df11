// More roles than the groups give: by cause, taken one by one or together, and undone.
import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('roles from before SCIM and added later are listed, removed and given back as they were', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.test', '--role', 'administrator', '--break-glass');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'ada@acme.test', '--role', 'auditor');
  const entra = new Entra(connect(rollcall, acme, 'Microsoft Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const grace = (await entra.create('grace@acme.test', 'Grace', 'Hopper')).body.id;
  const group = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(group, ada, grace);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'member');
  await page.goto(`${rollcall.url}/accounts/${acme}/users/${grace}`);
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Administrator' });
  await page.getByRole('button', { name: 'Give role' }).click();
  await expect(page.getByText('Remove Administrator …')).toBeVisible();

  await page.getByRole('link', { name: 'Troubleshooting', exact: true }).click();
  const finding = page.getByRole('article', { name: '2 users have more roles than the groups give' });
  await finding.getByRole('link', { name: 'See who and why' }).click();
  const table = page.getByRole('table', { name: 'More roles than the groups give' });
  await expect(table.getByRole('row', { name: /ada@acme.test/ })).toContainText('from before SCIM');
  await expect(table.getByRole('row', { name: /grace@acme.test/ })).toContainText('added by owner@rollcall.test');
  await page.getByRole('navigation', { name: 'Filters' }).getByRole('link', { name: 'From before SCIM' }).click();
  await expect(table.getByRole('row')).toHaveCount(2);

  await table.getByRole('link', { name: 'Remove Auditor from ada@acme.test' }).click();
  await expect(page.getByRole('heading', { name: 'Remove roles', level: 1 })).toBeVisible();
  await expect(page.getByRole('row', { name: /ada@acme.test/ })).toContainText('Auditor, Member → Without: Member');
  await page.getByRole('button', { name: 'Remove 1 role' }).click();
  await expect(page.getByText('1 role was removed.')).toBeVisible();
  await expect(table).not.toContainText('ada@acme.test');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('1 role was removed.')).toHaveCount(0);
  await expect(table.getByRole('row', { name: /ada@acme.test/ })).toContainText('from before SCIM');

  await page.getByRole('checkbox', { name: 'Auditor of ada@acme.test' }).check();
  await page.getByRole('checkbox', { name: 'Administrator of grace@acme.test' }).check();
  await page.getByRole('button', { name: 'Remove chosen roles' }).click();
  await page.getByRole('button', { name: 'Remove 2 roles' }).click();
  await expect(page.getByText('Nobody has more roles than the groups give.').first()).toBeVisible();
  await page.getByRole('link', { name: 'Troubleshooting', exact: true }).click();
  await expect(page.getByRole('article', { name: /more roles than the groups give/ })).toHaveCount(0);
});
