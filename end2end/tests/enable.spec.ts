import { expect, expectCopied, generateToken, openProvisioning, test } from '../helpers/test.ts';

test('from the accounts to a working token, as the product documents the way', async ({ rollcall, acme, owner: page }) => {
  await openProvisioning(page, 'Acme');

  const toggle = page.getByRole('switch', { name: 'Enable users and group sync' });
  await expect(toggle).toHaveAttribute('aria-checked', 'false');
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-checked', 'true');

  const base = page.getByLabel('SCIM base URL', { exact: true });
  await expect(base).toHaveValue(`${rollcall.url}/scim/v2/${acme}`);
  await page.getByRole('button', { name: 'Copy SCIM base URL' }).click();
  await expectCopied(page, `${rollcall.url}/scim/v2/${acme}`);

  const token = await generateToken(page);
  await expectCopied(page, token);
  await expect(page.getByText(token)).toBeHidden();

  const row = page.getByRole('table', { name: 'Tokens' }).getByRole('row').nth(1);
  await expect(row).toContainText(token.slice(0, 8));
  await expect(row).toContainText(/90 days/);
  await expect(row).toContainText(/not used yet/i);

  const answer = await rollcall.scim(acme, token, 'Entra').send('GET', '/Users?count=1');
  expect(answer.status).toBe(200);
  expect(answer.body.totalResults).toBe(0);
  await page.reload();
  await expect(row).toContainText('127.0.0.1');
});

test('a revoked token is refused by the next request', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('provisioning', 'enable', '--account', acme);
  await openProvisioning(page, 'Acme');
  const token = await generateToken(page);
  const scim = rollcall.scim(acme, token);
  expect((await scim.send('GET', '/Users')).status).toBe(200);

  const table = page.getByRole('table', { name: 'Tokens' });
  await table.getByRole('button', { name: 'Revoke' }).click();
  const confirm = page.getByRole('dialog').getByRole('button', { name: 'Revoke token' });
  if (await confirm.isVisible().catch(() => false)) await confirm.click();
  await expect(table.getByRole('button', { name: 'Revoke' })).toBeHidden();

  const answer = await scim.send('GET', '/Users');
  expect(answer.status).toBe(401);
  expect(answer.body.status).toBe('401');
});

test('switching off refuses every request and deletes nothing', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('provisioning', 'enable', '--account', acme);
  const token = rollcall.cli('token', 'create', '--account', acme, '--name', 'IdP', '--valid-for', '90d');
  const scim = rollcall.scim(acme, token);
  const made = await scim.send('POST', '/Users', { userName: 'ada@acme.test' });
  expect(made.status).toBe(201);

  await openProvisioning(page, 'Acme');
  const toggle = page.getByRole('switch', { name: 'Enable users and group sync' });
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-checked', 'false');
  expect((await scim.send('GET', '/Users')).status).toBe(403);

  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-checked', 'true');
  expect((await scim.send('GET', `/Users/${made.body.id}`)).status).toBe(200);
});

test('where manual users exist, switching on says what will happen and asks', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test');
  await openProvisioning(page, 'Acme');
  const toggle = page.getByRole('switch', { name: 'Enable users and group sync' });
  await toggle.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('grace@acme.test');
  await expect(toggle).toHaveAttribute('aria-checked', 'false');
  await dialog.getByRole('button', { name: 'Enable sync' }).click();
  await expect(toggle).toHaveAttribute('aria-checked', 'true');
});
