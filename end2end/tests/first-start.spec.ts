import { OWNER, expect, signIn, test } from '../helpers/test.ts';

test('the printed link makes the owner and the first account, once', async ({ fresh, page }) => {
  await page.goto(fresh.startLink);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByLabel('Account name').fill('Acme');
  await page.getByRole('button', { name: 'Create owner' }).click();

  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await page.getByRole('link', { name: 'Accounts', exact: true }).first().click();
  await expect(page.getByRole('main').getByRole('link', { name: 'Acme', exact: true })).toBeVisible();

  const link = fresh.startLink;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await page.goto(link);
  await expect(page.getByRole('button', { name: 'Create owner' })).toBeHidden();

  await fresh.stop();
  await fresh.start();
  expect(fresh.startLink).toBe('');
  await signIn(page, fresh, OWNER.email, OWNER.password);
});

test('bad input keeps what was typed and says what to do', async ({ fresh, page }) => {
  await page.goto(fresh.startLink);
  await page.getByLabel('Email').fill('owner@rollcall.test');
  await page.getByLabel('Password').fill('short');
  await page.getByLabel('Account name').fill('Acme');
  await page.getByRole('button', { name: 'Create owner' }).click();
  await expect(page.getByText(/8 to 256 characters/).first()).toBeVisible();
  await expect(page.getByLabel('Email')).toHaveValue('owner@rollcall.test');
  await expect(page.getByLabel('Account name')).toHaveValue('Acme');
});

test('a wrong password does not open the console and says no more than that', async ({ rollcall, page }) => {
  await page.goto(`${rollcall.url}/sign-in`);
  for (const email of [OWNER.email, 'nobody@rollcall.test']) {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toContainText('email or password');
    await expect(page.getByLabel('Email')).toHaveValue(email);
  }
  await page.goto(`${rollcall.url}/accounts`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('signing out ends the sign-in for good', async ({ rollcall, owner: page }) => {
  const cookies = await page.context().cookies();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await page.context().addCookies(cookies);
  await page.goto(`${rollcall.url}/accounts`);
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('a page of an account that does not exist is not found', async ({ rollcall, owner: page }) => {
  const answer = await page.goto(`${rollcall.url}/accounts/0193b3c0-0000-7000-8000-000000000000/users`);
  expect(answer?.status()).toBe(404);
});
