import { Okta } from '../helpers/okta.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('a pushed group gives its members a role, locked on their pages, and takes it again', async ({ rollcall, acme, owner: page }) => {
  const okta = new Okta(connect(rollcall, acme, 'Okta SCIM Client 1.0.0'));
  expect((await okta.find('ada@acme.test')).body.totalResults).toBe(0);
  const ada = (await okta.create('ada@acme.test', 'Ada', 'Lovelace')).body;
  const grace = (await okta.create('grace@acme.test', 'Grace', 'Hopper')).body;
  const group = (await okta.pushGroup('Finance')).body;
  const changed = await okta.changeMembers(group.id, 'Finance', [
    { value: ada.id, display: 'ada@acme.test' },
    { value: grace.id, display: 'grace@acme.test' },
  ]);
  expect(changed.status).toBe(200);
  expect(changed.body.members).toHaveLength(2);

  await page.goto(`${rollcall.url}/accounts/${acme}`);
  await page.getByRole('link', { name: 'Groups', exact: true }).click();
  await page.getByRole('table', { name: 'Groups' }).getByRole('link', { name: 'Finance' }).click();
  await expect(page.getByRole('table', { name: 'Members' })).toContainText('ada@acme.test');
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Auditor' });
  await page.getByRole('button', { name: 'Give role' }).click();
  await expect(page.getByText('This changes the access of 2 people')).toBeVisible();
  await page.getByRole('button', { name: 'Give role Auditor' }).click();
  await expect(page.getByRole('link', { name: /Remove .*Auditor/ })).toBeVisible();

  await page.goto(`${rollcall.url}/accounts/${acme}/users/${ada.id}`);
  const roles = page.getByRole('region', { name: /Roles/ });
  await expect(roles).toContainText('Auditor');
  await expect(roles).toContainText('Finance');
  await expect(roles.getByRole('button', { name: /Remove Auditor/ })).toBeHidden();

  await okta.changeMembers(group.id, 'Finance', [], [ada.id]);
  await page.reload();
  await expect(roles).not.toContainText('Finance');

  await page.goto(`${rollcall.url}/accounts/${acme}/users/${grace.id}`);
  await expect(roles).toContainText('Auditor');
  await okta.unlinkGroup(group.id);
  await page.reload();
  await expect(roles).not.toContainText('Auditor');
});

test('a direct role is given when a user is added and removed on the user page', async ({ rollcall, acme, owner: page }) => {
  await page.goto(`${rollcall.url}/accounts/${acme}/users`);
  await page.getByRole('link', { name: 'Add user' }).first().click();
  await page.getByLabel('Username').fill('linus@acme.test');
  await page.getByLabel('Auditor').check();
  await page.getByRole('button', { name: 'Add user' }).click();
  const roles = page.getByRole('region', { name: /Roles/ });
  await expect(roles).toContainText('Auditor');
  await roles.getByText('Remove Auditor …').click();
  await expect(roles).toContainText('Auditor goes: nothing else gives it.');
  await roles.getByRole('button', { name: 'Remove Auditor' }).click();
  await expect(roles.getByText('Remove Auditor …')).toHaveCount(0);
});
