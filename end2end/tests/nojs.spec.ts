import { OWNER, expect, signIn, test } from '../helpers/test.ts';

test('the first owner, without JavaScript', async ({ fresh, page }) => {
  await page.goto(fresh.startLink);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByLabel('Account name').fill('Acme');
  await page.getByRole('button', { name: 'Create owner' }).click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
});

test('a wrong password is answered beside the form, without JavaScript', async ({ rollcall, page }) => {
  await page.goto(`${rollcall.url}/sign-in`);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('email or password');
});

test('enabling, a token and its end, without JavaScript', async ({ rollcall, acme, page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test');
  await signIn(page, rollcall, OWNER.email, OWNER.password);
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning`);
  const toggle = page.getByRole('switch', { name: 'Enable users and group sync' });
  await toggle.click();
  await expect(page.getByText('grace@acme.test')).toBeVisible();
  await page.getByRole('button', { name: 'Enable sync' }).click();
  await expect(toggle).toHaveAttribute('aria-checked', 'true');

  await page.getByRole('link', { name: 'Generate token' }).or(page.getByRole('button', { name: 'Generate token' })).first().click();
  await page.getByLabel('Valid for').selectOption({ label: '90 days' });
  await page.getByRole('button', { name: 'Generate token' }).click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  const scim = rollcall.scim(acme, token);
  expect((await scim.send('GET', '/Users')).status).toBe(200);

  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning`);
  await page.getByRole('table', { name: 'Tokens' }).getByRole('button', { name: 'Revoke' }).click();
  const confirm = page.getByRole('button', { name: 'Revoke token' });
  if (await confirm.isVisible().catch(() => false)) await confirm.click();
  await expect(page.getByRole('table', { name: 'Tokens' }).getByRole('button', { name: 'Revoke' })).toHaveCount(0);
  expect((await scim.send('GET', '/Users')).status).toBe(401);
});

test('a user is added, a group gets a role, without JavaScript', async ({ rollcall, acme, page }) => {
  rollcall.cli('provisioning', 'enable', '--account', acme);
  const token = rollcall.cli('token', 'create', '--account', acme, '--name', 'IdP', '--valid-for', '90d');
  const group = await rollcall.scim(acme, token).send('POST', '/Groups', { displayName: 'Finance' });
  await signIn(page, rollcall, OWNER.email, OWNER.password);

  await page.goto(`${rollcall.url}/accounts/${acme}/users/new`);
  await page.getByLabel('Username').fill('linus@acme.test');
  await page.getByLabel('Auditor').check();
  await page.getByRole('button', { name: 'Add user' }).click();
  await expect(page.getByRole('region', { name: /Roles/ })).toContainText('Auditor');

  await page.goto(`${rollcall.url}/accounts/${acme}/groups/${group.body.id}`);
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Member' });
  await page.getByRole('button', { name: 'Give role' }).click();
  await page.getByRole('button', { name: 'Give role Member' }).click();
  const take = page.getByRole('link', { name: /Remove .*Member/ });
  await take.click();
  await page.getByRole('button', { name: /Remove .*Member/ }).click();
  await expect(page.getByText('This group gives no role yet')).toBeVisible();
  await page.getByRole('button', { name: /Undo.*no longer gives Member/ }).click();
  await expect(take).toBeVisible();
});

test('the whole set-up, without JavaScript', async ({ rollcall, acme, page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test', '--role', 'auditor');
  await signIn(page, rollcall, OWNER.email, OWNER.password);
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning/setup`);
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Usernames').fill('grace@acme.test\nada@acme.test');
  await page.getByRole('button', { name: 'Show what would happen' }).click();
  await expect(page.getByRole('list', { name: 'The roll' })).toContainText('keeps Auditor');
  await page.getByRole('main').getByRole('link', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Enable sync' }).click();
  await expect(page.getByRole('heading', { name: 'Base URL and token', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.getByText('The public URL can be reached from this machine or network only.')).toBeVisible();
  await page.getByRole('button', { name: 'Generate token' }).first().click();
  await page.getByRole('button', { name: 'Generate token' }).click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning/setup`);
  await expect(page.getByRole('heading', { name: 'Configure your identity provider', level: 1 })).toBeVisible();
  await expect(page.getByRole('region', { name: 'What Rollcall sees meanwhile' })).toContainText('Reached Rollcall');
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await page.goto(`${rollcall.url}/accounts/${acme}/identity/provisioning/setup/verify`);
  await expect(page.locator('.milestones .passed')).toHaveCount(0);
  await rollcall.scim(acme, token, 'Entra').send('POST', '/Users', { userName: 'grace@acme.test' });
  await page.getByRole('main').getByRole('link', { name: 'Refresh' }).click();
  await expect(page.locator('.milestones .passed', { hasText: 'First user' })).toContainText('grace@acme.test');
  await page.goto(link);
  await expect(page.locator('.milestones .passed', { hasText: 'First user' })).toContainText('grace@acme.test');
});
