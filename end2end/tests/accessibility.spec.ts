import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Entra } from '../helpers/entra.ts';
import { addRole, chooseEntra, connect, expect, test } from '../helpers/test.ts';

/** Each page by name; `{account}`, `{user}` and the like stand for what the test has made. */
const PAGES = {
  'the accounts': '/accounts',
  'an account': '{account}',
  'the search': '{account}/search?q=fin',
  'the users': '{account}/users',
  'the users, narrowed': '{account}/users?managed=scim&role=auditor&group=Finance&sort=-changed',
  'the users, narrowed to nobody': '{account}/users?q=nobody&unseen=30',
  'adding a user': '{account}/users/new',
  'a user': '{account}/users/{user}',
  'the groups': '{account}/groups',
  'a group': '{account}/groups/{group}',
  'changing a group': '{account}/groups/{group}/change?change=take&of=auditor',
  'a deleted group': '{account}/groups/{former}',
  'the roles': '{account}/roles',
  'a role': '{account}/roles/auditor',
  'an own role': '{account}/roles/{role}',
  'adding a role': '{account}/roles/new',
  'changing a role': '{account}/roles/{role}/change',
  'deleting a role': '{account}/roles/{role}/delete',
  'the activity': '{account}/activity',
  'the activity, narrowed': '{account}/activity?outcome=refused&q=ada',
  'an entry': '{account}/activity/{entry}',
  'identity and access': '{account}/identity',
  provisioning: '{account}/identity/provisioning',
  'enabling it': '{account}/identity/provisioning/enable',
  'a new token': '{account}/identity/provisioning/tokens/new',
  'setting up: before you start': '{account}/identity/provisioning/setup/prepare',
  'setting up: the preview': '{account}/identity/provisioning/setup/preview',
  'setting up: enabling': '{account}/identity/provisioning/setup/enable',
  'setting up: base URL and token': '{account}/identity/provisioning/setup/token',
  'setting up: the guide': '{account}/identity/provisioning/setup/configure',
  'setting up: what arrives': '{account}/identity/provisioning/setup/verify',
  'the feedback': '/accounts/wishes',
  troubleshooting: '{account}/troubleshooting',
  'comparing groups': '{account}/troubleshooting/compare',
  'roles beyond the groups': '{account}/troubleshooting/roles',
  'removing roles': '{account}/troubleshooting/roles/remove?grant={user}:member',
  'nothing at all': '/nowhere',
  'signing in': '/sign-in',
  'a link to start': '/start/void',
  'a password link': '/link/void',
};
/** What may differ between the themes; all else is looked at in the light one alone. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** Nothing serious in both themes at three widths, and no sideways scrolling. */
async function check(page: Page, url: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(url);
    for (const width of [320, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const where = `${colorScheme}, ${width} px`;
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(sideways, where).toBeLessThanOrEqual(0);
      const axe = new AxeBuilder({ page });
      if (colorScheme === 'dark') axe.withRules(OF_COLOURS);
      const { violations } = await axe.analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), where).toEqual([]);
    }
  }
}

const SIGNED_OUT = ['/sign-in', '/start/void', '/link/void'];

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name}: nothing serious in both themes at three widths, and no sideways scrolling`, async ({ rollcall, acme, page, signInAsOwner }) => {
    const entra = new Entra(connect(rollcall, acme, 'Entra'));
    const user = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
    await entra.create('ada@acme.test', 'Ada', 'Lovelace');
    const group = (await entra.createGroup('Finance')).body.id;
    await entra.addMembers(group, user);
    rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');
    rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test', '--role', 'member');
    await entra.create('grace@acme.test', 'Grace', 'Hopper');
    rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.test', '--role', 'administrator', '--break-glass');
    const former = (await entra.createGroup('Treasury')).body.id;
    rollcall.cli('group', 'grant', '--account', acme, '--group', 'Treasury', '--role', 'auditor');
    await entra.scim.send('DELETE', `/Groups/${former}`);
    if (!SIGNED_OUT.includes(path)) await signInAsOwner();
    const role = path.includes('{role}') ? await addRole(page, rollcall, acme, 'Billing') : '';
    let entry = '';
    if (path.includes('{entry}')) {
      await page.goto(`${rollcall.url}/accounts/${acme}/activity?outcome=refused`);
      const link = await page.getByRole('link', { name: 'Details' }).first().getAttribute('href');
      entry = link?.split('/').at(-1) ?? '';
    }

    const url = rollcall.url + path.replace('{account}', `/accounts/${acme}`).replace('{user}', user).replace('{group}', group).replace('{former}', former).replace('{role}', role).replace('{entry}', entry);
    await check(page, url);
  });
}

test('the page of a link for a colleague', async ({ rollcall, acme, owner: page }) => {
  const scim = connect(rollcall, acme, 'Entra');
  const setup = `${rollcall.url}/accounts/${acme}/identity/provisioning/setup`;
  await chooseEntra(page, setup);
  await page.goto(`${setup}/configure`);
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await scim.send('POST', '/Users', { userName: '' });
  await rollcall.scim(acme, 'rc_wrong').send('GET', '/Users');
  await check(page, link);
});
