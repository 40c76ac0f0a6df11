import { connect, expect, signIn, test } from '../helpers/test.ts';
import type { Rollcall } from '../helpers/rollcall.ts';
import type { Page } from '@playwright/test';

async function setPassword(page: Page, rollcall: Rollcall, account: string, userName: string): Promise<string> {
  const password = 'a password of their own';
  await page.goto(rollcall.cli('user', 'link', '--account', account, '--user-name', userName));
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  return password;
}

test('a password link works until the password is set, and then no more', async ({ rollcall, acme, page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'ada@acme.test', '--role', 'administrator');
  const link = rollcall.cli('user', 'link', '--account', acme, '--user-name', 'ada@acme.test');
  await page.goto(link);
  await page.goto(link);
  await page.getByLabel('Password').fill('a password of her own');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('button', { name: 'Set password' })).toBeHidden();
  await signIn(page, rollcall, 'ADA@acme.test', 'a password of her own');
});

test('an auditor sees everything and can change nothing', async ({ rollcall, acme, page }) => {
  const scim = connect(rollcall, acme);
  await scim.send('POST', '/Users', { userName: 'grace@acme.test' });
  const group = await scim.send('POST', '/Groups', { displayName: 'Finance' });
  const auditor = rollcall.cli('user', 'create', '--account', acme, '--user-name', 'auditor@acme.test', '--role', 'auditor');
  const password = await setPassword(page, rollcall, acme, 'auditor@acme.test');
  await signIn(page, rollcall, 'auditor@acme.test', password);

  const base = `${rollcall.url}/accounts/${acme}`;
  const paths = ['', '/search?q=fin', '/users', `/users/${auditor}`, '/groups', `/groups/${group.body.id}`, '/roles', '/roles/auditor', '/activity', '/identity', '/identity/provisioning', '/troubleshooting', '/troubleshooting/roles'];
  for (const path of paths) {
    expect((await page.goto(base + path))?.status(), path).toBe(200);
    const main = page.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(main.getByRole('button', { name: /Generate|Revoke|Give|Take|Remove|Add|Create|Deactivate/ })).toHaveCount(0);
    await expect(main.getByRole('switch')).toBeDisabled({ timeout: 100 }).catch(async () => {
      await expect(main.getByRole('switch')).toHaveCount(0);
    });
  }
  expect((await page.goto(`${base}/users/new`))?.status()).not.toBe(200);
  rollcall.cli('account', 'create', '--name', 'Globex');
  await page.getByRole('link', { name: 'Accounts', exact: true }).click();
  await expect(page.getByRole('main').getByRole('link', { name: 'Acme', exact: true })).toBeVisible();
  await expect(page.getByText('Globex')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Add account' })).toHaveCount(0);
});

test('a member does not get into the console', async ({ rollcall, acme }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'member@acme.test', '--role', 'member');
  expect(() => rollcall.cli('user', 'link', '--account', acme, '--user-name', 'member@acme.test')).toThrow(/console/);
});

test('a role taken away acts on the next request, and nobody sees another account', async ({ rollcall, acme, page, browser }) => {
  const globex = rollcall.cli('account', 'create', '--name', 'Globex');
  const ada = rollcall.cli('user', 'create', '--account', acme, '--user-name', 'ada@acme.test', '--role', 'administrator');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.test', '--role', 'administrator', '--break-glass');
  const password = await setPassword(page, rollcall, acme, 'ada@acme.test');
  await signIn(page, rollcall, 'ada@acme.test', password);
  expect((await page.goto(`${rollcall.url}/accounts/${globex}/users`))?.status()).toBe(404);
  expect((await page.goto(`${rollcall.url}/accounts/${acme}/users`))?.status()).toBe(200);

  const other = await (await browser.newContext()).newPage();
  await signIn(other, rollcall, 'owner@rollcall.test', 'correct horse battery');
  await other.goto(`${rollcall.url}/accounts/${acme}/users/${ada}`);
  await other.getByText('Remove Administrator …').click();
  await other.getByRole('button', { name: 'Remove Administrator' }).click();
  await expect(other.getByText('Remove Administrator …')).toHaveCount(0);

  await page.goto(`${rollcall.url}/accounts/${acme}/users`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});
