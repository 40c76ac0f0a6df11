import { test as base, expect, type Page } from '@playwright/test';
import { Rollcall } from './rollcall.ts';

export { expect };

export const OWNER = { email: 'owner@rollcall.test', password: 'correct horse battery' };

type Fixtures = {
  /** A Rollcall of the test's own, without an owner. */
  fresh: Rollcall;
  /** The same with an owner and the account *Acme*. */
  rollcall: Rollcall;
  /** The id of the account *Acme*. */
  acme: string;
  /** Signs the owner in on the test's page. */
  signInAsOwner: () => Promise<void>;
  /** The test's page, on which the owner is signed in. */
  owner: Page;
};

/** What a page must never say on its console: errors, policy violations, panics of the WebAssembly. */
function watch(page: Page, problems: string[]): void {
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    // The browser reports every answer of 400 and above itself; the tests ask for some.
    if (message.text().startsWith('Failed to load resource')) return;
    problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
}

/** Makes `goto` and `reload` end only once the page's script has taken over: before that a control acts without it. */
export function waitForScript(page: Page): void {
  const taken = async (): Promise<void> => {
    if (await page.locator('script[type="module"]').count()) {
      await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
    }
  };
  const goto = page.goto.bind(page);
  page.goto = async (...args) => {
    const answer = await goto(...args);
    await taken();
    return answer;
  };
  const reload = page.reload.bind(page);
  page.reload = async (...args) => {
    const answer = await reload(...args);
    await taken();
    return answer;
  };
}

export const test = base.extend<Fixtures>({
  context: async ({ context }, use) => {
    const problems: string[] = [];
    context.on('page', (page) => watch(page, problems));
    await use(context);
    expect(problems, 'the console shows no error').toEqual([]);
  },
  page: async ({ page, javaScriptEnabled }, use) => {
    if (javaScriptEnabled) waitForScript(page);
    await use(page);
  },
  fresh: async ({}, use) => {
    const rollcall = new Rollcall();
    await rollcall.start();
    await use(rollcall);
    await rollcall.remove();
  },
  rollcall: async ({ fresh }, use) => {
    fresh.cliWithInput(OWNER.password, 'owner', 'create', '--email', OWNER.email);
    await use(fresh);
  },
  acme: async ({ rollcall }, use) => {
    await use(rollcall.cli('account', 'create', '--name', 'Acme'));
  },
  signInAsOwner: async ({ rollcall, page }, use) => {
    await use(() => signIn(page, rollcall, OWNER.email, OWNER.password));
  },
  owner: async ({ page, signInAsOwner }, use) => {
    await signInAsOwner();
    await use(page);
  },
});

export async function signIn(page: Page, rollcall: Rollcall, email: string, password: string): Promise<void> {
  await page.goto(`${rollcall.url}/sign-in`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
}

/** From wherever the owner is, by the links that the product documents, to the page of the account's connection. */
export async function openProvisioning(page: Page, account: string): Promise<void> {
  await page.getByRole('link', { name: 'Accounts', exact: true }).first().click();
  await page.getByRole('main').getByRole('link', { name: account, exact: true }).click();
  await page.getByRole('link', { name: 'Identity and access', exact: true }).first().click();
  await expect(page.getByRole('heading', { name: 'User lifecycle' })).toBeVisible();
  await page.getByRole('link', { name: 'Automated user provisioning with SCIM' }).click();
  await expect(page.getByRole('heading', { name: 'Automated user provisioning with SCIM', level: 1 })).toBeVisible();
}

/** Generates a token in the dialog and gives the secret that it showed. */
export async function generateToken(page: Page, validFor = '90 days'): Promise<string> {
  await page.getByRole('button', { name: 'Generate token' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Valid for').selectOption({ label: validFor });
  await dialog.getByRole('button', { name: 'Generate token' }).click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  await page.getByRole('button', { name: 'Copy token' }).click();
  await expect(dialog.getByRole('status')).toHaveText('Copied');
  await page.getByRole('button', { name: 'Done' }).click();
  return token;
}

/** Waits until this text stands in the clipboard, which is written after the press. */
export async function expectCopied(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(text);
}

/** Chooses the guide of the identity provider on the first step of the set-up, and waits for the next. */
export async function chooseEntra(page: Page, setup: string): Promise<void> {
  await page.goto(`${setup}/prepare`);
  await page.getByRole('radio', { name: 'Microsoft Entra ID' }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: /^(Preview|Enable|See it work|Base URL|Configure)/, level: 1 })).toBeVisible();
}

/** Adds a role of the account's own on the page on which somebody is signed in, and gives its id. */
export async function addRole(page: Page, rollcall: Rollcall, account: string, name: string, opens = 'Does not open the console.'): Promise<string> {
  await page.goto(`${rollcall.url}/accounts/${account}/roles/new`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('What it may do in the console').selectOption({ label: opens });
  await page.getByRole('button', { name: 'Add role' }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  return page.url().split('/').at(-1) ?? '';
}

/** An account with provisioning on and a token, made on the command line. */
export function connect(rollcall: Rollcall, account: string, agent?: string) {
  rollcall.cli('provisioning', 'enable', '--account', account);
  const token = rollcall.cli('token', 'create', '--account', account, '--name', 'IdP', '--valid-for', '90d');
  return rollcall.scim(account, token, agent);
}
